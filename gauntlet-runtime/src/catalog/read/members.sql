-- Members of extensions whose privileges are not those that the extension gave them.
SELECT e.oid, 0 AS sub, e.oid AS root, 0::oid AS schema, '' AS parent,
  CASE m.class
    WHEN 'pg_proc'::regclass THEN CASE m.letter WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || m.oid::regprocedure::text
    WHEN 'pg_class'::regclass THEN CASE m.letter WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || m.oid::regclass::text
    WHEN 'pg_type'::regclass THEN 'TYPE ' || m.oid::regtype::text
    WHEN 'pg_language'::regclass THEN 'LANGUAGE ' || (SELECT quote_ident(l.lanname) FROM pg_language l WHERE l.oid = m.oid)
    WHEN 'pg_namespace'::regclass THEN 'SCHEMA ' || m.oid::regnamespace::text
    WHEN 'pg_foreign_server'::regclass THEN 'FOREIGN SERVER ' || (SELECT quote_ident(s.srvname) FROM pg_foreign_server s WHERE s.oid = m.oid)
    ELSE 'FOREIGN DATA WRAPPER ' || (SELECT quote_ident(w.fdwname) FROM pg_foreign_data_wrapper w WHERE w.oid = m.oid)
  END || CASE WHEN m.sub <> 0
    THEN ' COLUMN ' || (SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = m.oid AND a.attnum = m.sub)
    ELSE '' END AS name,
  concat_ws('{gs}', pg_get_userbyid(m.owner), COALESCE(i.initprivs, m.usual)::text, COALESCE(m.acl, m.usual)::text) AS attributes
FROM pg_extension e
JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e' AND d.objsubid = 0
JOIN (
  SELECT 'pg_proc'::regclass AS class, oid, 0 AS sub, prokind AS letter, proowner AS owner, proacl AS acl,
    acldefault('f', proowner) AS usual FROM pg_proc
  UNION ALL
  SELECT 'pg_class'::regclass, oid, 0, relkind, relowner, relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)
  FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL
  SELECT 'pg_class'::regclass, a.attrelid, a.attnum, c.relkind, c.relowner, a.attacl, acldefault('c', c.relowner)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL
  UNION ALL
  SELECT 'pg_type'::regclass, oid, 0, typtype, typowner, typacl, acldefault('T', typowner) FROM pg_type WHERE typacl IS NOT NULL
  UNION ALL
  SELECT 'pg_language'::regclass, oid, 0, 'l', lanowner, lanacl, acldefault('l', lanowner) FROM pg_language
  UNION ALL
  SELECT 'pg_namespace'::regclass, oid, 0, 'n', nspowner, nspacl, acldefault('n', nspowner) FROM pg_namespace
  UNION ALL
  SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, 'F', fdwowner, fdwacl, acldefault('F', fdwowner) FROM pg_foreign_data_wrapper
  UNION ALL
  SELECT 'pg_foreign_server'::regclass, oid, 0, 'S', srvowner, srvacl, acldefault('S', srvowner) FROM pg_foreign_server
) m ON m.class = d.classid AND m.oid = d.objid
LEFT JOIN pg_init_privs i ON i.classoid = m.class AND i.objoid = m.oid AND i.objsubid = m.sub
WHERE ({database} OR {in e.extnamespace})
  AND COALESCE(m.acl, m.usual)::text <> COALESCE(i.initprivs, m.usual)::text
