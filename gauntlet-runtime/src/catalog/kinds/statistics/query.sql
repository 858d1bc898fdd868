-- Extended statistics.
SELECT s.oid, 0 AS sub, s.stxrelid AS root, s.stxnamespace AS schema, '' AS parent, s.stxname AS name,
  concat_ws('{us}',
    {owner s.stxowner},
    '#on=' || s.stxrelid,
    'table=' || s.stxrelid::regclass,
    'columns=' || pg_get_statisticsobjdef_columns(s.oid),
    'kinds[]=' || ARRAY(SELECT CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm' THEN 'mcv'
      ELSE k::text END FROM unnest(s.stxkind) k WHERE k <> 'e')::text,
    CASE WHEN s.stxstattarget >= 0 THEN 'statistics=' || s.stxstattarget END
  ) AS attributes
FROM pg_statistic_ext s
WHERE {in s.stxnamespace} AND {own pg_statistic_ext, s.oid} AND {roots s.stxrelid}
