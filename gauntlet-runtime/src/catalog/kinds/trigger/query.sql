-- Triggers, but for those that PostgreSQL makes for foreign keys (RI_FKey_…, 1644 to 1655).
-- 14 calls the clones of triggers on partitions internal too.
SELECT t.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, c.relname AS parent, t.tgname AS name,
  concat_ws('{us}',
    '#trigger=' || pg_get_triggerdef(t.oid, true),
    CASE t.tgenabled WHEN 'O' THEN NULL WHEN 'D' THEN 'enabled=no' WHEN 'R' THEN 'enabled=on replicas'
      WHEN 'A' THEN 'enabled=always' ELSE '#unknown=tgenabled ' || t.tgenabled::text END,
    CASE WHEN t.tgparentid <> 0 THEN 'inherited=yes' END
  ) AS attributes
FROM pg_trigger t
JOIN {relations} c ON c.oid = t.tgrelid
WHERE (NOT t.tgisinternal
    OR (t.tgparentid <> 0 AND t.tgfoid NOT BETWEEN 1644 AND 1655) --@<15
  ) AND {read} AND {roots t.tgrelid}
