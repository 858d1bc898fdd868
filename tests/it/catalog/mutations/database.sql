CREATE SCHEMA audit;
CREATE TABLE audit.log (id integer, at timestamptz);
CREATE TABLE t (id integer, a text, b text);
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER DEFAULT PRIVILEGES IN SCHEMA audit GRANT SELECT ON TABLES TO pg_monitor;
CREATE FOREIGN DATA WRAPPER fdw OPTIONS (debug 'true');
CREATE SERVER srv TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER fdw OPTIONS (host 'a');
CREATE USER MAPPING FOR PUBLIC SERVER srv OPTIONS (usr 'u');
CREATE FOREIGN TABLE ft (id integer) SERVER srv OPTIONS (name 'x');
CREATE PUBLICATION pub FOR TABLE t WITH (publish = 'insert, update');
CREATE FUNCTION fake_call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION fake_inline(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION fake_validator(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE LANGUAGE plfake HANDLER fake_call INLINE fake_inline VALIDATOR fake_validator;
CREATE FUNCTION to_t(integer) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE TYPE w AS (x integer);
CREATE FUNCTION w_int(w) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x';
CREATE CAST (w AS integer) WITH FUNCTION w_int(w);
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION varchar_support(internal), TO SQL WITH FUNCTION int4recv(internal));
CREATE TRUSTED LANGUAGE pltrusted HANDLER fake_call INLINE fake_inline VALIDATOR fake_validator;
CREATE ACCESS METHOD known TYPE INDEX HANDLER bthandler;
CREATE FUNCTION fdw_handle() RETURNS fdw_handler LANGUAGE internal AS 'int4in';
=== schema missing
DROP SCHEMA audit CASCADE;
--> schema audit: missing
--> default privilege audit.tables: missing
--> table audit.log: missing
=== schema extra
CREATE SCHEMA extra;
--> schema extra: extra
=== schema owner
ALTER SCHEMA audit OWNER TO pg_monitor;
--> schema audit: owner
=== schema grant
GRANT USAGE ON SCHEMA audit TO pg_monitor;
--> schema audit: grant.pg_monitor
=== schema comment
COMMENT ON SCHEMA audit IS 'who did what';
--> schema audit: comment
=== schema public grant
REVOKE ALL ON SCHEMA public FROM PUBLIC;
--> schema (home): grant.PUBLIC
=== schema public owner
ALTER SCHEMA public OWNER TO pg_monitor;
--> schema (home): owner
=== schema public comment
COMMENT ON SCHEMA public IS 'mine';
--> schema (home): comment
=== schema public comment lost
COMMENT ON SCHEMA public IS NULL;
--> schema (home): comment
=== schema of a table
ALTER TABLE audit.log SET SCHEMA public;
--> table log: extra
--> table audit.log: missing
=== table grant
GRANT SELECT ON t TO pg_monitor;
--> table t: grant.pg_monitor
=== table grant to public
GRANT SELECT ON t TO PUBLIC;
--> table t: grant.PUBLIC
=== table grant with option
GRANT SELECT ON t TO pg_monitor WITH GRANT OPTION;
--> table t: grant.pg_monitor
=== table revoke from the owner
REVOKE DELETE ON t FROM CURRENT_USER;
--> table t: grant.owner
=== table grant maintain [>=17]
GRANT MAINTAIN ON t TO pg_monitor;
--> table t: grant.pg_monitor
=== table comment
COMMENT ON TABLE t IS 'a table';
--> table t: comment
=== table security label
SET allow_system_table_mods = on;
INSERT INTO pg_seclabel VALUES ('t'::regclass, 'pg_class'::regclass, 0, 'dummy', 'secret');
--> table t: security_label.dummy
=== column security label
SET allow_system_table_mods = on;
INSERT INTO pg_seclabel VALUES ('t'::regclass, 'pg_class'::regclass, 1, 'dummy', 'secret');
--> column t.id: security_label.dummy
=== default privilege missing
ALTER DEFAULT PRIVILEGES IN SCHEMA audit REVOKE SELECT ON TABLES FROM pg_monitor;
--> default privilege audit.tables: missing
=== default privilege changed
ALTER DEFAULT PRIVILEGES IN SCHEMA audit GRANT INSERT ON TABLES TO pg_monitor;
--> default privilege audit.tables: grant.pg_monitor
=== default privilege of sequences
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO pg_monitor;
--> default privilege sequences in all schemas: extra
=== default privilege of functions
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
--> default privilege functions in all schemas: extra
=== default privilege of types
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
--> default privilege types in all schemas: extra
=== default privilege of schemas
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO pg_monitor;
--> default privilege schemas in all schemas: extra
=== default privilege of a role
ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor GRANT SELECT ON TABLES TO PUBLIC;
--> default privilege tables in all schemas of role pg_monitor: extra
=== default privilege of large objects [>=18]
ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO pg_monitor;
--> default privilege large objects in all schemas: extra
=== foreign data wrapper missing
DROP FOREIGN DATA WRAPPER fdw CASCADE;
--> foreign-data wrapper fdw: missing
--> server srv: missing
--> foreign table ft: missing
=== foreign data wrapper extra
CREATE FOREIGN DATA WRAPPER extra;
--> foreign-data wrapper extra: extra
=== foreign data wrapper option
ALTER FOREIGN DATA WRAPPER fdw OPTIONS (SET debug 'false');
--> foreign-data wrapper fdw: option.debug
=== foreign data wrapper validator
ALTER FOREIGN DATA WRAPPER fdw VALIDATOR postgresql_fdw_validator;
--> foreign-data wrapper fdw: validator
=== foreign data wrapper handler
CREATE FUNCTION fdw_handler() RETURNS fdw_handler LANGUAGE internal AS 'int4in';
--> function fdw_handler(): extra
=== foreign data wrapper grant
GRANT USAGE ON FOREIGN DATA WRAPPER fdw TO pg_monitor;
--> foreign-data wrapper fdw: grant.pg_monitor
=== foreign data wrapper comment
COMMENT ON FOREIGN DATA WRAPPER fdw IS 'far';
--> foreign-data wrapper fdw: comment
=== server missing
DROP SERVER srv CASCADE;
--> server srv: missing
--> foreign table ft: missing
=== server extra
CREATE SERVER extra FOREIGN DATA WRAPPER fdw;
--> server extra: extra
=== server option
ALTER SERVER srv OPTIONS (SET host 'b');
--> server srv: option.host
=== server version
ALTER SERVER srv VERSION '2';
--> server srv: version
=== server type
DROP SERVER srv CASCADE;
CREATE SERVER srv TYPE 'y' VERSION '1' FOREIGN DATA WRAPPER fdw OPTIONS (host 'a');
CREATE USER MAPPING FOR PUBLIC SERVER srv OPTIONS (usr 'u');
CREATE FOREIGN TABLE ft (id integer) SERVER srv OPTIONS (name 'x');
--> server srv: type
=== server grant
GRANT USAGE ON FOREIGN SERVER srv TO pg_monitor;
--> server srv: grant.pg_monitor
=== server comment
COMMENT ON SERVER srv IS 'there';
--> server srv: comment
=== user mapping missing
DROP USER MAPPING FOR PUBLIC SERVER srv;
--> user mapping public on server srv: missing
=== user mapping extra
CREATE USER MAPPING FOR pg_monitor SERVER srv;
--> user mapping pg_monitor on server srv: extra
=== user mapping option
ALTER USER MAPPING FOR PUBLIC SERVER srv OPTIONS (SET usr 'v');
--> user mapping public on server srv: option.usr
=== foreign table missing
DROP FOREIGN TABLE ft;
--> foreign table ft: missing
=== foreign table option
ALTER FOREIGN TABLE ft OPTIONS (SET name 'y');
--> foreign table ft: option.name
=== foreign table server
CREATE SERVER srv2 FOREIGN DATA WRAPPER fdw;
DROP FOREIGN TABLE ft;
CREATE FOREIGN TABLE ft (id integer) SERVER srv2 OPTIONS (name 'x');
--> server srv2: extra
--> foreign table ft: server
=== foreign table column
ALTER FOREIGN TABLE ft ADD COLUMN a text;
--> column ft.a: extra
=== foreign table comment
COMMENT ON FOREIGN TABLE ft IS 'far';
--> foreign table ft: comment
=== publication missing
DROP PUBLICATION pub;
--> publication pub: missing
=== publication extra
CREATE PUBLICATION extra;
--> publication extra: extra
=== publication operations
ALTER PUBLICATION pub SET (publish = 'insert');
--> publication pub: operations
=== publication via root
ALTER PUBLICATION pub SET (publish_via_partition_root = true);
--> publication pub: via_root
=== publication all tables
DROP PUBLICATION pub;
CREATE PUBLICATION pub FOR ALL TABLES WITH (publish = 'insert, update');
--> publication pub: all_tables
--> publication pub: table.t
=== publication table
ALTER PUBLICATION pub ADD TABLE audit.log;
--> publication pub: table.audit.log
=== publication row filter [>=15]
ALTER PUBLICATION pub SET TABLE t WHERE (id > 0);
--> publication pub: table.t
=== publication column list [>=15]
ALTER PUBLICATION pub SET TABLE t (id, a);
--> publication pub: table.t
=== publication schema [>=15]
ALTER PUBLICATION pub ADD TABLES IN SCHEMA audit;
--> publication pub: schema.audit
=== publication generated columns [>=18]
ALTER PUBLICATION pub SET (publish_generated_columns = stored);
--> publication pub: generated_columns
=== publication owner
ALTER PUBLICATION pub OWNER TO pg_monitor;
--> publication pub: owner
=== publication comment
COMMENT ON PUBLICATION pub IS 'out';
--> publication pub: comment
=== subscription extra
CREATE SUBSCRIPTION gauntlet_sub CONNECTION 'dbname=nowhere' PUBLICATION pub WITH (connect = false, slot_name = NONE);
--> subscription gauntlet_sub: extra
=== language missing
DROP LANGUAGE plfake;
--> language plfake: missing
=== language extra
CREATE LANGUAGE plfake2 HANDLER fake_call;
--> language plfake2: extra
=== language trusted
DROP LANGUAGE plfake;
CREATE TRUSTED LANGUAGE plfake HANDLER fake_call INLINE fake_inline VALIDATOR fake_validator;
--> language plfake: trusted
=== language inline
DROP LANGUAGE plfake;
CREATE LANGUAGE plfake HANDLER fake_call VALIDATOR fake_validator;
--> language plfake: inline
=== language validator
DROP LANGUAGE plfake;
CREATE LANGUAGE plfake HANDLER fake_call INLINE fake_inline;
--> language plfake: validator
=== language comment
COMMENT ON LANGUAGE plfake IS 'fake';
--> language plfake: comment
=== access method extra
CREATE ACCESS METHOD am TYPE INDEX HANDLER bthandler;
--> access method am: extra
=== access method comment
CREATE ACCESS METHOD am TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD am IS 'like btree';
--> access method am: extra
=== cast missing
DROP CAST (w AS integer);
--> cast (w AS integer): missing
=== cast extra
CREATE CAST (integer AS w) WITH INOUT;
--> cast (integer AS w): extra
=== cast context
DROP CAST (w AS integer);
CREATE CAST (w AS integer) WITH FUNCTION w_int(w) AS ASSIGNMENT;
--> cast (w AS integer): context
=== cast implicit
DROP CAST (w AS integer);
CREATE CAST (w AS integer) WITH FUNCTION w_int(w) AS IMPLICIT;
--> cast (w AS integer): context
=== cast method
DROP CAST (w AS integer);
CREATE CAST (w AS integer) WITH INOUT;
--> cast (w AS integer): function
--> cast (w AS integer): method
=== cast comment
COMMENT ON CAST (w AS integer) IS 'unwraps';
--> cast (w AS integer): comment
=== transform missing
DROP TRANSFORM FOR integer LANGUAGE sql;
--> transform FOR integer LANGUAGE sql: missing
=== transform functions
DROP TRANSFORM FOR integer LANGUAGE sql;
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION varchar_support(internal));
--> transform FOR integer LANGUAGE sql: to_sql
=== transform comment
COMMENT ON TRANSFORM FOR integer LANGUAGE sql IS 'odd';
--> transform FOR integer LANGUAGE sql: comment
=== extension extra [may-lack]
CREATE EXTENSION citext;
--> extension citext: extra
=== extension in a schema [may-lack]
CREATE EXTENSION citext SCHEMA audit;
--> extension citext: extra
=== extension comment [ours]
COMMENT ON EXTENSION plpgsql IS 'other';
--> extension plpgsql: comment
=== same: granted and revoked
GRANT SELECT ON t TO pg_monitor;
REVOKE SELECT ON t FROM pg_monitor;
=== same: the default granted outright
GRANT EXECUTE ON FUNCTION f() TO PUBLIC;
=== same: commented and not
COMMENT ON TABLE t IS 'a';
COMMENT ON TABLE t IS NULL;
=== extension version [ours]
UPDATE pg_extension SET extversion = '9.9' WHERE extname = 'plpgsql';
--> extension plpgsql: version (note)
=== extension schema [ours]
UPDATE pg_extension SET extnamespace = 'audit'::regnamespace WHERE extname = 'plpgsql';
--> extension plpgsql: schema
=== language owner
ALTER LANGUAGE plfake OWNER TO pg_monitor;
--> language plfake: owner
=== language handler
DROP LANGUAGE plfake;
CREATE FUNCTION fake_call2() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE LANGUAGE plfake HANDLER fake_call2 INLINE fake_inline VALIDATOR fake_validator;
--> language plfake: handler
--> function fake_call2(): extra
=== language grant
REVOKE USAGE ON LANGUAGE pltrusted FROM PUBLIC;
--> language pltrusted: grant.PUBLIC
=== access method handler
DROP ACCESS METHOD known;
CREATE ACCESS METHOD known TYPE INDEX HANDLER hashhandler;
--> access method known: handler
=== access method type
DROP ACCESS METHOD known;
CREATE ACCESS METHOD known TYPE TABLE HANDLER heap_tableam_handler;
--> access method known: handler
--> access method known: type
=== access method known by a comment
COMMENT ON ACCESS METHOD known IS 'like btree';
--> access method known: comment
=== foreign data wrapper handled
ALTER FOREIGN DATA WRAPPER fdw HANDLER fdw_handle;
--> foreign-data wrapper fdw: handler
=== server owner
GRANT USAGE ON FOREIGN DATA WRAPPER fdw TO pg_monitor;
ALTER SERVER srv OWNER TO pg_monitor;
--> foreign-data wrapper fdw: grant.pg_monitor
--> server srv: owner
=== server wrapper
DROP SERVER srv CASCADE;
CREATE FOREIGN DATA WRAPPER fdw2;
CREATE SERVER srv TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER fdw2 OPTIONS (host 'a');
CREATE USER MAPPING FOR PUBLIC SERVER srv OPTIONS (usr 'u');
CREATE FOREIGN TABLE ft (id integer) SERVER srv OPTIONS (name 'x');
--> foreign-data wrapper fdw2: extra
--> server srv: wrapper
