-- Primary keys, unique, foreign key, check and exclusion constraints. NOT NULL is an attribute of the
-- column, a constraint trigger is a trigger; foreign keys that PostgreSQL cloned to partitions are left out.
SELECT k.oid, 0 AS sub, c.oid AS root, c.relnamespace AS schema, c.relname AS parent, k.conname AS name,
  concat_ws('{us}',
    CASE k.contype WHEN 'p' THEN 'type=primary key' WHEN 'u' THEN 'type=unique' WHEN 'f' THEN 'type=foreign key'
      WHEN 'c' THEN 'type=check' WHEN 'x' THEN 'type=exclusion' ELSE '#unknown=contype ' || k.contype::text END,
    '#constraint=' || pg_get_constraintdef(k.oid),
    CASE WHEN k.condeferrable THEN 'deferrable=yes' END,
    CASE WHEN k.condeferred THEN 'initially_deferred=yes' END,
    CASE WHEN NOT k.conenforced THEN 'not_enforced=yes' ELSE --@18+
    CASE WHEN NOT k.convalidated THEN 'not_valid=yes' END
    END --@18+
    ,
    CASE WHEN k.connoinherit AND k.contype = 'c' THEN 'no_inherit=yes' END,
    CASE WHEN k.coninhcount > 0 THEN CASE WHEN k.conislocal THEN 'inherited=and local' ELSE 'inherited=yes' END END,
    '#columns=' || k.conkey::text,
    CASE WHEN k.contype = 'f' THEN '#references=' || k.confrelid || ' ' || k.confkey::text END,
    CASE WHEN k.contype IN ('p', 'u', 'x') THEN (SELECT concat_ws('{us}',
        '#index=' || i.oid,
        '#options=' || i.reloptions::text,
        CASE WHEN i.reltablespace <> 0 THEN 'tablespace=' || (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = i.reltablespace) END,
        CASE WHEN x.indisclustered THEN 'clustered=yes' END,
        CASE WHEN x.indisreplident THEN 'replica_identity=yes' END,
        CASE WHEN NOT x.indisvalid THEN 'invalid=yes' END,
        CASE WHEN i.relispartition THEN 'attached_to=' || (SELECT h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = i.oid) END)
      FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid WHERE i.oid = k.conindid) END
  ) AS attributes
FROM pg_constraint k
JOIN {relations} c ON c.oid = k.conrelid
WHERE k.contype NOT IN ('n', 't') AND (k.contype <> 'f' OR k.conparentid = 0)
  AND {read}
