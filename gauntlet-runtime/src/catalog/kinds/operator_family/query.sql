-- Operator families, with the operators and functions that belong to no operator class.
SELECT f.oid, 0 AS sub, f.oid AS root, f.opfnamespace AS schema, '' AS parent,
  f.opfname || ' USING ' || m.amname AS name,
  concat_ws('{us}',
    {owner f.opfowner},
    NULLIF('operators[]=' || ARRAY(
      SELECT o.amopstrategy || ' ' || o.amopopr::regoperator
        || CASE WHEN o.amopsortfamily <> 0 THEN ' FOR ORDER BY ' || quote_ident(s.opfname) ELSE '' END
      FROM pg_amop o LEFT JOIN pg_opfamily s ON s.oid = o.amopsortfamily
      WHERE o.amopfamily = f.oid AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_amop'::regclass
        AND d.objid = o.oid AND d.refclassid = 'pg_opclass'::regclass AND d.deptype = 'i')
      ORDER BY o.amopstrategy, o.amopopr::regoperator::text)::text, 'operators[]={}'),
    NULLIF('functions[]=' || ARRAY(
      SELECT p.amprocnum || ' (' || format_type(p.amproclefttype, NULL) || ', ' || format_type(p.amprocrighttype, NULL)
        || ') ' || p.amproc::regprocedure
      FROM pg_amproc p
      WHERE p.amprocfamily = f.oid AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_amproc'::regclass
        AND d.objid = p.oid AND d.refclassid = 'pg_opclass'::regclass AND d.deptype = 'i')
      ORDER BY p.amprocnum, format_type(p.amproclefttype, NULL), format_type(p.amprocrighttype, NULL))::text, 'functions[]={}')
  ) AS attributes
FROM pg_opfamily f
JOIN pg_am m ON m.oid = f.opfmethod
WHERE {in f.opfnamespace} AND {own pg_opfamily, f.oid} AND {roots f.oid}
