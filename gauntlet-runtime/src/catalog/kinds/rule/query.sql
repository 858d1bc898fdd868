-- Rewrite rules, but for the one that makes a view.
SELECT r.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, c.relname AS parent, r.rulename AS name,
  concat_ws('{us}',
    '#rule=' || pg_get_ruledef(r.oid, true),
    CASE r.ev_enabled WHEN 'O' THEN NULL WHEN 'D' THEN 'enabled=no' WHEN 'R' THEN 'enabled=on replicas'
      WHEN 'A' THEN 'enabled=always' ELSE '#unknown=ev_enabled ' || r.ev_enabled::text END
  ) AS attributes
FROM pg_rewrite r
JOIN {relations} c ON c.oid = r.ev_class
WHERE r.rulename <> '_RETURN' AND {read} AND {roots r.ev_class}
