-- Text search dictionaries.
SELECT d.oid, 0 AS sub, d.oid AS root, d.dictnamespace AS schema, '' AS parent, d.dictname AS name,
  concat_ws('{us}',
    {owner d.dictowner},
    'template=' || CASE WHEN pg_ts_template_is_visible(t.oid) THEN quote_ident(t.tmplname)
      ELSE quote_ident(n.nspname) || '.' || quote_ident(t.tmplname) END,
    'options=' || d.dictinitoption
  ) AS attributes
FROM pg_ts_dict d
JOIN pg_ts_template t ON t.oid = d.dicttemplate
JOIN pg_namespace n ON n.oid = t.tmplnamespace
WHERE {in d.dictnamespace} AND {own pg_ts_dict, d.oid} AND {roots d.oid}
