-- Text search configurations, with the dictionaries of each token type in order.
SELECT c.oid, 0 AS sub, c.oid AS root, c.cfgnamespace AS schema, '' AS parent, c.cfgname AS name,
  concat_ws('{us}',
    {owner c.cfgowner},
    'parser=' || CASE WHEN pg_ts_parser_is_visible(p.oid) THEN quote_ident(p.prsname)
      ELSE quote_ident(n.nspname) || '.' || quote_ident(p.prsname) END,
    (SELECT string_agg('mapping.' || k.alias || '[]=' || ARRAY(
        SELECT m.mapdict::regdictionary::text FROM pg_ts_config_map m
        WHERE m.mapcfg = c.oid AND m.maptokentype = k.tokid ORDER BY m.mapseqno)::text, '{us}' ORDER BY k.tokid)
      FROM ts_token_type(c.cfgparser) k
      WHERE EXISTS (SELECT 1 FROM pg_ts_config_map m WHERE m.mapcfg = c.oid AND m.maptokentype = k.tokid))
  ) AS attributes
FROM pg_ts_config c
JOIN pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_namespace n ON n.oid = p.prsnamespace
WHERE {in c.cfgnamespace} AND {own pg_ts_config, c.oid} AND {roots c.oid}
