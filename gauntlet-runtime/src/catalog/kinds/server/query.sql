-- Foreign servers.
SELECT s.oid, 0 AS sub, s.oid AS root, 0::oid AS schema, '' AS parent, s.srvname AS name,
  concat_ws('{us}',
    {owner s.srvowner},
    'wrapper=' || f.fdwname,
    'type=' || s.srvtype,
    'version=' || s.srvversion,
    '#options=' || s.srvoptions::text,
    {acl 'S', s.srvacl, s.srvowner}
  ) AS attributes
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper f ON f.oid = s.srvfdw
WHERE {database} AND {own pg_foreign_server, s.oid} AND {roots s.oid}
