-- Tables, partitioned tables and partitions.
SELECT c.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, '' AS parent, c.relname AS name,
  concat_ws('{us}',
    {owner c.relowner},
    CASE c.relpersistence WHEN 'p' THEN NULL WHEN 'u' THEN 'unlogged=yes' ELSE '#unknown=relpersistence ' || c.relpersistence::text END,
    '#options=' || c.reloptions::text,
    '#toast_options=' || t.reloptions::text,
    CASE WHEN c.relam NOT IN (0, 2) THEN 'access_method=' || (SELECT m.amname FROM pg_am m WHERE m.oid = c.relam) END,
    CASE WHEN c.reltablespace <> 0 THEN 'tablespace=' || (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace) END,
    CASE c.relreplident WHEN 'd' THEN NULL WHEN 'n' THEN 'replica_identity=nothing' WHEN 'f' THEN 'replica_identity=full'
      WHEN 'i' THEN 'replica_identity=index' ELSE '#unknown=relreplident ' || c.relreplident::text END,
    CASE WHEN c.relrowsecurity THEN 'row_security=yes' END,
    CASE WHEN c.relforcerowsecurity THEN 'force_row_security=yes' END,
    CASE WHEN c.relhastriggers AND EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgisinternal AND g.tgparentid = 0
      AND g.tgenabled = 'D') THEN 'constraint_triggers=disabled: foreign keys are not checked' END,
    CASE WHEN c.reloftype <> 0 THEN 'of_type=' || c.reloftype::regtype END,
    CASE WHEN c.relkind = 'p' THEN 'partition_key=' || pg_get_partkeydef(c.oid) END,
    CASE WHEN c.relispartition
      THEN 'partition_of=' || (SELECT i.inhparent::regclass FROM pg_inherits i WHERE i.inhrelid = c.oid) 
      ELSE NULLIF('inherits[]=' || ARRAY(SELECT i.inhparent::regclass::text FROM pg_inherits i
        WHERE i.inhrelid = c.oid ORDER BY i.inhseqno)::text, 'inherits[]={}') END,
    CASE WHEN c.relispartition THEN 'partition_bound=' || pg_get_expr(c.relpartbound, c.oid) END,
    {acl 'r', c.relacl, c.relowner}
  ) AS attributes
FROM {relations} c
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
WHERE c.relkind IN ('r', 'p') AND {read}
