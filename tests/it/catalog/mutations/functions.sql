CREATE FUNCTION add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a + b';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.id := 1; RETURN NEW; END$$;
CREATE FUNCTION many() RETURNS SETOF integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE work(a integer) LANGUAGE plpgsql AS $$BEGIN NULL; END$$;
CREATE FUNCTION modern(a integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT a + 1; END;
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE TABLE t (id integer);
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE parts (k integer) PARTITION BY RANGE (k);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (2);
CREATE TRIGGER part BEFORE INSERT ON parts FOR EACH ROW EXECUTE FUNCTION touch();
CREATE FUNCTION number_of() RETURNS bigint LANGUAGE internal AS 'window_row_number';
=== function missing
DROP FUNCTION add;
--> function add(integer, integer): missing
=== function extra
CREATE FUNCTION extra() RETURNS integer LANGUAGE sql AS 'SELECT 1';
--> function extra(): extra
=== function renamed
ALTER FUNCTION add RENAME TO plus;
--> function add(integer, integer): renamed plus(integer, integer)
=== function overloaded
CREATE FUNCTION add(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT a';
--> function add(bigint): extra
=== function argument name
DROP FUNCTION add;
CREATE FUNCTION add(x integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT x + b';
--> function add(integer, integer): arguments
--> function add(integer, integer): body
=== function argument default
CREATE OR REPLACE FUNCTION add(a integer, b integer DEFAULT 2) RETURNS integer LANGUAGE sql AS 'SELECT a + b';
--> function add(integer, integer): arguments
=== function argument default taken away
DROP FUNCTION add;
CREATE FUNCTION add(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT a + b';
--> function add(integer, integer): arguments
=== function argument mode
DROP FUNCTION many;
CREATE FUNCTION many(OUT x integer) RETURNS SETOF integer LANGUAGE sql AS 'SELECT 1';
--> function many(): arguments
=== function result
DROP FUNCTION add;
CREATE FUNCTION add(a integer, b integer DEFAULT 1) RETURNS bigint LANGUAGE sql AS 'SELECT a + b';
--> function add(integer, integer): returns
=== function body
CREATE OR REPLACE FUNCTION add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a - b';
--> function add(integer, integer): body
=== function body white space
CREATE OR REPLACE FUNCTION add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a  +  b';
--> function add(integer, integer): body (note)
=== function body of BEGIN ATOMIC
CREATE OR REPLACE FUNCTION modern(a integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT a + 2; END;
--> function modern(integer): sql_body
=== function body string instead of BEGIN ATOMIC
CREATE OR REPLACE FUNCTION modern(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a + 1';
--> function modern(integer): body
--> function modern(integer): sql_body
=== function language
CREATE OR REPLACE FUNCTION add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN a + b; END';
--> function add(integer, integer): body
--> function add(integer, integer): language
=== function volatility
ALTER FUNCTION add IMMUTABLE;
--> function add(integer, integer): volatility
=== function volatility stable
ALTER FUNCTION add STABLE;
--> function add(integer, integer): volatility
=== function strict
ALTER FUNCTION add STRICT;
--> function add(integer, integer): strict
=== function security definer
ALTER FUNCTION add SECURITY DEFINER;
--> function add(integer, integer): security_definer
=== function leakproof
ALTER FUNCTION add LEAKPROOF;
--> function add(integer, integer): leakproof
=== function parallel
ALTER FUNCTION add PARALLEL SAFE;
--> function add(integer, integer): parallel
=== function cost
ALTER FUNCTION add COST 7;
--> function add(integer, integer): cost
=== function rows
ALTER FUNCTION many ROWS 7;
--> function many(): rows
=== function support
ALTER FUNCTION many SUPPORT generate_series_int4_support;
--> function many(): support
=== function setting
ALTER FUNCTION add SET work_mem = '1MB';
--> function add(integer, integer): set.work_mem
=== function search path
ALTER FUNCTION add SET search_path = pg_catalog, pg_temp;
--> function add(integer, integer): set.search_path
=== function window
CREATE FUNCTION win() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
--> function win(): extra
=== function internal symbol
CREATE FUNCTION c_add(integer, integer) RETURNS integer LANGUAGE internal AS 'int4pl';
--> function c_add(integer, integer): extra
=== function transform
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION varchar_support(internal), TO SQL WITH FUNCTION int4recv(internal));
CREATE OR REPLACE FUNCTION add(a integer, b integer DEFAULT 1) RETURNS integer TRANSFORM FOR TYPE integer LANGUAGE sql AS 'SELECT a + b';
--> function add(integer, integer): transforms
--> transform FOR integer LANGUAGE sql: extra
=== function owner
ALTER FUNCTION add OWNER TO pg_monitor;
--> function add(integer, integer): owner
=== function grant
GRANT EXECUTE ON FUNCTION add TO pg_monitor;
--> function add(integer, integer): grant.pg_monitor
=== function revoke from public
REVOKE EXECUTE ON FUNCTION add FROM PUBLIC;
--> function add(integer, integer): grant.PUBLIC
=== function comment
COMMENT ON FUNCTION add IS 'adds';
--> function add(integer, integer): comment
=== function depends on extension
ALTER FUNCTION add DEPENDS ON EXTENSION plpgsql;
--> function add(integer, integer): depends_on_extension.plpgsql
=== procedure missing
DROP PROCEDURE work;
--> procedure work(integer): missing
=== procedure extra
CREATE PROCEDURE extra() LANGUAGE sql AS 'SELECT 1';
--> procedure extra(): extra
=== procedure body
CREATE OR REPLACE PROCEDURE work(a integer) LANGUAGE plpgsql AS $$BEGIN PERFORM 1; END$$;
--> procedure work(integer): body
=== procedure security definer
ALTER PROCEDURE work SECURITY DEFINER;
--> procedure work(integer): security_definer
=== procedure comment
COMMENT ON PROCEDURE work IS 'works';
--> procedure work(integer): comment
=== aggregate missing
DROP AGGREGATE total(integer);
--> aggregate total(integer): missing
=== aggregate extra
CREATE AGGREGATE extra(integer) (SFUNC = int4pl, STYPE = integer);
--> aggregate extra(integer): extra
=== aggregate state function
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4mi, STYPE = integer, INITCOND = '0');
--> aggregate total(integer): state_function
=== aggregate initial value
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '1');
--> aggregate total(integer): initial
=== aggregate final function
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', FINALFUNC = int4abs);
--> aggregate total(integer): final_function
=== aggregate final modify
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', FINALFUNC = int4abs, FINALFUNC_MODIFY = READ_WRITE);
--> aggregate total(integer): final_function
--> aggregate total(integer): final_modify
=== aggregate combine function
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl);
--> aggregate total(integer): combine_function
=== aggregate state space
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', SSPACE = 100);
--> aggregate total(integer): state_space
=== aggregate moving
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = '0');
--> aggregate total(integer): moving_initial
--> aggregate total(integer): moving_inverse_function
--> aggregate total(integer): moving_state_function
--> aggregate total(integer): moving_state_type
=== aggregate sort operator
CREATE AGGREGATE biggest(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = >);
--> aggregate biggest(integer): extra
=== aggregate parallel
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', PARALLEL = SAFE);
--> aggregate total(integer): parallel
=== aggregate ordered set
CREATE AGGREGATE middle(float8 ORDER BY float8) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
--> aggregate middle(double precision, double precision): extra
=== aggregate owner
ALTER AGGREGATE total(integer) OWNER TO pg_monitor;
--> aggregate total(integer): owner
=== aggregate grant
REVOKE EXECUTE ON FUNCTION total(integer) FROM PUBLIC;
--> aggregate total(integer): grant.PUBLIC
=== aggregate comment
COMMENT ON AGGREGATE total(integer) IS 'sums';
--> aggregate total(integer): comment
=== trigger missing
DROP TRIGGER tr ON t;
--> trigger tr on t: missing
=== trigger extra
CREATE TRIGGER extra AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
--> trigger extra on t: extra
=== trigger renamed
ALTER TRIGGER tr ON t RENAME TO trg_t;
--> trigger tr on t: renamed trg_t
=== trigger timing
DROP TRIGGER tr ON t;
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();
--> trigger tr on t: definition
=== trigger events
DROP TRIGGER tr ON t;
CREATE TRIGGER tr BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
--> trigger tr on t: definition
=== trigger columns
DROP TRIGGER tr ON t;
CREATE TRIGGER tr BEFORE UPDATE OF id ON t FOR EACH ROW EXECUTE FUNCTION touch();
--> trigger tr on t: definition
=== trigger level
DROP TRIGGER tr ON t;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION touch();
--> trigger tr on t: definition
=== trigger condition
DROP TRIGGER tr ON t;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id > 0) EXECUTE FUNCTION touch();
--> trigger tr on t: definition
=== trigger arguments
DROP TRIGGER tr ON t;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch('x');
--> trigger tr on t: definition
=== trigger transition table
DROP TRIGGER tr ON t;
CREATE TRIGGER tr AFTER INSERT ON t REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION touch();
--> trigger tr on t: definition
=== trigger constraint
DROP TRIGGER tr ON t;
CREATE CONSTRAINT TRIGGER tr AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch();
--> trigger tr on t: constraint
--> trigger tr on t: definition
=== trigger disabled
ALTER TABLE t DISABLE TRIGGER tr;
--> trigger tr on t: enabled
=== trigger on replicas
ALTER TABLE t ENABLE REPLICA TRIGGER tr;
--> trigger tr on t: enabled
=== trigger always
ALTER TABLE t ENABLE ALWAYS TRIGGER tr;
--> trigger tr on t: enabled
=== trigger comment
COMMENT ON TRIGGER tr ON t IS 'touches';
--> trigger tr on t: comment
=== event trigger extra
CREATE FUNCTION ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION ev();
--> function ev(): extra
--> event trigger et: extra
=== same: a function replaced by itself
CREATE OR REPLACE FUNCTION add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a + b';
=== same: a setting set and reset
ALTER FUNCTION add SET work_mem = '1MB';
ALTER FUNCTION add RESET work_mem;
=== trigger of a partition
ALTER TABLE parts DETACH PARTITION parts_1;
--> table parts_1: partition_bound
--> table parts_1: partition_of
--> column parts_1.k: inherited
--> trigger part on parts_1: missing
=== function gets a window
DROP FUNCTION number_of();
CREATE FUNCTION number_of() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
--> function number_of(): window
=== trigger of a partition made its own
ALTER TABLE parts DETACH PARTITION parts_1;
ALTER TABLE parts ATTACH PARTITION parts_1 FOR VALUES FROM (1) TO (3);
--> table parts_1: partition_bound
=== trigger inherited no more
ALTER TABLE parts DETACH PARTITION parts_1;
CREATE TRIGGER part BEFORE INSERT ON parts_1 FOR EACH ROW EXECUTE FUNCTION touch();
--> table parts_1: partition_bound
--> table parts_1: partition_of
--> column parts_1.k: inherited
--> trigger part on parts_1: inherited
