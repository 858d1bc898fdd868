-- What the other queries do not know: told as not compared.
SELECT 0::oid AS oid, 0 AS sub, 0::oid AS root, 0::oid AS schema, '' AS parent, u.what AS name, u.why AS attributes
FROM (
  SELECT 'relations of kind "' || c.relkind::text || '"' AS what, count(*) || ' seen, not modelled' AS why
  FROM pg_class c
  WHERE c.relkind NOT IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I', 'c', 't') AND {in c.relnamespace}
  GROUP BY c.relkind
  UNION ALL
  SELECT 'routines of kind "' || p.prokind::text || '"', count(*) || ' seen, not modelled'
  FROM pg_proc p
  WHERE p.prokind NOT IN ('f', 'w', 'p', 'a') AND {in p.pronamespace}
  GROUP BY p.prokind
) u
