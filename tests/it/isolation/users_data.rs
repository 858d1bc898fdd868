//! A database with an application in it: whatever becomes of a run, all of it is afterwards as it was.

use std::process::{Command, Stdio};
use std::time::Duration;

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::isolation::{Isolation, Sandbox, settle, sweep};
use gauntlet_runtime::server::{Server, embedded};
use sqlx::postgres::PgConnection;

use crate::support::area::{Area, run};
use crate::support::database::{UsersDatabase, execute, texts};
use crate::support::{Project, printed};

const APPLICATION: &str = "
CREATE ROLE app NOLOGIN;
CREATE SCHEMA app AUTHORIZATION app;
CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE);
CREATE TABLE app.orders (id bigint GENERATED ALWAYS AS IDENTITY, user_id int REFERENCES users, total numeric DEFAULT 0);
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE FUNCTION app.twice(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1 * 2;
CREATE VIEW app.totals AS SELECT user_id, sum(total) FROM app.orders GROUP BY user_id;
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL
    DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL);
INSERT INTO _sqlx_migrations VALUES (1, 'users', now(), true, '\\x00', 1);
INSERT INTO users (email) SELECT 'u' || i FROM generate_series(1, 100) i;
INSERT INTO app.orders (user_id, total) SELECT id, id FROM users;
GRANT SELECT ON users TO app;
COMMENT ON TABLE users IS 'of the application';
ALTER ROLE app SET work_mem = '8MB';
";

/// All that is the application's, and all of the server that is not the tool's: rows, sequences, definitions, rights, files.
async fn state(admin: &mut PgConnection) -> Vec<String> {
    texts(
        admin,
        "SELECT line FROM (
            SELECT concat_ws(' ', 'relation', oid, relnamespace, relname, relowner, relfilenode, relkind, relacl) AS line
                FROM pg_class WHERE relnamespace::regnamespace::text !~ '^(pg_|gauntlet_|information_schema)'
            UNION ALL SELECT concat_ws(' ', 'column', attrelid::regclass, attname, atttypid, attnum, attnotnull)
                FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                WHERE relnamespace::regnamespace::text !~ '^(pg_|gauntlet_|information_schema)'
            UNION ALL SELECT concat_ws(' ', 'function', oid, proname, prosrc, proowner) FROM pg_proc
                WHERE pronamespace::regnamespace::text !~ '^(pg_|gauntlet_|information_schema)'
            UNION ALL SELECT concat_ws(' ', 'type', oid, typname, typowner) FROM pg_type
                WHERE typnamespace::regnamespace::text !~ '^(pg_|gauntlet_|information_schema)'
            UNION ALL SELECT concat_ws(' ', 'schema', oid, nspname, nspowner, nspacl) FROM pg_namespace
                WHERE nspname !~ '^gauntlet_'
            UNION ALL SELECT concat_ws(' ', 'database', oid, datname, datdba, datacl) FROM pg_database
                WHERE datname !~ '^gauntlet_'
            UNION ALL SELECT concat_ws(' ', 'role', r) FROM pg_authid r
            UNION ALL SELECT concat_ws(' ', 'setting', s) FROM pg_db_role_setting s
            UNION ALL SELECT concat_ws(' ', 'comment', d) FROM pg_description d
                WHERE objoid = 'users'::regclass
            UNION ALL SELECT concat_ws(' ', 'user', u) FROM users u
            UNION ALL SELECT concat_ws(' ', 'order', o) FROM app.orders o
            UNION ALL SELECT concat_ws(' ', 'version', v) FROM _sqlx_migrations v
            UNION ALL SELECT concat_ws(' ', 'sequence', s.last_value) FROM users_id_seq s
        ) AS lines ORDER BY line",
    )
    .await
}

const PASSES: &str = "
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE orders (id int, user_id int REFERENCES users);
--- 1_users.down.sql
DROP TABLE orders, users;
";

const FAILS: &str = "
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
INSERT INTO users VALUES (1);
--- 1_users.down.sql
DROP TABLE users;
DROP TABLE nothing;
";

/// Tells a started test binary that it will be killed.
const FOLDER: &str = "GAUNTLET_TEST_KILLED";
const ISOLATION: &str = "GAUNTLET_TEST_ISOLATION";

/// Not a test when run as one: a process that checks until it is killed.
#[test]
fn process() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let isolation = match std::env::var(ISOLATION).as_deref() {
        Ok("schema") => Isolation::Schema,
        _ => Isolation::Database,
    };
    let suite = gauntlet_runtime::suite::Suite::new("tests::migrations", folder)
        .db(gauntlet_runtime::server::auto())
        .isolation(isolation);
    for _ in 0..1000 {
        suite.report(Check::Stairway);
    }
}

/// Passes, fails, panics in the middle, and is killed at some moments: in databases of its own, and as a role that may not create
/// any, in schemas.
#[test]
fn what_the_user_had_before_is_what_the_user_has_after() {
    let area = Area::new();
    let (base, mut user, before) = run(async {
        let base = Server::shared(&embedded(), &area.context()).await.unwrap();
        let mut user = UsersDatabase::new(&base).await;
        execute(&mut user.admin, APPLICATION).await;
        let database = texts(&mut user.admin, "SELECT quote_ident(current_database())").await;
        let narrow =
            format!("CREATE ROLE narrow LOGIN; GRANT CREATE ON DATABASE {} TO narrow", database[0]);
        execute(&mut user.admin, narrow).await;
        let before = state(&mut user.admin).await;
        assert!(before.len() > 200, "{before:?}");
        (base, user, before)
    });
    let narrow = user.url.replace("postgres@", "narrow@");
    let ways = [(Isolation::Database, user.url.clone()), (Isolation::Schema, narrow)];
    for (isolation, url) in ways {
        for (files, ok) in [(PASSES, true), (FAILS, false)] {
            let project = Project::new(files);
            let suite = project.suite().db(url.clone()).isolation(isolation);
            let text = printed(&suite.report(Check::Stairway));
            assert_eq!(text == "stairway: ok\n", ok, "{text}");
        }
        run(async {
            let server = Server::from_url(&url, "DATABASE_URL").await.unwrap().into();
            let panics = tokio::spawn(async move {
                let sandbox = Sandbox::create(&server, Some(isolation), "panics").await.unwrap();
                let mut inside = sandbox.connect().await.unwrap();
                execute(&mut inside, "CREATE TABLE users (id int); INSERT INTO users VALUES (1)")
                    .await;
                panic!("as a failing test does");
            });
            assert!(panics.await.unwrap_err().is_panic());
        });
        let project = Project::new(PASSES);
        for patience in [60, 300] {
            let mut process = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "isolation::users_data::process"])
                .envs(area.environment())
                .env("GAUNTLET_DATABASE_URL", &url)
                .env(FOLDER, project.path())
                .env(ISOLATION, isolation.to_string())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(patience));
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
    run(async {
        settle().await;
        sweep(&base).await.unwrap();
        let after = state(&mut user.admin).await;
        let come: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
        let gone: Vec<&String> = before.iter().filter(|line| !after.contains(line)).collect();
        assert!(come.is_empty() && gone.is_empty(), "{come:#?} {gone:#?}");
    });
}
