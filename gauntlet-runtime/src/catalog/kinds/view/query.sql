-- Views.
SELECT c.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, '' AS parent, c.relname AS name,
  concat_ws('{us}',
    {owner c.relowner},
    'definition=' || pg_get_viewdef(c.oid),
    '#options=' || c.reloptions::text,
    {acl 'r', c.relacl, c.relowner}
  ) AS attributes
FROM {relations} c
WHERE c.relkind = 'v' AND {read}
