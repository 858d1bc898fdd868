-- Text search parsers.
SELECT p.oid, 0 AS sub, p.oid AS root, p.prsnamespace AS schema, '' AS parent, p.prsname AS name,
  concat_ws('{us}',
    'start=' || p.prsstart::regproc,
    'token=' || p.prstoken::regproc,
    'end=' || p.prsend::regproc,
    CASE WHEN p.prsheadline <> 0 THEN 'headline=' || p.prsheadline::regproc END,
    'lextypes=' || p.prslextype::regproc
  ) AS attributes
FROM pg_ts_parser p
WHERE {in p.prsnamespace} AND {own pg_ts_parser, p.oid} AND {roots p.oid}
