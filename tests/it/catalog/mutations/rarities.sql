CREATE PROCEDURE work(a integer) LANGUAGE plpgsql AS $$BEGIN NULL; END$$;
CREATE PROCEDURE modern() LANGUAGE sql BEGIN ATOMIC SELECT 1; END;
CREATE FUNCTION step(integer, float8, anyelement) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION last_step(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer);
CREATE AGGREGATE middle(float8, anyelement) (SFUNC = step, STYPE = integer);
CREATE AGGREGATE average(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine);
CREATE AGGREGATE biggest(integer) (SFUNC = int4larger, STYPE = integer);
CREATE FUNCTION eq(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION eq2(bigint, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = bigint, COMMUTATOR = ====);
CREATE OPERATOR CLASS ops FOR TYPE integer USING gin AS FUNCTION 1 btint4cmp(integer, integer);
CREATE TYPE pt AS (x integer);
CREATE FUNCTION pt_hash(pt) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x';
CREATE OPERATOR CLASS pt_ops FOR TYPE pt USING hash AS FUNCTION 1 pt_hash(pt);
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION varchar_support(internal), TO SQL WITH FUNCTION int4recv(internal));
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE FUNCTION p_start(internal, integer) RETURNS internal LANGUAGE internal STRICT AS 'prsd_start';
CREATE FUNCTION p_token(internal, internal, internal) RETURNS internal LANGUAGE internal STRICT AS 'prsd_nexttoken';
CREATE FUNCTION p_end(internal) RETURNS void LANGUAGE internal STRICT AS 'prsd_end';
CREATE FUNCTION p_types(internal) RETURNS internal LANGUAGE internal STRICT AS 'prsd_lextype';
CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE FUNCTION t_lexize(internal, internal, internal, internal) RETURNS internal LANGUAGE internal STRICT AS 'dsimple_lexize';
CREATE TEXT SEARCH TEMPLATE tmpl (LEXIZE = dsimple_lexize);
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE FOREIGN DATA WRAPPER fdw;
CREATE SERVER srv FOREIGN DATA WRAPPER fdw;
CREATE TABLE parent (a integer);
CREATE TABLE parts (k integer) PARTITION BY RANGE (k);
CREATE FOREIGN TABLE ft (a integer, b integer) SERVER srv;
CREATE FOREIGN TABLE fpart PARTITION OF parts FOR VALUES FROM (1) TO (2) SERVER srv;
=== procedure owner
ALTER PROCEDURE work OWNER TO pg_monitor;
--> procedure work(integer): owner
=== procedure language
CREATE OR REPLACE PROCEDURE work(a integer) LANGUAGE sql AS 'SELECT 1';
--> procedure work(integer): body
--> procedure work(integer): language
=== procedure arguments
CREATE OR REPLACE PROCEDURE work(a integer DEFAULT 1) LANGUAGE plpgsql AS $$BEGIN NULL; END$$;
--> procedure work(integer): arguments
=== procedure setting
ALTER PROCEDURE work SET work_mem = '1MB';
--> procedure work(integer): set.work_mem
=== procedure body of BEGIN ATOMIC
CREATE OR REPLACE PROCEDURE modern() LANGUAGE sql BEGIN ATOMIC SELECT 2; END;
--> procedure modern(): sql_body
=== procedure grant
REVOKE EXECUTE ON PROCEDURE work FROM PUBLIC;
--> procedure work(integer): grant.PUBLIC
=== procedure transform
CREATE OR REPLACE PROCEDURE work(a integer) TRANSFORM FOR TYPE integer LANGUAGE sql AS 'SELECT 1';
--> procedure work(integer): body
--> procedure work(integer): language
--> procedure work(integer): transforms
=== aggregate argument name
DROP AGGREGATE total(integer);
CREATE AGGREGATE total(x integer) (SFUNC = int4pl, STYPE = integer, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer);
--> aggregate total(integer): arguments
=== aggregate kind
DROP AGGREGATE middle(float8, anyelement);
CREATE AGGREGATE middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
--> aggregate middle(double precision, anyelement): arguments
--> aggregate middle(double precision, anyelement): direct_arguments
--> aggregate middle(double precision, anyelement): final_extra
--> aggregate middle(double precision, anyelement): final_function
--> aggregate middle(double precision, anyelement): kind
--> aggregate middle(double precision, anyelement): state_function
--> aggregate middle(double precision, anyelement): state_type
=== aggregate state type
CREATE OR REPLACE AGGREGATE biggest(integer) (SFUNC = int4larger, STYPE = integer, INITCOND = '1');
--> aggregate biggest(integer): initial
=== aggregate state type of another width
DROP AGGREGATE biggest(integer);
CREATE AGGREGATE biggest(integer) (SFUNC = int84pl, STYPE = bigint, INITCOND = '0');
--> aggregate biggest(integer): initial
--> aggregate biggest(integer): state_function
--> aggregate biggest(integer): state_type
=== aggregate serial functions
CREATE OR REPLACE AGGREGATE average(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine, SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize);
--> aggregate average(numeric): deserial_function
--> aggregate average(numeric): serial_function
=== aggregate moving state space
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MSSPACE = 100);
--> aggregate total(integer): moving_state_space
=== aggregate moving final function
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MFINALFUNC = int4abs, MFINALFUNC_MODIFY = READ_WRITE);
--> aggregate total(integer): moving_final_function
--> aggregate total(integer): moving_final_modify
=== aggregate moving final extra
CREATE OR REPLACE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MFINALFUNC = last_step, MFINALFUNC_EXTRA);
--> aggregate total(integer): moving_final_extra
--> aggregate total(integer): moving_final_function
=== aggregate gets a sort operator
CREATE OR REPLACE AGGREGATE biggest(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = >);
--> aggregate biggest(integer): sort_operator
=== operator no longer a shell
CREATE OPERATOR ==== (FUNCTION = eq2, LEFTARG = bigint, RIGHTARG = integer, COMMUTATOR = ===);
--> operator ====(bigint, integer): commutator
--> operator ====(bigint, integer): function
--> operator ====(bigint, integer): shell
=== operator class type
DROP OPERATOR FAMILY ops USING gin CASCADE;
CREATE OPERATOR CLASS ops FOR TYPE bigint USING gin AS FUNCTION 1 btint4cmp(integer, integer);
--> operator family ops USING gin: functions
--> operator class ops USING gin: type
=== operator class storage
DROP OPERATOR FAMILY ops USING gin CASCADE;
CREATE OPERATOR CLASS ops FOR TYPE integer USING gin AS FUNCTION 1 btint4cmp(integer, integer), STORAGE bigint;
--> operator class ops USING gin: storage
=== operator class by default
DROP OPERATOR FAMILY pt_ops USING hash CASCADE;
CREATE OPERATOR CLASS pt_ops DEFAULT FOR TYPE pt USING hash AS FUNCTION 1 pt_hash(pt);
--> operator class pt_ops USING hash: default
=== transform from SQL
DROP TRANSFORM FOR integer LANGUAGE sql;
CREATE TRANSFORM FOR integer LANGUAGE sql (TO SQL WITH FUNCTION int4recv(internal));
--> transform FOR integer LANGUAGE sql: from_sql
=== conversion by default
DROP CONVERSION conv;
CREATE DEFAULT CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
--> conversion conv: default
=== text search parser functions
DROP TEXT SEARCH PARSER prs;
CREATE TEXT SEARCH PARSER prs (START = p_start, GETTOKEN = p_token, END = p_end, LEXTYPES = p_types);
--> text search parser prs: end
--> text search parser prs: lextypes
--> text search parser prs: start
--> text search parser prs: token
=== text search template lexize
DROP TEXT SEARCH TEMPLATE tmpl;
CREATE TEXT SEARCH TEMPLATE tmpl (LEXIZE = t_lexize);
--> text search template tmpl: lexize
=== table gets another access method [>=15]
ALTER TABLE t SET ACCESS METHOD heap2;
--> table t: access_method
=== materialized view gets another access method [>=15]
ALTER MATERIALIZED VIEW m SET ACCESS METHOD heap2;
--> materialized view m: access_method
=== foreign table owner
ALTER FOREIGN TABLE ft OWNER TO pg_monitor;
--> foreign table ft: owner
=== foreign table grant
GRANT SELECT ON ft TO pg_monitor;
--> foreign table ft: grant.pg_monitor
=== foreign table inherits
ALTER FOREIGN TABLE ft INHERIT parent;
--> foreign table ft: inherits
--> column ft.a: inherited
=== foreign table column order
ALTER FOREIGN TABLE ft DROP COLUMN a;
ALTER FOREIGN TABLE ft ADD COLUMN a integer;
--> foreign table ft: column_order (note)
=== foreign table partition detached
ALTER TABLE parts DETACH PARTITION fpart;
--> foreign table fpart: partition_bound
--> foreign table fpart: partition_of
--> column fpart.k: inherited
