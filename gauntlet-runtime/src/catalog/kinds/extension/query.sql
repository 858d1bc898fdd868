-- Extensions. Their members are not listed: the extension stands for them.
SELECT e.oid, 0 AS sub, e.oid AS root, 0::oid AS schema, '' AS parent, e.extname AS name,
  concat_ws('{us}',
    'version=' || e.extversion,
    '#schema=' || e.extnamespace,
    CASE WHEN e.extname <> 'plpgsql' THEN '#default_version=' || (SELECT a.default_version
      FROM pg_available_extensions() a WHERE a.name = e.extname) END
  ) AS attributes
FROM pg_extension e
WHERE ({database} OR {in e.extnamespace}) AND {roots e.oid}
