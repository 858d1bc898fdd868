-- Objects that go with an extension without belonging to it (DEPENDS ON EXTENSION).
SELECT d.objid AS oid, d.objsubid AS sub, d.objid AS root, 0::oid AS schema, d.classid::regclass::text AS parent,
  'depends_on_extension.' || e.extname AS name, 'yes' AS attributes
FROM pg_depend d
JOIN pg_extension e ON e.oid = d.refobjid
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x' AND {attached d.objid}
