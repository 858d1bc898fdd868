-- Aggregates.
SELECT p.oid, 0 AS sub, p.oid AS root, p.pronamespace AS schema, '' AS parent,
  p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name,
  concat_ws('{us}',
    {owner p.proowner},
    NULLIF('arguments=' || pg_get_function_arguments(p.oid), 'arguments='),
    CASE a.aggkind WHEN 'n' THEN NULL WHEN 'o' THEN 'kind=ordered-set' WHEN 'h' THEN 'kind=hypothetical-set'
      ELSE '#unknown=aggkind ' || a.aggkind::text END,
    CASE WHEN a.aggnumdirectargs <> 0 THEN 'direct_arguments=' || a.aggnumdirectargs END,
    'state_function=' || a.aggtransfn::regproc,
    'state_type=' || format_type(a.aggtranstype, NULL),
    CASE WHEN a.aggtransspace <> 0 THEN 'state_space=' || a.aggtransspace END,
    'initial=' || a.agginitval,
    CASE WHEN a.aggfinalfn <> 0 THEN 'final_function=' || a.aggfinalfn::regproc END,
    CASE WHEN a.aggfinalextra THEN 'final_extra=yes' END,
    CASE WHEN a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char" THEN 'final_modify=' || a.aggfinalmodify::text END,
    CASE WHEN a.aggcombinefn <> 0 THEN 'combine_function=' || a.aggcombinefn::regproc END,
    CASE WHEN a.aggserialfn <> 0 THEN 'serial_function=' || a.aggserialfn::regproc END,
    CASE WHEN a.aggdeserialfn <> 0 THEN 'deserial_function=' || a.aggdeserialfn::regproc END,
    CASE WHEN a.aggmtransfn <> 0 THEN 'moving_state_function=' || a.aggmtransfn::regproc END,
    CASE WHEN a.aggminvtransfn <> 0 THEN 'moving_inverse_function=' || a.aggminvtransfn::regproc END,
    CASE WHEN a.aggmtranstype <> 0 THEN 'moving_state_type=' || format_type(a.aggmtranstype, NULL) END,
    CASE WHEN a.aggmtransspace <> 0 THEN 'moving_state_space=' || a.aggmtransspace END,
    'moving_initial=' || a.aggminitval,
    CASE WHEN a.aggmfinalfn <> 0 THEN 'moving_final_function=' || a.aggmfinalfn::regproc END,
    CASE WHEN a.aggmfinalextra THEN 'moving_final_extra=yes' END,
    CASE WHEN a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char" THEN 'moving_final_modify=' || a.aggmfinalmodify::text END,
    CASE WHEN a.aggsortop <> 0 THEN 'sort_operator=' || a.aggsortop::regoperator END,
    CASE p.proparallel WHEN 's' THEN 'parallel=safe' WHEN 'r' THEN 'parallel=restricted' WHEN 'u' THEN NULL
      ELSE '#unknown=proparallel ' || p.proparallel::text END,
    {acl 'f', p.proacl, p.proowner}
  ) AS attributes
FROM pg_proc p
JOIN pg_aggregate a ON a.aggfnoid = p.oid
WHERE p.prokind = 'a' AND {in p.pronamespace} AND {own pg_proc, p.oid} AND {roots p.oid}
