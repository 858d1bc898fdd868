-- Base types and shell types; not the array types that PostgreSQL makes by itself.
SELECT t.oid, 0 AS sub, t.oid AS root, t.typnamespace AS schema, '' AS parent, t.typname AS name,
  CASE WHEN NOT t.typisdefined THEN concat_ws('{us}', {owner t.typowner}, 'shell=yes') ELSE concat_ws('{us}',
    {owner t.typowner},
    'input=' || t.typinput::regprocedure,
    'output=' || t.typoutput::regprocedure,
    CASE WHEN t.typreceive <> 0 THEN 'receive=' || t.typreceive::regprocedure END,
    CASE WHEN t.typsend <> 0 THEN 'send=' || t.typsend::regprocedure END,
    CASE WHEN t.typmodin <> 0 THEN 'typmod_in=' || t.typmodin::regprocedure END,
    CASE WHEN t.typmodout <> 0 THEN 'typmod_out=' || t.typmodout::regprocedure END,
    CASE WHEN t.typanalyze <> 0 THEN 'analyze=' || t.typanalyze::regprocedure END,
    CASE WHEN t.typsubscript <> 0 THEN 'subscript=' || t.typsubscript::regprocedure END,
    'length=' || t.typlen,
    CASE WHEN t.typbyval THEN 'passed_by_value=yes' END,
    'alignment=' || t.typalign::text,
    'storage=' || t.typstorage::text,
    CASE WHEN t.typcategory <> 'U' THEN 'category=' || t.typcategory::text END,
    CASE WHEN t.typispreferred THEN 'preferred=yes' END,
    CASE WHEN t.typelem <> 0 THEN 'element=' || format_type(t.typelem, NULL) END,
    CASE WHEN t.typdelim <> ',' THEN 'delimiter=' || t.typdelim::text END,
    CASE WHEN t.typcollation <> 0 THEN 'collatable=yes' END,
    'default=' || t.typdefault,
    CASE WHEN t.typtype NOT IN ('b', 'p') THEN '#unknown=typtype ' || t.typtype::text END,
    {acl 'T', t.typacl, t.typowner}
  ) END AS attributes
FROM pg_type t
WHERE t.typtype NOT IN ('c', 'd', 'e', 'r', 'm') AND {in t.typnamespace}
  AND NOT EXISTS (SELECT 1 FROM pg_type e WHERE e.typarray = t.oid)
  AND {own pg_type, t.oid} AND {roots t.oid}
