-- User mappings. The view shows options only to those who may see them.
SELECT u.umid AS oid, 0 AS sub, u.umid AS root, 0::oid AS schema, u.srvname AS parent,
  CASE WHEN u.umuser = 0 THEN 'public' ELSE u.usename END AS name,
  concat_ws('{us}',
    '#options=' || u.umoptions::text,
    CASE WHEN NOT {superuser} AND u.umoptions IS NULL THEN '#unknown=options that this role may not see' END
  ) AS attributes
FROM pg_user_mappings u
WHERE {database} AND {roots u.umid}
