-- Publications, with their tables (column lists and row filters) and schemas.
SELECT p.oid, 0 AS sub, p.oid AS root, 0::oid AS schema, '' AS parent, p.pubname AS name,
  concat_ws('{us}',
    {owner p.pubowner},
    CASE WHEN p.puballtables THEN 'all_tables=yes' END,
    'operations[]={' || concat_ws(',', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
      CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) || '}',
    CASE WHEN p.pubviaroot THEN 'via_root=yes' END,
    CASE p.pubgencols WHEN 'n' THEN NULL WHEN 's' THEN 'generated_columns=stored' ELSE '#unknown=pubgencols ' || p.pubgencols::text END, --@18+
    (SELECT string_agg('table.' || r.prrelid::regclass || '=yes'
        || COALESCE(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a --@15+
             WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '') --@15+
        || COALESCE(' WHERE ' || pg_get_expr(r.prqual, r.prrelid), '') --@15+
        , '{us}' ORDER BY r.prrelid::regclass::text)
      FROM pg_publication_rel r WHERE r.prpubid = p.oid),
    '#schemas=' || (SELECT string_agg(n.pnnspid::text, ' ') FROM pg_publication_namespace n WHERE n.pnpubid = p.oid), --@15+
    NULL
  ) AS attributes
FROM pg_publication p
WHERE {database} AND {own pg_publication, p.oid} AND {roots p.oid}
