-- Default privileges.
SELECT d.oid, 0 AS sub, d.oid AS root, d.defaclnamespace AS schema, '' AS parent,
  CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
    WHEN 'n' THEN 'schemas' WHEN 'L' THEN 'large objects' ELSE 'objects of type ' || d.defaclobjtype::text END
    || CASE WHEN d.defaclnamespace = 0 THEN ' in all schemas' ELSE '' END
    || CASE WHEN d.defaclrole = $2::oid THEN '' ELSE ' of role ' || pg_get_userbyid(d.defaclrole) END AS name,
  concat_ws('{us}',
    'acl=' || concat_ws('{gs}', pg_get_userbyid(d.defaclrole),
      CASE WHEN d.defaclnamespace = 0 THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole)
        ELSE '{}'::aclitem[] END::text,
      d.defaclacl::text),
    CASE WHEN d.defaclobjtype NOT IN ('r', 'S', 'f', 'T', 'n', 'L') THEN '#unknown=defaclobjtype ' || d.defaclobjtype::text END
  ) AS attributes
FROM pg_default_acl d
WHERE (({database} AND d.defaclnamespace = 0) OR {in d.defaclnamespace}) AND {roots d.oid}
