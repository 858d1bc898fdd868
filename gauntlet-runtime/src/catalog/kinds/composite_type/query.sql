-- Composite types that stand alone; their columns are read with those of tables.
SELECT t.oid, 0 AS sub, t.typrelid AS root, t.typnamespace AS schema, '' AS parent, t.typname AS name,
  concat_ws('{us}',
    {owner t.typowner},
    {acl 'T', t.typacl, t.typowner}
  ) AS attributes
FROM pg_type t
JOIN pg_class c ON c.oid = t.typrelid AND c.reltype = t.oid AND c.relkind = 'c'
WHERE t.typtype = 'c' AND {in t.typnamespace} AND {own pg_type, t.oid} AND {roots c.oid}
