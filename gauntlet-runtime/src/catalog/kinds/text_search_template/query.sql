-- Text search templates.
SELECT t.oid, 0 AS sub, t.oid AS root, t.tmplnamespace AS schema, '' AS parent, t.tmplname AS name,
  concat_ws('{us}',
    CASE WHEN t.tmplinit <> 0 THEN 'init=' || t.tmplinit::regproc END,
    'lexize=' || t.tmpllexize::regproc
  ) AS attributes
FROM pg_ts_template t
WHERE {in t.tmplnamespace} AND {own pg_ts_template, t.oid} AND {roots t.oid}
