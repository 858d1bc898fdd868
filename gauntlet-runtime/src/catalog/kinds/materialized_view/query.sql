-- Materialized views.
SELECT c.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, '' AS parent, c.relname AS name,
  concat_ws('{us}',
    {owner c.relowner},
    'definition=' || pg_get_viewdef(c.oid),
    CASE WHEN NOT c.relispopulated THEN 'populated=no' END,
    '#options=' || c.reloptions::text,
    '#toast_options=' || t.reloptions::text,
    CASE WHEN c.relam NOT IN (0, 2) THEN 'access_method=' || (SELECT m.amname FROM pg_am m WHERE m.oid = c.relam) END,
    CASE WHEN c.reltablespace <> 0 THEN 'tablespace=' || (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace) END,
    {acl 'r', c.relacl, c.relowner}
  ) AS attributes
FROM {relations} c
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
WHERE c.relkind = 'm' AND {read}
