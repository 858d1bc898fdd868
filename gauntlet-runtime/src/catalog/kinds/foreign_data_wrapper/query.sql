-- Foreign-data wrappers.
SELECT f.oid, 0 AS sub, f.oid AS root, 0::oid AS schema, '' AS parent, f.fdwname AS name,
  concat_ws('{us}',
    {owner f.fdwowner},
    CASE WHEN f.fdwhandler <> 0 THEN 'handler=' || f.fdwhandler::regproc END,
    CASE WHEN f.fdwvalidator <> 0 THEN 'validator=' || f.fdwvalidator::regproc END,
    '#options=' || f.fdwoptions::text,
    {acl 'F', f.fdwacl, f.fdwowner}
  ) AS attributes
FROM pg_foreign_data_wrapper f
WHERE {database} AND f.oid >= 16384 AND {own pg_foreign_data_wrapper, f.oid} AND {roots f.oid}
