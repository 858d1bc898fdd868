CREATE TABLE t (id integer, a text, b text, n integer);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT id, a FROM t WHERE n > 0;
CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t;
CREATE INDEX m_id ON m (id);
CREATE SEQUENCE s;
CREATE TABLE owner_of (id integer);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE POLICY p ON t FOR SELECT USING (n > 0);
CREATE STATISTICS st (ndistinct, dependencies) ON a, b FROM t;
CREATE FUNCTION ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON sql_drop WHEN TAG IN ('DROP FUNCTION') EXECUTE FUNCTION ev();
CREATE POLICY pu ON t FOR UPDATE USING (n > 0) WITH CHECK (n > 1);
=== view missing
DROP VIEW v;
--> view v: missing
=== view extra
CREATE VIEW extra AS SELECT 1 AS one;
--> view extra: extra
=== view renamed
ALTER VIEW v RENAME TO v2;
--> view v: renamed v2
=== view definition
CREATE OR REPLACE VIEW w AS SELECT id, a FROM t WHERE n > 1;
--> view w: definition
=== view column added
CREATE OR REPLACE VIEW v AS SELECT id, a, b FROM t;
--> view v: definition
=== view column renamed
ALTER VIEW v RENAME COLUMN a TO aa;
--> view v: definition
=== view column order
DROP VIEW v;
CREATE VIEW v AS SELECT a, id FROM t;
--> view v: definition (note)
=== view security barrier
ALTER VIEW v SET (security_barrier = true);
--> view v: option.security_barrier
=== view security invoker [>=15]
ALTER VIEW v SET (security_invoker = true);
--> view v: option.security_invoker
=== view check option
ALTER VIEW w SET (check_option = local);
--> view w: option.check_option
=== view column default
ALTER VIEW v ALTER COLUMN a SET DEFAULT 'x';
--> view column v.a: default
=== view column comment
COMMENT ON COLUMN v.a IS 'a';
--> view column v.a: comment
=== view column grant
GRANT SELECT (a) ON v TO pg_monitor;
--> view column v.a: grant.pg_monitor
=== view comment
COMMENT ON VIEW v IS 'a view';
--> view v: comment
=== view owner
ALTER VIEW v OWNER TO pg_monitor;
--> view v: owner
=== view grant
GRANT SELECT ON v TO pg_monitor;
--> view v: grant.pg_monitor
=== materialized view missing
DROP MATERIALIZED VIEW m;
--> materialized view m: missing
=== materialized view definition
DROP MATERIALIZED VIEW m;
CREATE MATERIALIZED VIEW m AS SELECT id, b FROM t;
CREATE INDEX m_id ON m (id);
--> materialized view m: definition
=== materialized view not populated [ours]
REFRESH MATERIALIZED VIEW m WITH NO DATA;
--> materialized view m: populated
=== materialized view storage parameter
ALTER MATERIALIZED VIEW m SET (fillfactor = 80);
--> materialized view m: option.fillfactor
=== materialized view column statistics
ALTER MATERIALIZED VIEW m ALTER COLUMN a SET STATISTICS 200;
--> view column m.a: statistics
=== materialized view column storage
ALTER MATERIALIZED VIEW m ALTER COLUMN a SET STORAGE EXTERNAL;
--> view column m.a: storage
=== materialized view column compression
ALTER MATERIALIZED VIEW m ALTER COLUMN a SET COMPRESSION pglz;
--> view column m.a: compression
=== materialized view column option
ALTER MATERIALIZED VIEW m ALTER COLUMN a SET (n_distinct = 3);
--> view column m.a: option.n_distinct
=== materialized view access method
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE MATERIALIZED VIEW m2 USING heap2 AS SELECT 1 AS one;
--> access method heap2: extra
--> materialized view m2: extra
=== materialized view clustered
ALTER MATERIALIZED VIEW m CLUSTER ON m_id;
--> index m_id on m: clustered
=== materialized view index
DROP INDEX m_id;
--> index m_id on m: missing
=== materialized view comment
COMMENT ON MATERIALIZED VIEW m IS 'kept';
--> materialized view m: comment
=== materialized view owner
ALTER MATERIALIZED VIEW m OWNER TO pg_monitor;
--> materialized view m: owner
=== sequence missing
DROP SEQUENCE s;
--> sequence s: missing
=== sequence extra
CREATE SEQUENCE extra START 5;
--> sequence extra: extra
=== sequence renamed
ALTER SEQUENCE s RENAME TO s2;
--> sequence s: renamed s2
=== sequence type
ALTER SEQUENCE s AS integer;
--> sequence s: type
=== sequence start
ALTER SEQUENCE s START 10;
--> sequence s: start
=== sequence increment
ALTER SEQUENCE s INCREMENT 3;
--> sequence s: increment
=== sequence minimum
ALTER SEQUENCE s MINVALUE -5;
--> sequence s: minimum
=== sequence maximum
ALTER SEQUENCE s MAXVALUE 500;
--> sequence s: maximum
=== sequence cache
ALTER SEQUENCE s CACHE 9;
--> sequence s: cache
=== sequence cycle
ALTER SEQUENCE s CYCLE;
--> sequence s: cycle
=== sequence owned by
ALTER SEQUENCE s OWNED BY owner_of.id;
--> sequence s: owned_by
=== sequence unlogged [>=15]
ALTER SEQUENCE s SET UNLOGGED;
--> sequence s: unlogged
=== sequence owner
ALTER SEQUENCE s OWNER TO pg_monitor;
--> sequence s: owner
=== sequence grant
GRANT USAGE ON SEQUENCE s TO pg_monitor;
--> sequence s: grant.pg_monitor
=== sequence comment
COMMENT ON SEQUENCE s IS 'counts';
--> sequence s: comment
=== rule missing
DROP RULE r ON t;
--> rule r on t: missing
=== rule extra
CREATE RULE extra AS ON UPDATE TO t DO ALSO NOTHING;
--> rule extra on t: extra
=== rule definition
CREATE OR REPLACE RULE r AS ON DELETE TO t WHERE old.n > 0 DO INSTEAD NOTHING;
--> rule r on t: definition
=== rule renamed
ALTER RULE r ON t RENAME TO r2;
--> rule r on t: renamed r2
=== rule disabled
ALTER TABLE t DISABLE RULE r;
--> rule r on t: enabled
=== rule comment
COMMENT ON RULE r ON t IS 'no';
--> rule r on t: comment
=== policy missing
DROP POLICY p ON t;
--> policy p on t: missing
=== policy extra
CREATE POLICY extra ON t;
--> policy extra on t: extra
=== policy renamed
ALTER POLICY p ON t RENAME TO p2;
--> policy p on t: renamed p2
=== policy expression
ALTER POLICY p ON t USING (n > 1);
--> policy p on t: using
=== policy roles
ALTER POLICY p ON t TO pg_monitor;
--> policy p on t: roles
=== policy command
DROP POLICY p ON t;
CREATE POLICY p ON t FOR DELETE USING (n > 0);
--> policy p on t: command
=== policy restrictive
DROP POLICY p ON t;
CREATE POLICY p ON t AS RESTRICTIVE FOR SELECT USING (n > 0);
--> policy p on t: restrictive
=== policy check
CREATE POLICY extra ON t FOR INSERT WITH CHECK (n > 0);
--> policy extra on t: extra
=== policy comment
COMMENT ON POLICY p ON t IS 'mine';
--> policy p on t: comment
=== statistics object missing
DROP STATISTICS st;
--> statistics object st: missing
=== statistics object kinds
DROP STATISTICS st;
CREATE STATISTICS st (mcv) ON a, b FROM t;
--> statistics object st: kinds
=== statistics object columns
DROP STATISTICS st;
CREATE STATISTICS st (ndistinct, dependencies) ON a, n FROM t;
--> statistics object st: columns
=== statistics object expression
CREATE STATISTICS extra ON lower(a) FROM t;
--> statistics object extra: extra
=== statistics object target
ALTER STATISTICS st SET STATISTICS 77;
--> statistics object st: statistics
=== statistics object owner
ALTER STATISTICS st OWNER TO pg_monitor;
--> statistics object st: owner
=== statistics object comment
COMMENT ON STATISTICS st IS 'both';
--> statistics object st: comment
=== event trigger missing
DROP EVENT TRIGGER et;
--> event trigger et: missing
=== event trigger event
DROP EVENT TRIGGER et;
CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('DROP FUNCTION') EXECUTE FUNCTION ev();
--> event trigger et: event
=== event trigger tags
DROP EVENT TRIGGER et;
CREATE EVENT TRIGGER et ON sql_drop WHEN TAG IN ('DROP FUNCTION', 'DROP VIEW') EXECUTE FUNCTION ev();
--> event trigger et: tags
=== event trigger function
CREATE FUNCTION ev2() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
DROP EVENT TRIGGER et;
CREATE EVENT TRIGGER et ON sql_drop WHEN TAG IN ('DROP FUNCTION') EXECUTE FUNCTION ev2();
--> function ev2(): extra
--> event trigger et: function
=== event trigger disabled
ALTER EVENT TRIGGER et DISABLE;
--> event trigger et: enabled
=== event trigger comment
COMMENT ON EVENT TRIGGER et IS 'sees';
--> event trigger et: comment
=== same: a view replaced by itself
CREATE OR REPLACE VIEW v AS SELECT id, a FROM t;
=== same: numbers drawn
SELECT nextval('s');
=== statistics object table
DROP STATISTICS st;
CREATE TABLE t2 (a text, b text);
CREATE STATISTICS st (ndistinct, dependencies) ON a, b FROM t2;
--> table t2: extra
--> statistics object st: table
=== materialized view grant
GRANT SELECT ON m TO pg_monitor;
--> materialized view m: grant.pg_monitor
=== policy check of an update
ALTER POLICY pu ON t WITH CHECK (n > 2);
--> policy pu on t: check
=== view depends on an extension
ALTER MATERIALIZED VIEW m DEPENDS ON EXTENSION plpgsql;
--> materialized view m: depends_on_extension.plpgsql
