-- Procedural languages.
SELECT l.oid, 0 AS sub, l.oid AS root, 0::oid AS schema, '' AS parent, l.lanname AS name,
  concat_ws('{us}',
    {owner l.lanowner},
    CASE WHEN l.lanpltrusted THEN 'trusted=yes' END,
    CASE WHEN l.lanplcallfoid <> 0 THEN 'handler=' || l.lanplcallfoid::regproc END,
    CASE WHEN l.laninline <> 0 THEN 'inline=' || l.laninline::regproc END,
    CASE WHEN l.lanvalidator <> 0 THEN 'validator=' || l.lanvalidator::regproc END,
    {acl 'l', l.lanacl, l.lanowner}
  ) AS attributes
FROM pg_language l
WHERE {database} AND l.oid >= 16384 AND {own pg_language, l.oid} AND {roots l.oid}
