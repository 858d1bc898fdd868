-- Enum types, labels in order.
SELECT t.oid, 0 AS sub, t.oid AS root, t.typnamespace AS schema, '' AS parent, t.typname AS name,
  concat_ws('{us}',
    {owner t.typowner},
    'labels[]=' || ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)::text,
    {acl 'T', t.typacl, t.typowner}
  ) AS attributes
FROM pg_type t
WHERE t.typtype = 'e' AND {in t.typnamespace} AND {own pg_type, t.oid} AND {roots t.oid}
