-- Sequences, but for those of identity columns, which are attributes of the column.
SELECT c.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, '' AS parent, c.relname AS name,
  concat_ws('{us}',
    {owner c.relowner},
    'type=' || format_type(s.seqtypid, NULL),
    'start=' || s.seqstart,
    'increment=' || s.seqincrement,
    'minimum=' || s.seqmin,
    'maximum=' || s.seqmax,
    'cache=' || s.seqcache,
    CASE WHEN s.seqcycle THEN 'cycle=yes' END,
    CASE WHEN c.relpersistence = 'u' THEN 'unlogged=yes' END,
    CASE WHEN d.refobjid IS NOT NULL THEN 'owned_by=' || d.refobjid::regclass || '.' || quote_ident(a.attname) END,
    '#owned_by=' || d.refobjid || ' ' || d.refobjsubid,
    {acl 's', c.relacl, c.relowner}
  ) AS attributes
FROM {relations} c
JOIN pg_sequence s ON s.seqrelid = c.oid
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
  AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE c.relkind = 'S' AND d.deptype IS DISTINCT FROM 'i'
  AND {read} AND {roots s.seqrelid}
