//! One process on a server: it holds one lock at a place, however many names it knows the place by.

use std::sync::Arc;

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::isolation::{Isolation, Sandbox, settle};
use gauntlet_runtime::server::{Server, auto, embedded};
use sqlx::postgres::PgConnection;

use crate::support::area::{Area, run};
use crate::support::database::{UsersDatabase, texts};
use crate::support::{Project, printed};

/// Parts of a URL that lead to the same place.
const OPTIONS: [&str; 4] =
    ["", "?application_name=shop", "?sslmode=disable", "?options=-c%20lock_timeout%3D5s"];

/// The databases in which sessions hold a lock as a living process does, one for each such session. They are all this
/// process's own, where no other knows the server.
async fn registrations(connection: &mut PgConnection) -> Vec<String> {
    let sql = "SELECT datname::text FROM pg_stat_activity AS session WHERE EXISTS (
                   SELECT FROM pg_locks WHERE pid = session.pid
                   AND locktype = 'advisory' AND mode = 'ShareLock' AND granted)
               ORDER BY 1";
    texts(connection, sql).await
}

/// Makes a sandbox on each server, all at once.
async fn use_at_once(servers: &[Arc<Server>]) {
    let mut all = tokio::task::JoinSet::new();
    for server in servers.iter().map(Arc::clone) {
        all.spawn(async move {
            let isolation = Some(Isolation::Schema);
            Sandbox::create(&server, isolation, "run").await.unwrap().close().await.unwrap();
        });
    }
    all.join_all().await;
    settle().await;
}

#[test]
fn a_process_registers_once_at_a_place() {
    // A server of the area's own: all processes of a user share the usual one.
    let area = Area::new();
    let context = area.context();
    let (mut user, mut urls, expected) = run(async {
        let sources =
            [Server::shared(&embedded(), &context).await, Server::shared(&auto(), &context).await]
                .map(Result::unwrap);
        assert!(!Arc::ptr_eq(&sources[0], &sources[1]), "one source is no test");
        let mut user = UsersDatabase::new(&sources[0]).await;
        assert_eq!(registrations(&mut user.admin).await, Vec::<String>::new());

        use_at_once(&sources).await;
        assert_eq!(registrations(&mut user.admin).await, ["postgres"]);

        // Another database is another place.
        let mut urls = Vec::new();
        for options in OPTIONS {
            let url = format!("{}{options}", user.url);
            urls.push(Arc::new(Server::from_url(&url, "DATABASE_URL").await.unwrap()));
        }
        use_at_once(&urls).await;
        let shop = texts(&mut user.admin, "SELECT current_database()::text").await.remove(0);
        let expected = ["postgres".to_owned(), shop];
        assert_eq!(registrations(&mut user.admin).await, expected);
        (user, urls, expected)
    });

    // Each suite has a server of its own, which stays to the end of the process.
    let project = Project::new("--- 1_users.sql\nCREATE TABLE users (id int PRIMARY KEY);\n");
    for options in OPTIONS {
        let suite = project.suite().db(format!("{}{options}", user.url));
        assert_eq!(printed(&suite.report(Check::Naming)), "naming: ok\n");
    }
    assert_eq!(run(registrations(&mut user.admin)), expected);

    // The registration is the place's, and not that of the server by which it came about.
    urls.clear();
    run(async {
        use_at_once(&[user.server().await]).await;
        assert_eq!(registrations(&mut user.admin).await, expected);
    });
}
