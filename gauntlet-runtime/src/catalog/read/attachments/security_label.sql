-- Security labels, attached to their objects by address.
SELECT l.objoid AS oid, l.objsubid AS sub, l.objoid AS root, 0::oid AS schema, l.classoid::regclass::text AS parent,
  'security_label.' || l.provider AS name, l.label AS attributes
FROM pg_seclabel l
WHERE {attached l.objoid}
