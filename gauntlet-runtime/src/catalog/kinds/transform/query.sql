-- Transforms.
SELECT f.oid, 0 AS sub, f.oid AS root, 0::oid AS schema, '' AS parent,
  'FOR ' || format_type(f.trftype, NULL) || ' LANGUAGE ' || l.lanname AS name,
  concat_ws('{us}',
    CASE WHEN f.trffromsql <> 0 THEN 'from_sql=' || f.trffromsql::regprocedure END,
    CASE WHEN f.trftosql <> 0 THEN 'to_sql=' || f.trftosql::regprocedure END
  ) AS attributes
FROM pg_transform f
JOIN pg_type t ON t.oid = f.trftype
JOIN pg_language l ON l.oid = f.trflang
WHERE ({database} OR {in t.typnamespace}) AND {own pg_transform, f.oid} AND {roots f.oid}
