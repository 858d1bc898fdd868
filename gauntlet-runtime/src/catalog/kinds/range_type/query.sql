-- Range types, each with its multirange.
SELECT t.oid, 0 AS sub, t.oid AS root, t.typnamespace AS schema, '' AS parent, t.typname AS name,
  concat_ws('{us}',
    {owner t.typowner},
    'subtype=' || format_type(r.rngsubtype, NULL),
    'multirange=' || m.typname,
    CASE WHEN NOT o.opcdefault THEN 'operator_class=' || CASE WHEN pg_opclass_is_visible(o.oid)
      THEN quote_ident(o.opcname) ELSE quote_ident(n.nspname) || '.' || quote_ident(o.opcname) END END,
    CASE WHEN r.rngcollation <> s.typcollation THEN 'collation=' || r.rngcollation::regcollation END,
    CASE WHEN r.rngcanonical <> 0 THEN 'canonical=' || r.rngcanonical::regproc END,
    CASE WHEN r.rngsubdiff <> 0 THEN 'subtype_diff=' || r.rngsubdiff::regproc END,
    {acl 'T', t.typacl, t.typowner}
  ) AS attributes
FROM pg_type t
JOIN pg_range r ON r.rngtypid = t.oid
JOIN pg_type s ON s.oid = r.rngsubtype
LEFT JOIN pg_type m ON m.oid = r.rngmultitypid
JOIN pg_opclass o ON o.oid = r.rngsubopc
JOIN pg_namespace n ON n.oid = o.opcnamespace
WHERE t.typtype = 'r' AND {in t.typnamespace} AND {own pg_type, t.oid} AND {roots t.oid}
