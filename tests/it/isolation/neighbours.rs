//! Sessions of others beside the schema of a suite, which hold locks on tables of the same names.

use std::time::Duration;

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::server::Server;

use crate::support::area::{Area, run};
use crate::support::database::{UsersDatabase, execute, texts};
use crate::support::{Project, embedded, printed, without_names};

/// What every check has something to do with.
const HISTORY: &str = "--- 1_shop.up.sql
CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL, visits int);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int NOT NULL REFERENCES users);
CREATE INDEX orders_user_id ON orders (user_id);
CREATE VIEW visitors AS SELECT id, email FROM users WHERE visits > 0;
--- 1_shop.down.sql
DROP VIEW visitors; DROP TABLE orders; DROP TABLE users;
--- 2_visits.up.sql
UPDATE users SET visits = 0 WHERE visits IS NULL;
ALTER TABLE users ALTER COLUMN visits SET DEFAULT 0;
--- 2_visits.down.sql
ALTER TABLE users ALTER COLUMN visits DROP DEFAULT;
--- 3_by_email.up.sql
-- no-transaction
CREATE INDEX CONCURRENTLY users_by_email ON users (email);
--- 3_by_email.down.sql
-- no-transaction
DROP INDEX CONCURRENTLY users_by_email;
";

/// In a schema of its own a suite neither locks, reads nor measures what is in the schemas beside it.
#[test]
fn no_check_waits_for_the_locks_of_others() {
    let area = Area::new();
    let (server, mut user) = run(async {
        let server = Server::shared(&embedded(), &area.context()).await.unwrap();
        let mut user = UsersDatabase::new(&server).await;
        let database = texts(&mut user.admin, "SELECT quote_ident(current_database())").await;
        // With a database of its own for its schemas the suite would have no neighbour. A wait is an error.
        let script = format!(
            "CREATE ROLE narrow LOGIN; ALTER ROLE narrow SET lock_timeout = '3s'; CREATE SCHEMA app;
            CREATE TABLE app.users (id serial PRIMARY KEY, email text NOT NULL, visits int);
            CREATE TABLE app.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int NOT NULL REFERENCES app.users);
            CREATE INDEX orders_user_id ON app.orders (user_id); CREATE INDEX users_by_email ON app.users (email);
            CREATE VIEW app.visitors AS SELECT id, email FROM app.users;
            INSERT INTO app.users (email) SELECT 'a' || n FROM generate_series(1, 100) n;
            GRANT USAGE ON SCHEMA app TO narrow; GRANT ALL ON ALL TABLES IN SCHEMA app TO narrow;
            GRANT ALL ON ALL SEQUENCES IN SCHEMA app TO narrow; GRANT CREATE ON DATABASE {} TO narrow",
            database[0]
        );
        execute(&mut user.admin, script).await;
        (server, user)
    });
    let url = user.url.replace("postgres@", "narrow@");
    let reports = || {
        let project = Project::new(HISTORY);
        let reports = Check::ALL.iter().map(|check| {
            let suite = project.suite().db(url.clone()).isolation(Isolation::Schema).shipped(1);
            let report = suite.timeout(Duration::from_secs(60)).report(*check);
            assert!(report.error.is_none(), "{}", printed(&report));
            without_names(&printed(&report))
        });
        reports.collect::<Vec<_>>()
    };
    let before = reports();
    run(async {
        let locks =
            "BEGIN; LOCK TABLE app.users, app.orders, app.visitors; DROP INDEX app.users_by_email;
            ALTER SEQUENCE app.users_id_seq MINVALUE -5";
        execute(&mut user.admin, locks).await;
    });
    assert_eq!(reports(), before);
    drop((user, server));
}
