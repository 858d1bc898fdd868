-- Operator classes, with the operators and functions that belong to them.
SELECT c.oid, 0 AS sub, c.oid AS root, c.opcnamespace AS schema, '' AS parent,
  c.opcname || ' USING ' || m.amname AS name,
  concat_ws('{us}',
    {owner c.opcowner},
    'type=' || format_type(c.opcintype, NULL),
    CASE WHEN c.opcdefault THEN 'default=yes' END,
    CASE WHEN f.opfname <> c.opcname OR f.opfnamespace <> c.opcnamespace THEN 'family=' || CASE WHEN pg_opfamily_is_visible(f.oid)
      THEN quote_ident(f.opfname) ELSE quote_ident(n.nspname) || '.' || quote_ident(f.opfname) END END,
    CASE WHEN c.opckeytype <> 0 THEN 'storage=' || format_type(c.opckeytype, NULL) END,
    NULLIF('operators[]=' || ARRAY(
      SELECT o.amopstrategy || ' ' || o.amopopr::regoperator
        || CASE WHEN o.amopsortfamily <> 0 THEN ' FOR ORDER BY ' || quote_ident(s.opfname) ELSE '' END
      FROM pg_depend d JOIN pg_amop o ON o.oid = d.objid LEFT JOIN pg_opfamily s ON s.oid = o.amopsortfamily
      WHERE d.classid = 'pg_amop'::regclass AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid AND d.deptype = 'i'
      ORDER BY o.amopstrategy, o.amopopr::regoperator::text)::text, 'operators[]={}'),
    NULLIF('functions[]=' || ARRAY(
      SELECT p.amprocnum || ' (' || format_type(p.amproclefttype, NULL) || ', ' || format_type(p.amprocrighttype, NULL)
        || ') ' || p.amproc::regprocedure
      FROM pg_depend d JOIN pg_amproc p ON p.oid = d.objid
      WHERE d.classid = 'pg_amproc'::regclass AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid AND d.deptype = 'i'
      ORDER BY p.amprocnum, format_type(p.amproclefttype, NULL), format_type(p.amprocrighttype, NULL))::text, 'functions[]={}')
  ) AS attributes
FROM pg_opclass c
JOIN pg_am m ON m.oid = c.opcmethod
JOIN pg_opfamily f ON f.oid = c.opcfamily
JOIN pg_namespace n ON n.oid = f.opfnamespace
WHERE {in c.opcnamespace} AND {own pg_opclass, c.oid} AND {roots c.oid}
