-- Schemas. PostgreSQL gives `public` an owner and grants of its own; what differs from those is told.
SELECT n.oid, 0 AS sub, n.oid AS root, 0::oid AS schema, '' AS parent, n.nspname AS name,
  concat_ws('{us}',
    CASE WHEN n.nspname <> 'public' THEN {owner n.nspowner}
         WHEN n.nspowner <> 6171 --@15+
         WHEN n.nspowner <> 10 --@<15
         THEN 'owner=' || pg_get_userbyid(n.nspowner) END,
    CASE WHEN n.nspname <> 'public' THEN {acl 'n', n.nspacl, n.nspowner}
         ELSE 'acl=' || concat_ws('{gs}', pg_get_userbyid(n.nspowner),
           (acldefault('n', n.nspowner)
             || makeaclitem(0::oid, n.nspowner, 'CREATE', false) --@<15
             || makeaclitem(0::oid, n.nspowner, 'USAGE', false))::text,
           COALESCE(n.nspacl, acldefault('n', n.nspowner))::text) END
  ) AS attributes
FROM pg_namespace n
WHERE {in n.oid} AND {own pg_namespace, n.oid} AND {roots n.oid}
