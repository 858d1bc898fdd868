-- Foreign tables.
SELECT c.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, '' AS parent, c.relname AS name,
  concat_ws('{us}',
    {owner c.relowner},
    'server=' || s.srvname,
    '#options=' || f.ftoptions::text,
    CASE WHEN c.relispartition
      THEN 'partition_of=' || (SELECT i.inhparent::regclass FROM pg_inherits i WHERE i.inhrelid = c.oid)
      ELSE NULLIF('inherits[]=' || ARRAY(SELECT i.inhparent::regclass::text FROM pg_inherits i
        WHERE i.inhrelid = c.oid ORDER BY i.inhseqno)::text, 'inherits[]={}') END,
    CASE WHEN c.relispartition THEN 'partition_bound=' || pg_get_expr(c.relpartbound, c.oid) END,
    {acl 'r', c.relacl, c.relowner}
  ) AS attributes
FROM {relations} c
JOIN pg_foreign_table f ON f.ftrelid = c.oid
JOIN pg_foreign_server s ON s.oid = f.ftserver
WHERE c.relkind = 'f' AND {read}
