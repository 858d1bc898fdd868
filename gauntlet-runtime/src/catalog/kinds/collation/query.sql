-- Collations.
SELECT c.oid, 0 AS sub, c.oid AS root, c.collnamespace AS schema, '' AS parent, c.collname AS name,
  concat_ws('{us}',
    {owner c.collowner},
    'provider=' || CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin'
      WHEN 'd' THEN 'default' ELSE c.collprovider::text END,
    CASE WHEN c.collprovider NOT IN ('c', 'i', 'b', 'd') THEN '#unknown=collprovider ' || c.collprovider::text END,
    CASE WHEN NOT c.collisdeterministic THEN 'deterministic=no' END,
    'locale=' || c.colliculocale, --@15-16
    'locale=' || c.colllocale, --@17+
    'rules=' || c.collicurules, --@16+
    CASE WHEN c.collprovider = 'i' THEN 'locale=' || c.collcollate END, --@<15
    CASE WHEN c.collprovider <> 'i' THEN 'lc_collate=' || c.collcollate END,
    CASE WHEN c.collprovider <> 'i' THEN 'lc_ctype=' || c.collctype END
  ) AS attributes
FROM pg_collation c
WHERE {in c.collnamespace} AND {own pg_collation, c.oid} AND {roots c.oid}
