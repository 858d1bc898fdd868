CREATE TABLE t (id integer, a text, b text, c integer, d jsonb, ts tsvector);
CREATE INDEX i_a ON t (a);
CREATE INDEX i_b ON t (b text_pattern_ops);
CREATE INDEX i_lower ON t (lower(a));
CREATE INDEX i_part ON t (c) WHERE c > 0;
CREATE UNIQUE INDEX i_u ON t (c);
CREATE INDEX i_gin ON t USING gin (d);
CREATE INDEX i_ts ON t USING gist (ts);
CREATE TABLE parts (k integer, v integer) PARTITION BY RANGE (k);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
CREATE INDEX parts_v ON parts (v);
=== index missing
DROP INDEX i_a;
--> index i_a on t: missing
=== index extra
CREATE INDEX i_extra ON t (id);
--> index i_extra on t: extra
=== index renamed
ALTER INDEX i_a RENAME TO idx_t_a;
--> index i_a on t: renamed idx_t_a
=== index key
DROP INDEX i_a;
CREATE INDEX i_a ON t (b);
--> index i_a on t: keys
=== index second key
DROP INDEX i_a;
CREATE INDEX i_a ON t (a, b);
--> index i_a on t: keys
=== index order
DROP INDEX i_a;
CREATE INDEX i_a ON t (a DESC);
--> index i_a on t: keys
=== index nulls first
DROP INDEX i_a;
CREATE INDEX i_a ON t (a NULLS FIRST);
--> index i_a on t: keys
=== index collation
DROP INDEX i_a;
CREATE INDEX i_a ON t (a COLLATE "C");
--> index i_a on t: keys
=== index operator class
DROP INDEX i_b;
CREATE INDEX i_b ON t (b);
--> index i_b on t: keys
=== index operator class parameter
DROP INDEX i_ts;
CREATE INDEX i_ts ON t USING gist (ts tsvector_ops (siglen = 64));
--> index i_ts on t: keys
=== index expression
DROP INDEX i_lower;
CREATE INDEX i_lower ON t (upper(a));
--> index i_lower on t: keys
=== index predicate
DROP INDEX i_part;
CREATE INDEX i_part ON t (c) WHERE c > 1;
--> index i_part on t: predicate
=== index predicate lost
DROP INDEX i_part;
CREATE INDEX i_part ON t (c);
--> index i_part on t: predicate
=== index method
DROP INDEX i_a;
CREATE INDEX i_a ON t USING hash (a);
--> index i_a on t: method
=== index include
DROP INDEX i_a;
CREATE INDEX i_a ON t (a) INCLUDE (c);
--> index i_a on t: include
=== index unique
DROP INDEX i_u;
CREATE INDEX i_u ON t (c);
--> index i_u on t: unique
=== index nulls not distinct [>=15]
DROP INDEX i_u;
CREATE UNIQUE INDEX i_u ON t (c) NULLS NOT DISTINCT;
--> index i_u on t: nulls_not_distinct
=== index storage parameter
ALTER INDEX i_a SET (fillfactor = 60);
--> index i_a on t: option.fillfactor
=== index storage parameter of gin
ALTER INDEX i_gin SET (fastupdate = off);
--> index i_gin on t: option.fastupdate
=== index statistics
ALTER INDEX i_lower ALTER COLUMN 1 SET STATISTICS 300;
--> index i_lower on t: statistics.1
=== index clustered
ALTER TABLE t CLUSTER ON i_a;
--> index i_a on t: clustered
=== index comment
COMMENT ON INDEX i_a IS 'for searching';
--> index i_a on t: comment
=== index of a partition
DROP INDEX parts_v;
CREATE INDEX parts_v ON ONLY parts (v);
--> index parts_v on parts: invalid
--> index parts_1_v_idx on parts_1: missing
=== index of a partition alone
CREATE INDEX parts_1_alone ON parts_1 (k);
--> index parts_1_alone on parts_1: extra
=== index that a failed build left behind
SET allow_system_table_mods = on;
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i_a'::regclass;
--> index i_a on t: invalid
=== same: an index dropped and made again
DROP INDEX i_lower;
CREATE INDEX i_lower ON t (lower((a)));
=== same: rebuilt
REINDEX INDEX i_a;
=== index of a partition detached
ALTER TABLE parts DETACH PARTITION parts_1;
--> table parts_1: partition_bound
--> table parts_1: partition_of
--> column parts_1.k: inherited
--> column parts_1.v: inherited
--> index parts_1_v_idx on parts_1: attached_to
