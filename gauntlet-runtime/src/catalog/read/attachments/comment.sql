-- Comments, attached to their objects by address.
SELECT d.objoid AS oid, d.objsubid AS sub, d.objoid AS root, 0::oid AS schema, d.classoid::regclass::text AS parent,
  'comment' AS name, d.description AS attributes
FROM pg_description d
WHERE (d.objoid >= 16384 OR d.classoid IN ('pg_namespace'::regclass, 'pg_extension'::regclass)) AND {attached d.objoid}
