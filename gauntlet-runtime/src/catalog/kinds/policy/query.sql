-- Row security policies.
SELECT p.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, c.relname AS parent, p.polname AS name,
  concat_ws('{us}',
    CASE p.polcmd WHEN '*' THEN NULL WHEN 'r' THEN 'command=SELECT' WHEN 'a' THEN 'command=INSERT' WHEN 'w' THEN 'command=UPDATE'
      WHEN 'd' THEN 'command=DELETE' ELSE '#unknown=polcmd ' || p.polcmd::text END,
    CASE WHEN NOT p.polpermissive THEN 'restrictive=yes' END,
    CASE WHEN p.polroles <> '{0}' THEN 'roles[]=' || ARRAY(SELECT CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END::text
      FROM unnest(p.polroles) r ORDER BY 1)::text END,
    'using=' || pg_get_expr(p.polqual, p.polrelid),
    'check=' || pg_get_expr(p.polwithcheck, p.polrelid)
  ) AS attributes
FROM pg_policy p
JOIN {relations} c ON c.oid = p.polrelid
WHERE {read} AND {roots p.polrelid}
