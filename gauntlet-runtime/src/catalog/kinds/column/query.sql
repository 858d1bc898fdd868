-- Columns of tables, foreign tables and composite types. An identity's sequence belongs to its column.
SELECT a.attrelid AS oid, a.attnum::int AS sub, c.oid AS root, c.relnamespace AS schema, c.relname AS parent, a.attname AS name,
  concat_ws('{us}',
    'type=' || format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attcollation <> t.typcollation THEN 'collation=' || a.attcollation::regcollation END,
    CASE WHEN a.attnotnull THEN 'not_null=yes' END,
    '#not_null=' || n.oid || ' ' || n.conname, --@18+
    CASE WHEN n.connoinherit THEN 'not_null_no_inherit=yes' END, --@18+
    CASE WHEN NOT n.convalidated THEN 'not_null_not_valid=yes' END, --@18+
    CASE WHEN d.adbin IS NOT NULL THEN CASE a.attgenerated WHEN '' THEN 'default=' WHEN 's' THEN 'generated_stored='
      WHEN 'v' THEN 'generated_virtual=' ELSE '#unknown=attgenerated ' || a.attgenerated::text || ' ' END
      || pg_get_expr(d.adbin, d.adrelid) END,
    CASE WHEN a.attidentity <> '' THEN concat_ws('{us}',
      CASE a.attidentity WHEN 'a' THEN 'identity=always' WHEN 'd' THEN 'identity=by default'
        ELSE '#unknown=attidentity ' || a.attidentity::text END,
      (SELECT concat_ws('{us}',
          '#identity_sequence=' || q.oid || ' ' || q.relname,
          'identity_start=' || s.seqstart,
          'identity_increment=' || s.seqincrement,
          'identity_minimum=' || s.seqmin,
          'identity_maximum=' || s.seqmax,
          'identity_cache=' || s.seqcache,
          CASE WHEN s.seqcycle THEN 'identity_cycle=yes' END,
          CASE WHEN q.relpersistence <> c.relpersistence THEN 'identity_persistence=' || q.relpersistence::text END,
          CASE WHEN q.relnamespace <> c.relnamespace THEN '#unknown=identity sequence in another schema' END,
          CASE WHEN q.relacl IS NOT NULL THEN replace({acl 's', q.relacl, q.relowner}, 'acl=', 'identity_acl=') END)
        FROM pg_depend p
        JOIN pg_class q ON q.oid = p.objid
        JOIN pg_sequence s ON s.seqrelid = q.oid
        WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass
          AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype = 'i')) END,
    CASE WHEN a.attstorage <> t.typstorage THEN 'storage=' || CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
      WHEN 'm' THEN 'main' WHEN 'x' THEN 'extended' ELSE a.attstorage::text END END,
    CASE a.attcompression WHEN '' THEN NULL WHEN 'p' THEN 'compression=pglz' WHEN 'l' THEN 'compression=lz4'
      ELSE '#unknown=attcompression ' || a.attcompression::text END,
    CASE WHEN a.attstattarget >= 0 THEN 'statistics=' || a.attstattarget END,
    -- Since the releases of November 2026 some servers note in `pg_attver` when a table was changed, and set it themselves.
    CASE WHEN a.attoptions IS NOT NULL THEN
      '#options=' || (SELECT array_agg(o)::text FROM unnest(a.attoptions) o WHERE o NOT LIKE 'pg\_attver=%') END,
    '#fdw_options=' || a.attfdwoptions::text,
    CASE WHEN a.attinhcount > 0 THEN CASE WHEN a.attislocal THEN 'inherited=and local' ELSE 'inherited=yes' END END,
    {acl 'c', a.attacl, c.relowner}
  ) AS attributes
FROM {relations} c
JOIN pg_attribute a ON a.attrelid = c.oid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_constraint n ON n.conrelid = a.attrelid AND n.contype = 'n' AND n.conkey[1] = a.attnum --@18+
WHERE c.relkind IN ('r', 'p', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped
  AND {read}
