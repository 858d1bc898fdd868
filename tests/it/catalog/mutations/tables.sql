CREATE TABLE t (id bigint PRIMARY KEY, a text, b integer NOT NULL DEFAULT 0);
CREATE TABLE parent (p integer);
CREATE TABLE other (p integer);
CREATE TABLE child (c integer) INHERITS (parent);
CREATE TABLE loose (p integer, c integer);
CREATE TYPE row_type AS (x integer, y text);
CREATE TABLE typed OF row_type;
CREATE TABLE measured (day date NOT NULL, v integer) PARTITION BY RANGE (day);
CREATE TABLE measured_2024 PARTITION OF measured FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX t_a ON t (a);
CREATE UNIQUE INDEX t_b ON t (b);
CREATE TABLE referred (id bigint PRIMARY KEY);
CREATE TABLE refers (id bigint REFERENCES referred);
=== table missing
DROP TABLE typed;
--> table typed: missing
=== table extra
CREATE TABLE extra (id integer);
--> table extra: extra
=== table renamed
ALTER TABLE other RENAME TO another;
--> table other: renamed another
=== table unlogged
ALTER TABLE t SET UNLOGGED;
--> table t: unlogged
=== table storage parameter
ALTER TABLE t SET (fillfactor = 70);
--> table t: option.fillfactor
=== table toast storage parameter
ALTER TABLE t SET (toast.autovacuum_enabled = false);
--> table t: option.toast.autovacuum_enabled
=== table replica identity full
ALTER TABLE t REPLICA IDENTITY FULL;
--> table t: replica_identity
=== table replica identity nothing
ALTER TABLE t REPLICA IDENTITY NOTHING;
--> table t: replica_identity
=== table replica identity index
ALTER TABLE t REPLICA IDENTITY USING INDEX t_b;
--> table t: replica_identity
--> index t_b on t: replica_identity
=== table replica identity of the primary key
ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey;
--> table t: replica_identity
--> constraint t_pkey on t: replica_identity
=== table constraint triggers disabled [ours]
ALTER TABLE refers DISABLE TRIGGER ALL;
--> table refers: constraint_triggers
=== table constraint triggers of the other side disabled [ours]
ALTER TABLE referred DISABLE TRIGGER ALL;
--> table referred: constraint_triggers
=== table row security
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
--> table t: row_security
=== table force row security
ALTER TABLE t FORCE ROW LEVEL SECURITY;
--> table t: force_row_security
=== table inherits no more
ALTER TABLE child NO INHERIT parent;
--> table child: inherits
--> column child.p: inherited
=== table inherits
ALTER TABLE loose INHERIT parent;
--> table loose: inherits
--> column loose.p: inherited
=== table typed no more
ALTER TABLE typed NOT OF;
--> table typed: of_type
=== table access method
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE extra (id integer) USING heap2;
--> access method heap2: extra
--> table extra: extra
=== table partition key
DROP TABLE measured;
CREATE TABLE measured (day date NOT NULL, v integer) PARTITION BY LIST (day);
CREATE TABLE measured_2024 PARTITION OF measured FOR VALUES IN ('2024-01-01');
--> table measured: partition_key
--> table measured_2024: partition_bound
=== table partition bound
ALTER TABLE measured DETACH PARTITION measured_2024;
ALTER TABLE measured ATTACH PARTITION measured_2024 FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
--> table measured_2024: partition_bound
=== table partition detached
ALTER TABLE measured DETACH PARTITION measured_2024;
--> table measured_2024: partition_bound
--> table measured_2024: partition_of
--> column measured_2024.day: inherited
--> column measured_2024.v: inherited
=== table partition added
CREATE TABLE measured_rest PARTITION OF measured DEFAULT;
--> table measured_rest: extra
=== table owner
ALTER TABLE t OWNER TO pg_monitor;
--> table t: owner
=== table clustered on an index
ALTER TABLE t CLUSTER ON t_a;
--> index t_a on t: clustered
=== table clustered on the primary key
ALTER TABLE t CLUSTER ON t_pkey;
--> constraint t_pkey on t: clustered
=== table in another schema
CREATE SCHEMA elsewhere;
ALTER TABLE t SET SCHEMA elsewhere;
--> schema elsewhere: extra
--> table t: missing
--> table elsewhere.t: extra
=== same: statistics of the planner
ANALYZE t;
=== same: a column added and dropped again
ALTER TABLE t ADD COLUMN gone integer;
ALTER TABLE t DROP COLUMN gone;
=== same: rows
INSERT INTO t VALUES (1, 'a', 2);
=== same: a table made and dropped
CREATE TABLE gone (id serial PRIMARY KEY, mail text UNIQUE);
DROP TABLE gone;
=== column order
ALTER TABLE t DROP COLUMN a;
ALTER TABLE t ADD COLUMN a text;
CREATE INDEX t_a ON t (a);
--> table t: column_order (note)
