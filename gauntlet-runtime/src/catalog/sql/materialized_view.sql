-- Materialized views.
SELECT c.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, '' AS parent, c.relname AS name,
  concat_ws('{us}',
    {owner c.relowner},
    'definition=' || pg_get_viewdef(c.oid),
    CASE WHEN NOT c.relispopulated THEN 'populated=no' END,
    '#options=' || c.reloptions::text,
    '#toast_options=' || t.reloptions::text,
    CASE WHEN m.amname <> 'heap' THEN 'access_method=' || m.amname END,
    'tablespace=' || s.spcname,
    {acl 'r', c.relacl, c.relowner}
  ) AS attributes
FROM pg_class c
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_am m ON m.oid = c.relam
LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
WHERE c.relkind = 'm' AND {in c.relnamespace} AND {own pg_class, c.oid} AND {roots c.oid}
