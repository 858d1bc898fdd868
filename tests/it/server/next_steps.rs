//! What to do about a server that refuses: each error names the next step.

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::server::{Server, Source, SourceContext, auto};

use crate::support::area::run;
use crate::support::database::{UsersDatabase, execute, server};
use crate::support::{Project, printed};

/// The error of a URL in a variable.
#[track_caller]
fn check(url: &str, hidden: &[(&str, &str)], expected: Expect) {
    let context = SourceContext::default().with_environment([("DATABASE_URL", url)]);
    let mut text = run(async { auto().resolve(&context).await }).unwrap_err().to_string();
    for (value, name) in hidden {
        text = text.replace(value, name);
    }
    expected.assert_eq(&(text + "\n"));
}

#[test]
fn a_server_that_is_not_there() {
    check(
        "postgres://ann:s3cret@127.0.0.1:9/shop",
        &[],
        expect![[r#"
        connect to DATABASE_URL (postgres://ann:***@127.0.0.1:9/shop): Connection refused (os error 111)
        start that server and check the host; or, to test on a PostgreSQL that is started for the tests, unset DATABASE_URL, or give `db = gauntlet::db::embedded()`
    "#]],
    );
}

#[test]
fn a_database_that_does_not_exist() {
    let user = run(async { UsersDatabase::new(&server().await).await });
    let (start, _) = user.url.rsplit_once('/').unwrap();
    let socket = start.split('@').nth(1).unwrap();
    check(
        &format!("{start}/nowhere"),
        &[(socket, "SOCKET")],
        expect![[r#"
        connect to DATABASE_URL (postgres://postgres@SOCKET/nowhere): database "nowhere" does not exist (SQLSTATE 3D000)
        name a database that exists, such as `postgres`, or create this one: each test makes its own next to it
    "#]],
    );
}

#[test]
fn a_role_that_may_create_nothing() {
    let (user, name, role) = run(async {
        let mut user = UsersDatabase::new(&server().await).await;
        let role = format!("clerk_{}", uuid::Uuid::new_v4().simple());
        execute(&mut user.admin, format!("CREATE ROLE {role} LOGIN")).await;
        let name = sqlx::query_scalar::<_, String>("SELECT current_database()::text")
            .fetch_one(&mut user.admin)
            .await
            .unwrap();
        (user, name, role)
    });
    let url = user.url.replace("postgres@", &format!("{role}@"));
    let project = Project::new("--- 1_users.sql\nCREATE TABLE users (id int PRIMARY KEY);\n");
    let report = project.suite().db(url.clone()).report(Check::Naming);
    let text = printed(&report).replace(&name, "shop").replace(&role, "clerk");
    expect![[r#"
        naming could not run:

           create a schema in the database "shop": clerk has no right to; let the owner of the database run GRANT CREATE ON DATABASE "shop" TO clerk
    "#]].assert_eq(&text);
    // What the error says to do is enough.
    let mut user = user;
    run(async {
        execute(&mut user.admin, format!("GRANT CREATE ON DATABASE \"{name}\" TO {role}")).await;
    });
    assert_eq!(printed(&project.suite().db(url).report(Check::Naming)), "naming: ok\n");
    run(async {
        let leave = format!("DROP OWNED BY {role}");
        execute(&mut user.admin, leave).await;
        drop(Server::from_url(&user.url, "DATABASE_URL").await.unwrap());
        execute(&mut user.admin, format!("DROP ROLE {role}")).await;
    });
}
