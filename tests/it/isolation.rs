//! Databases and schemas for tests.

use gauntlet::isolation::{Isolation, Sandbox};
use gauntlet::server::{Server, SourceContext, embedded};

use crate::area::run;

#[test]
fn a_sandbox_is_a_database_or_a_schema_of_its_own() {
    run(async {
        let server = Server::shared(&embedded(), &SourceContext::default()).await.unwrap();
        for (isolation, expected) in [
            (None, Isolation::Database),
            (Some(Isolation::Database), Isolation::Database),
            (Some(Isolation::Schema), Isolation::Schema),
        ] {
            let begin = std::time::Instant::now();
            let sandbox = Sandbox::create(&server, isolation, "a test").await.unwrap();
            println!("create {expected} {:?}", begin.elapsed());
            assert_eq!(sandbox.isolation(), expected);
            let mut connection = sandbox.connect().await.unwrap();
            let (database, schema): (String, String) =
                sqlx::query_as("SELECT current_database()::text, current_schema()::text")
                    .fetch_one(&mut connection)
                    .await
                    .unwrap();
            assert_eq!(database, sandbox.database_name());
            assert_eq!(schema, sandbox.home_schema());
            println!("{}", sandbox.psql());
            drop(connection);
            let begin = std::time::Instant::now();
            sandbox.close().await.unwrap();
            println!("close {expected} {:?}", begin.elapsed());
        }
    });
}
