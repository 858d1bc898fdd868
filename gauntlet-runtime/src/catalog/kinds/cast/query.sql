-- Casts. They live in no schema; in the scope of a schema those between its types are read.
SELECT c.oid, 0 AS sub, c.oid AS root, 0::oid AS schema, '' AS parent,
  '(' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')' AS name,
  concat_ws('{us}',
    CASE c.castcontext WHEN 'e' THEN NULL WHEN 'a' THEN 'context=assignment' WHEN 'i' THEN 'context=implicit'
      ELSE '#unknown=castcontext ' || c.castcontext::text END,
    CASE c.castmethod WHEN 'f' THEN 'function=' || c.castfunc::regprocedure WHEN 'b' THEN 'method=without function'
      WHEN 'i' THEN 'method=with inout' ELSE '#unknown=castmethod ' || c.castmethod::text END
  ) AS attributes
FROM pg_cast c
JOIN pg_type s ON s.oid = c.castsource
JOIN pg_type t ON t.oid = c.casttarget
WHERE c.oid >= 16384 AND ({database} OR {in s.typnamespace} OR {in t.typnamespace})
  -- A range type comes with a cast to its multirange.
  AND NOT EXISTS (SELECT 1 FROM pg_range r WHERE r.rngtypid = c.castsource AND r.rngmultitypid = c.casttarget)
  AND {own pg_cast, c.oid} AND {roots c.oid}
