-- Functions, window functions among them. The name carries the types of the input arguments.
SELECT p.oid, 0 AS sub, p.oid AS root, p.pronamespace AS schema, '' AS parent,
  p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name,
  concat_ws('{us}',
    {owner p.proowner},
    'language=' || l.lanname,
    NULLIF('arguments=' || pg_get_function_arguments(p.oid), 'arguments='),
    'returns=' || pg_get_function_result(p.oid),
    CASE WHEN p.prokind = 'w' THEN 'window=yes' END,
    CASE p.provolatile WHEN 'i' THEN 'volatility=immutable' WHEN 's' THEN 'volatility=stable' WHEN 'v' THEN NULL
      ELSE '#unknown=provolatile ' || p.provolatile::text END,
    CASE p.proparallel WHEN 's' THEN 'parallel=safe' WHEN 'r' THEN 'parallel=restricted' WHEN 'u' THEN NULL
      ELSE '#unknown=proparallel ' || p.proparallel::text END,
    CASE WHEN p.proisstrict THEN 'strict=yes' END,
    CASE WHEN p.prosecdef THEN 'security_definer=yes' END,
    CASE WHEN p.proleakproof THEN 'leakproof=yes' END,
    CASE WHEN p.procost <> CASE WHEN l.lanname IN ('c', 'internal') THEN 1 ELSE 100 END THEN 'cost=' || p.procost END,
    CASE WHEN p.proretset AND p.prorows <> 1000 THEN 'rows=' || p.prorows END,
    CASE WHEN p.prosupport <> 0 THEN 'support=' || p.prosupport::regproc END,
    CASE WHEN p.protrftypes IS NOT NULL THEN 'transforms[]=' || ARRAY(SELECT format_type(t, NULL) FROM unnest(p.protrftypes) t)::text END,
    '#config=' || p.proconfig::text,
    CASE WHEN p.prosqlbody IS NULL THEN 'body=' || p.prosrc ELSE 'sql_body=' || pg_get_function_sqlbody(p.oid) END,
    'binary=' || p.probin,
    {acl 'f', p.proacl, p.proowner}
  ) AS attributes
FROM pg_proc p
JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind IN ('f', 'w') AND {in p.pronamespace} AND {own pg_proc, p.oid}
  -- Constructors of range types come with the type.
  AND NOT EXISTS (SELECT 1 FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
  AND {roots p.oid}
