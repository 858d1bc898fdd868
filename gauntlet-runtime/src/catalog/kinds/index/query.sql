-- Indexes that no constraint stands for.
SELECT i.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, c.relname AS parent, i.relname AS name,
  concat_ws('{us}',
    '#definition=' || pg_get_indexdef(i.oid, 0, true),
    CASE WHEN x.indisunique THEN 'unique=yes' END,
    CASE WHEN x.indnullsnotdistinct THEN 'nulls_not_distinct=yes' END, --@15+
    CASE WHEN NOT x.indisvalid THEN 'invalid=yes' END,
    CASE WHEN x.indisclustered THEN 'clustered=yes' END,
    CASE WHEN x.indisreplident THEN 'replica_identity=yes' END,
    '#options=' || i.reloptions::text,
    CASE WHEN i.reltablespace <> 0 THEN 'tablespace=' || (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = i.reltablespace) END,
    CASE WHEN i.relispartition THEN 'attached_to=' || (SELECT h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = i.oid) END,
    (SELECT string_agg('statistics.' || a.attnum || '=' || a.attstattarget, '{us}') FROM pg_attribute a
      WHERE a.attrelid = i.oid AND a.attstattarget >= 0 AND x.indexprs IS NOT NULL),
    '#columns=' || x.indkey::text,
    '#key_columns=' || x.indnkeyatts
  ) AS attributes
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN {relations} c ON c.oid = x.indrelid
LEFT JOIN pg_constraint k ON k.conindid = i.oid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')
WHERE k.oid IS NULL AND {read}
