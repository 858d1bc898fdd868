//! Databases and schemas for tests.

use std::process::Command;

use gauntlet_runtime::isolation::{Isolation, Sandbox};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

use crate::support::area::run;
use crate::support::database::{UsersDatabase, execute, server, texts};

#[test]
fn a_sandbox_is_a_database_or_a_schema_of_its_own() {
    run(async {
        let server = server().await;
        for (isolation, expected) in [
            (None, Isolation::Database),
            (Some(Isolation::Database), Isolation::Database),
            (Some(Isolation::Schema), Isolation::Schema),
        ] {
            let one = Sandbox::create(&server, isolation, "a::Test").await.unwrap();
            let two = Sandbox::create(&server, isolation, "a::Test").await.unwrap();
            assert_eq!(one.isolation(), expected);
            assert!(one.name().starts_with("gauntlet_a__test_"), "{}", one.name());
            assert!(one.name().len() <= 63);
            let uuid = one.name().rsplit('_').next().unwrap();
            assert!(uuid::Uuid::try_parse(uuid).is_ok() && uuid.len() == 32, "{uuid}");

            let mut connection = one.connect().await.unwrap();
            let (database, schema): (String, String) =
                sqlx::query_as("SELECT current_database()::text, current_schema()::text")
                    .fetch_one(&mut connection)
                    .await
                    .unwrap();
            assert_eq!(database, one.database_name());
            assert_eq!(schema, one.home_schema());
            execute(
                &mut connection,
                "CREATE TABLE users (id int); CREATE TYPE mood AS ENUM ('ok')",
            )
            .await;
            let mut other = two.connect().await.unwrap();
            assert_eq!(
                texts(&mut other, "SELECT 'x' WHERE to_regclass('users') IS NULL").await,
                ["x"]
            );
            assert_eq!(
                texts(&mut other, "SELECT 'x' WHERE to_regtype('mood') IS NULL").await,
                ["x"]
            );

            // With connections open, as a test leaves them.
            let name = one.name().to_owned();
            one.close().await.unwrap();
            two.close().await.unwrap();
            let mut admin = server.connect().await.unwrap();
            let left = format!(
                "SELECT datname::text FROM pg_database WHERE datname = '{name}'
                 UNION SELECT nspname::text FROM pg_namespace WHERE nspname = '{name}'"
            );
            assert_eq!(texts(&mut admin, left).await, Vec::<String>::new());
        }
    });
}

#[test]
fn a_copy_has_what_its_template_has() {
    run(async {
        let server = server().await;
        let template = Sandbox::create(&server, None, "template").await.unwrap();
        let mut connection = template.connect().await.unwrap();
        execute(&mut connection, "CREATE TABLE users AS SELECT 7 AS id").await;
        // Its backend is still there for a moment.
        drop(connection);
        let begin = std::time::Instant::now();
        let copy = Sandbox::create_from(&server, template.name(), "copy").await.unwrap();
        assert!(begin.elapsed() < std::time::Duration::from_secs(2), "{:?}", begin.elapsed());
        let mut connection = copy.connect().await.unwrap();
        assert_eq!(texts(&mut connection, "SELECT id::text FROM users").await, ["7"]);
        let error = Sandbox::create_from(&server, "no such", "copy").await.unwrap_err().to_string();
        assert!(error.starts_with("create the database `gauntlet_copy_"), "{error}");
        assert!(
            error.ends_with("`: template database \"no such\" does not exist (SQLSTATE 3D000)"),
            "{error}"
        );
        copy.close().await.unwrap();
        template.close().await.unwrap();
    });
}

#[test]
fn the_url_and_the_psql_line_lead_into_the_sandbox() {
    run(async {
        let server = server().await;
        for isolation in [Isolation::Database, Isolation::Schema] {
            let sandbox = Sandbox::create(&server, Some(isolation), "it's").await.unwrap();
            let wanted = [format!("{}|{}", sandbox.database_name(), sandbox.home_schema())];
            let question = "SELECT current_database() || '|' || current_schema()";
            let mut connection = PgConnection::connect(&sandbox.url()).await.unwrap();
            assert_eq!(texts(&mut connection, question).await, wanted);
            drop(connection);
            let line = format!("{} -XAtc \"{question}\"", sandbox.psql());
            let output = Command::new("/bin/sh").args(["-c", &line]).output().unwrap();
            assert!(output.status.success(), "{line}: {output:?}");
            assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), wanted[0]);
            sandbox.close().await.unwrap();
        }
    });
}

/// The extension's things are found, the user's own are out of reach, whatever the schemas are called.
#[test]
fn only_schemas_of_extensions_stay_on_the_search_path() {
    run(async {
        let mut user = UsersDatabase::new(&server().await).await;
        let odd = r#"a "b\c, 'd' $user ü"#;
        let quoted = odd.replace('"', "\"\"");
        execute(
            &mut user.admin,
            format!(
                "CREATE SCHEMA \"{quoted}\"; CREATE SCHEMA app; CREATE SCHEMA types;
                 CREATE EXTENSION citext SCHEMA \"{quoted}\"; CREATE EXTENSION hstore SCHEMA public;
                 CREATE TABLE app.users (id int); INSERT INTO app.users VALUES (1);
                 CREATE TYPE types.mood AS ENUM ('ok')"
            ),
        )
        .await;
        let role = format!("gt_{}", uuid::Uuid::new_v4().simple());
        execute(
            &mut user.admin,
            format!(
                "CREATE ROLE {role} LOGIN SUPERUSER;
                 ALTER ROLE {role} SET search_path = app, \"{quoted}\", types, public, missing"
            ),
        )
        .await;
        user.url = user.url.replace("//postgres@", &format!("//{role}@"));
        let server = user.server().await;
        let sandbox = Sandbox::create(&server, Some(Isolation::Schema), "path").await.unwrap();
        assert_eq!(sandbox.left_out_schemas(), ["app", "types"]);
        for mut connection in
            [sandbox.connect().await.unwrap(), PgConnection::connect(&sandbox.url()).await.unwrap()]
        {
            assert_eq!(
                texts(&mut connection, "SELECT unnest(current_schemas(false))::text").await,
                [sandbox.name(), odd, "public"]
            );
            execute(&mut connection, "CREATE TABLE t (a citext, b hstore); DROP TABLE t").await;
            assert!(connection.execute("DROP TABLE users").await.is_err());
        }
        // The administrator's connection is as the user has configured it.
        let mut admin = sandbox.connect_admin().await.unwrap();
        assert_eq!(texts(&mut admin, "SELECT current_schema()::text").await, ["app"]);
        sandbox.close().await.unwrap();
        assert_eq!(texts(&mut user.admin, "SELECT id::text FROM app.users").await, ["1"]);
    });
}

#[test]
fn a_public_schema_with_things_of_the_users_is_left_out() {
    run(async {
        let base = server().await;
        for (sql, left_out) in [
            ("SELECT", false),
            ("CREATE EXTENSION citext; CREATE EXTENSION pg_stat_statements", false),
            ("CREATE TABLE users (id int)", true),
            ("CREATE VIEW users AS SELECT 1", true),
            ("CREATE SEQUENCE numbers", true),
            ("CREATE TYPE pair AS (a int, b int)", true),
            ("CREATE DOMAIN small AS int", true),
            ("CREATE TYPE span AS RANGE (subtype = float8)", true),
            ("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'", true),
            ("CREATE COLLATION german FROM \"C\"", true),
        ] {
            let mut user = UsersDatabase::new(&base).await;
            execute(&mut user.admin, sql).await;
            let server = user.server().await;
            let sandbox = Sandbox::create(&server, Some(Isolation::Schema), "x").await.unwrap();
            let expected: &[&str] = if left_out { &["public"] } else { &[] };
            assert_eq!(sandbox.left_out_schemas(), expected, "{sql}");
            sandbox.close().await.unwrap();
        }
    });
}

#[test]
fn a_role_without_the_right_to_create_databases_gets_a_schema() {
    run(async {
        let base = server().await;
        let mut user = UsersDatabase::new(&base).await;
        let role = format!("gt_{}", uuid::Uuid::new_v4().simple());
        execute(&mut user.admin, format!("CREATE ROLE {role} LOGIN")).await;
        let grant = "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), '{}'); END $$";
        execute(&mut user.admin, grant.replace("{}", &role)).await;
        user.url = user.url.replace("//postgres@", &format!("//{role}@"));
        let server = user.server().await;
        assert!(!server.can_create_databases() && !server.is_superuser());
        let sandbox = Sandbox::create(&server, None, "x").await.unwrap();
        assert_eq!(sandbox.isolation(), Isolation::Schema);
        let mut connection = sandbox.connect().await.unwrap();
        execute(&mut connection, "CREATE TABLE users (id int)").await;
        sandbox.close().await.unwrap();
        let error = Sandbox::create(&server, Some(Isolation::Database), "x").await.unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("create a database on DATABASE_URL (postgres://gt_"), "{text}");
        assert!(
            text.ends_with(
                "): its role has no right to; ALTER ROLE … CREATEDB, or use `isolation = \"schema\"`"
            ),
            "{text}"
        );
    });
}

/// Objects in template1 are not in the databases of tests, as they are not in production.
#[test]
fn things_in_template1_do_not_leak_in() {
    run(async {
        let server = server().await;
        let mut connection =
            PgConnection::connect_with(&server.options().database("template1")).await.unwrap();
        let table = format!("leak_{}", uuid::Uuid::new_v4().simple());
        execute(&mut connection, format!("CREATE TABLE {table} ()")).await;
        let sandbox = Sandbox::create(&server, None, "x").await.unwrap();
        let mut inside = sandbox.connect().await.unwrap();
        let question = format!("SELECT coalesce(to_regclass('{table}')::text, 'nothing')");
        assert_eq!(texts(&mut inside, question).await, ["nothing"]);
        execute(&mut connection, format!("DROP TABLE {table}")).await;
        sandbox.close().await.unwrap();
    });
}

/// The server refuses to drop a database that is a template or has a subscription.
#[test]
fn what_holds_on_to_a_database_does_not_keep_it() {
    run(async {
        let server = server().await;
        for holds in [
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I IS_TEMPLATE true', current_database()); END $$",
            "CREATE SUBSCRIPTION orders CONNECTION 'dbname=elsewhere' PUBLICATION orders WITH (connect = false)",
        ] {
            let sandbox = Sandbox::create(&server, Some(Isolation::Database), "x").await.unwrap();
            let name = sandbox.name().to_owned();
            let mut inside = sandbox.connect().await.unwrap();
            execute(&mut inside, holds).await;
            let mut admin = server.connect().await.unwrap();
            let drop = format!("DROP DATABASE {name} WITH (FORCE)");
            admin.execute(sqlx::AssertSqlSafe(drop)).await.unwrap_err();
            sandbox.close().await.unwrap();
            let left = format!("SELECT datname::text FROM pg_database WHERE datname = '{name}'");
            assert_eq!(texts(&mut admin, left).await, Vec::<String>::new());
        }
    });
}
