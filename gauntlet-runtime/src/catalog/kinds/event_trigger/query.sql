-- Event triggers.
SELECT e.oid, 0 AS sub, e.oid AS root, 0::oid AS schema, '' AS parent, e.evtname AS name,
  concat_ws('{us}',
    {owner e.evtowner},
    'event=' || e.evtevent,
    'tags[]=' || e.evttags::text,
    'function=' || e.evtfoid::regproc,
    CASE e.evtenabled WHEN 'O' THEN NULL WHEN 'D' THEN 'enabled=no' WHEN 'R' THEN 'enabled=on replicas'
      WHEN 'A' THEN 'enabled=always' ELSE '#unknown=evtenabled ' || e.evtenabled::text END
  ) AS attributes
FROM pg_event_trigger e
WHERE {database} AND {own pg_event_trigger, e.oid} AND {roots e.oid}
