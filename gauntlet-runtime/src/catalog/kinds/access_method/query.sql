-- Access methods.
SELECT a.oid, 0 AS sub, a.oid AS root, 0::oid AS schema, '' AS parent, a.amname AS name,
  concat_ws('{us}',
    'type=' || CASE a.amtype WHEN 't' THEN 'table' WHEN 'i' THEN 'index' ELSE a.amtype::text END,
    'handler=' || a.amhandler::regproc,
    CASE WHEN a.amtype NOT IN ('t', 'i') THEN '#unknown=amtype ' || a.amtype::text END
  ) AS attributes
FROM pg_am a
WHERE {database} AND a.oid >= 16384 AND {own pg_am, a.oid} AND {roots a.oid}
