-- Procedures.
SELECT p.oid, 0 AS sub, p.oid AS root, p.pronamespace AS schema, '' AS parent,
  p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name,
  concat_ws('{us}',
    {owner p.proowner},
    'language=' || l.lanname,
    NULLIF('arguments=' || pg_get_function_arguments(p.oid), 'arguments='),
    CASE WHEN p.prosecdef THEN 'security_definer=yes' END,
    CASE WHEN p.protrftypes IS NOT NULL THEN 'transforms[]=' || ARRAY(SELECT format_type(t, NULL) FROM unnest(p.protrftypes) t)::text END,
    '#config=' || p.proconfig::text,
    CASE WHEN p.prosqlbody IS NULL THEN 'body=' || p.prosrc ELSE 'sql_body=' || pg_get_function_sqlbody(p.oid) END,
    'binary=' || p.probin,
    {acl 'f', p.proacl, p.proowner}
  ) AS attributes
FROM pg_proc p
JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind = 'p' AND {in p.pronamespace} AND {own pg_proc, p.oid} AND {roots p.oid}
