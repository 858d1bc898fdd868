-- Domains.
SELECT t.oid, 0 AS sub, t.oid AS root, t.typnamespace AS schema, '' AS parent, t.typname AS name,
  concat_ws('{us}',
    {owner t.typowner},
    'type=' || format_type(t.typbasetype, t.typtypmod),
    CASE WHEN t.typcollation <> b.typcollation THEN 'collation=' || t.typcollation::regcollation END,
    CASE WHEN t.typnotnull THEN 'not_null=yes' END,
    '#not_null_name=' || (SELECT n.conname FROM pg_constraint n WHERE n.contypid = t.oid AND n.contype = 'n'), --@17+
    'default=' || pg_get_expr(t.typdefaultbin, 0),
    {acl 'T', t.typacl, t.typowner}
  ) AS attributes
FROM pg_type t
JOIN pg_type b ON b.oid = t.typbasetype
WHERE t.typtype = 'd' AND {in t.typnamespace} AND {own pg_type, t.oid} AND {roots t.oid}
