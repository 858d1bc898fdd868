CREATE SCHEMA app;
CREATE TABLE t (id integer);
=== database setting [ours]
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '8MB'); END $$;
--> database: set.work_mem
=== database setting that is a list [ours]
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, "$user", public', current_database()); END $$;
--> database: set.search_path
=== database setting of nobody else's [ours]
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET app.tenant = %L', current_database(), 'a=b, ''c'''); END $$;
--> database: set.app.tenant
=== database setting of a role in it [ours]
DO $$ BEGIN EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET lock_timeout = %L', current_database(), '5s'); END $$;
--> database: set.lock_timeout of role postgres
=== database grant [ours]
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO pg_monitor', current_database()); END $$;
--> database: grant.pg_monitor
=== database grant to public [ours]
DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()); END $$;
--> database: grant.PUBLIC
=== database grant of the owner [ours]
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM CURRENT_USER', current_database()); END $$;
--> database: grant.owner
=== database comment [ours]
DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), '100 % the shop''s'); END $$;
--> database: comment
=== database owner [ours]
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO pg_monitor', current_database()); END $$;
--> database: owner
=== database connection limit [ours]
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 50', current_database()); END $$;
--> database: connection_limit
=== database template [ours]
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I IS_TEMPLATE true', current_database()); END $$;
--> database: template
=== database security label [ours]
SET allow_system_table_mods = on;
INSERT INTO pg_shseclabel SELECT oid, 'pg_database'::regclass, 'dummy', 'secret' FROM pg_database WHERE datname = current_database();
--> database: security_label.dummy
=== same: database commented and not
DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), 'a'); EXECUTE format('COMMENT ON DATABASE %I IS NULL', current_database()); END $$;
=== same: database granted outright what is the default
DO $$ BEGIN EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO PUBLIC', current_database()); END $$;
=== privileges of an extension's member
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
--> extension plpgsql: member_grant.PUBLIC on LANGUAGE plpgsql
=== privileges of an extension's member for a role
GRANT USAGE ON LANGUAGE plpgsql TO pg_monitor WITH GRANT OPTION;
--> extension plpgsql: member_grant.pg_monitor on LANGUAGE plpgsql
