-- The database itself. Its name is not read: the tool gives it one.
SELECT d.oid, 0 AS sub, d.oid AS root, 0::oid AS schema, '' AS parent, '(this)' AS name,
  concat_ws('{us}',
    {owner d.datdba},
    CASE WHEN d.datconnlimit <> -1 THEN 'connection_limit=' || d.datconnlimit END,
    CASE WHEN d.datistemplate THEN 'template=yes' END,
    'comment=' || shobj_description(d.oid, 'pg_database'),
    (SELECT string_agg('security_label.' || l.provider || '=' || l.label, '{us}' ORDER BY l.provider)
      FROM pg_shseclabel l WHERE l.objoid = d.oid AND l.classoid = 'pg_database'::regclass),
    (SELECT string_agg(CASE WHEN s.setrole = 0 THEN '#config=' || s.setconfig::text
        ELSE '#role_config=' || pg_get_userbyid(s.setrole) || '{gs}' || s.setconfig::text END, '{us}')
      FROM pg_db_role_setting s WHERE s.setdatabase = d.oid),
    {acl 'd', d.datacl, d.datdba}
  ) AS attributes
FROM pg_database d
WHERE {database} AND d.datname = current_database() AND {roots d.oid}
