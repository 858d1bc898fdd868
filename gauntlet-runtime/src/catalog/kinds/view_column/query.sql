-- Columns of views and materialized views. Name and type follow from the definition.
SELECT a.attrelid AS oid, a.attnum::int AS sub, c.oid AS root, c.relnamespace AS schema, c.relname AS parent, a.attname AS name,
  concat_ws('{us}',
    '#type=' || format_type(a.atttypid, a.atttypmod),
    'default=' || pg_get_expr(d.adbin, d.adrelid),
    CASE WHEN a.attstorage <> t.typstorage THEN 'storage=' || CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
      WHEN 'm' THEN 'main' WHEN 'x' THEN 'extended' ELSE a.attstorage::text END END,
    CASE a.attcompression WHEN '' THEN NULL WHEN 'p' THEN 'compression=pglz' WHEN 'l' THEN 'compression=lz4'
      ELSE '#unknown=attcompression ' || a.attcompression::text END,
    CASE WHEN a.attstattarget >= 0 THEN 'statistics=' || a.attstattarget END,
    -- Since the releases of November 2026 some servers note in `pg_attver` when a table was changed, and set it themselves.
    CASE WHEN a.attoptions IS NOT NULL THEN
      '#options=' || (SELECT array_agg(o)::text FROM unnest(a.attoptions) o WHERE o NOT LIKE 'pg\_attver=%') END,
    {acl 'c', a.attacl, c.relowner}
  ) AS attributes
FROM {relations} c
JOIN pg_attribute a ON a.attrelid = c.oid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
  AND {read}
