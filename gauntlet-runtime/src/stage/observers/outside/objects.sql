WITH outside AS (
  SELECT oid, nspname::text AS name FROM pg_catalog.pg_namespace
  WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'
    AND nspname !~ '^gauntlet_.+_[0-9a-f]{32}$'
), relations AS (
  SELECT c.oid, c.xmin, c.relname::text AS name, c.relkind, o.name AS schema
  FROM pg_catalog.pg_class c JOIN outside o ON o.oid = c.relnamespace
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
), objects AS (
  SELECT 'schema'::text AS kind, 'pg_namespace'::text AS class, n.oid::bigint AS oid, n.xmin::text AS transaction,
    NULL::text AS schema, NULL::text AS parent, n.nspname::text AS name
  FROM pg_catalog.pg_namespace n JOIN outside o ON o.oid = n.oid
  UNION ALL
  SELECT 'extension', 'pg_extension', e.oid::bigint, e.xmin::text, NULL, NULL, e.extname::text FROM pg_catalog.pg_extension e
  UNION ALL
  SELECT 'language', 'pg_language', l.oid::bigint, l.xmin::text, NULL, NULL, l.lanname::text FROM pg_catalog.pg_language l
  UNION ALL
  SELECT 'event trigger', 'pg_event_trigger', t.oid::bigint, t.xmin::text, NULL, NULL, t.evtname::text
  FROM pg_catalog.pg_event_trigger t
  UNION ALL
  SELECT 'publication', 'pg_publication', p.oid::bigint, p.xmin::text, NULL, NULL, p.pubname::text
  FROM pg_catalog.pg_publication p
  UNION ALL
  SELECT 'server', 'pg_foreign_server', s.oid::bigint, s.xmin::text, NULL, NULL, s.srvname::text
  FROM pg_catalog.pg_foreign_server s
  UNION ALL
  SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
      WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' ELSE 'table' END,
    'pg_class', c.oid::bigint, c.xmin::text, c.schema, NULL, c.name
  FROM relations c
  WHERE c.relkind NOT IN ('i', 'I', 't')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype IN ('a', 'i'))
  UNION ALL
  SELECT 'index', 'pg_class', c.oid::bigint, c.xmin::text, c.schema, t.name, c.name
  FROM pg_catalog.pg_index i JOIN relations c ON c.oid = i.indexrelid JOIN relations t ON t.oid = i.indrelid
  UNION ALL
  SELECT 'constraint', 'pg_constraint', k.oid::bigint, k.xmin::text, t.schema, t.name, k.conname::text
  FROM pg_catalog.pg_constraint k JOIN relations t ON t.oid = k.conrelid
  UNION ALL
  SELECT 'trigger', 'pg_trigger', g.oid::bigint, g.xmin::text, t.schema, t.name, g.tgname::text
  FROM pg_catalog.pg_trigger g JOIN relations t ON t.oid = g.tgrelid
  WHERE NOT g.tgisinternal
  UNION ALL
  SELECT 'column', 'pg_attribute', (a.attrelid::bigint * 2048 + a.attnum), a.xmin::text, t.schema, t.name, a.attname::text
  FROM pg_catalog.pg_attribute a JOIN relations t ON t.oid = a.attrelid
  WHERE a.attnum > 0 AND NOT a.attisdropped AND t.relkind IN ('r', 'p', 'f', 'c')
  UNION ALL
  SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'base type' END,
    'pg_type', t.oid::bigint, t.xmin::text, o.name, NULL, t.typname::text
  FROM pg_catalog.pg_type t JOIN outside o ON o.oid = t.typnamespace
  WHERE t.typtype IN ('b', 'd', 'e', 'r') AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid)
  UNION ALL
  SELECT 'enum', 'pg_enum', l.oid::bigint, l.xmin::text, o.name, NULL, t.typname::text
  FROM pg_catalog.pg_enum l JOIN pg_catalog.pg_type t ON t.oid = l.enumtypid JOIN outside o ON o.oid = t.typnamespace
  UNION ALL
  SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
    'pg_proc', p.oid::bigint, p.xmin::text, o.name, NULL,
    p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'
  FROM pg_catalog.pg_proc p JOIN outside o ON o.oid = p.pronamespace
  UNION ALL
  SELECT 'collation', 'pg_collation', c.oid::bigint, c.xmin::text, o.name, NULL, c.collname::text
  FROM pg_catalog.pg_collation c JOIN outside o ON o.oid = c.collnamespace
  UNION ALL
  SELECT 'operator', 'pg_operator', p.oid::bigint, p.xmin::text, o.name, NULL, p.oprname::text
  FROM pg_catalog.pg_operator p JOIN outside o ON o.oid = p.oprnamespace
)
SELECT kind, class, oid, transaction::bigint, schema, parent, name FROM objects
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
  WHERE d.classid = ('pg_catalog.' || objects.class)::pg_catalog.regclass AND d.objid::bigint = objects.oid
    AND d.deptype = 'e')
