//! Production's order: what has shipped first, then what is new.

use expect_test::expect;
use gauntlet_runtime::catalog::{Catalog, ReadOptions};
use gauntlet_runtime::history::shipped::lock;
use gauntlet_runtime::runtime::block_on;
use sqlx::migrate::Migrator;

use super::check;
use crate::support::Repository;
use crate::support::database::{UsersDatabase, server};

const BASE: &str = r"
--- .gitattributes
*.sql text eol=lf
--- migrations/1_users.sql
CREATE TABLE users (id bigint, status text DEFAULT 'new');
";

/// `main` ships version 3; the branch adds a version below it.
fn late(three: &str, two: &str) -> Repository {
    let repository = Repository::new(BASE);
    repository.git("switch --quiet main");
    repository.write(&format!("--- migrations/3_shipped.sql\n{three}\n"));
    repository.commit("three");
    repository.git("switch --quiet work");
    repository.git("merge --quiet main");
    repository.write(&format!("--- migrations/2_late.sql\n{two}\n"));
    repository.commit("two");
    repository
}

#[test]
fn a_late_version_whose_orders_make_one_schema() {
    let repository = late("CREATE TABLE tags ();", "CREATE TABLE orders ();");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 2_late is new and lies below 3_shipped, which has shipped
           --> migrations/2_late.sql
           at deployment: sqlx runs 2_late after 3_shipped, without a warning; on a new database it runs it before 3_shipped

           help: put it on top of what has shipped:

                 mv migrations/2_late.sql migrations/4_late.sql

        note: compared 2 versions with main (…); 1 version is new
    "#]],
    );
}

#[test]
fn a_late_version_whose_orders_make_two_schemas() {
    let repository = late(
        "ALTER TABLE users ALTER status SET DEFAULT 'active';",
        "ALTER TABLE users ALTER status SET DEFAULT 'invited';",
    );
    check(
        &repository,
        expect![[r#"
        shipped: 2 findings

        1. 2_late is new and lies below 3_shipped, which has shipped
           --> migrations/2_late.sql
           at deployment: sqlx runs 2_late after 3_shipped, without a warning; on a new database it runs it before 3_shipped

           help: put it on top of what has shipped:

                 mv migrations/2_late.sql migrations/4_late.sql

        2. the schema in production is different from the one of a new database
           on a new database: 2_late, 3_shipped
           in production:     3_shipped, 2_late

           column users.status: default
             expected  'active'::text
             actual    'invited'::text

           help: put the new versions on top of what has shipped: then there is one order

        note: compared 2 versions with main (…); 1 version is new
    "#]],
    );
    // The same by sqlx's own `Migrator`: one database was deployed from `main`, one is new.
    let status = |catalog: &Catalog| format!("{:?}", catalog.objects);
    let (deployed, new) = block_on(async {
        let server = server().await;
        let (mut deployed, mut new) =
            (UsersDatabase::new(&server).await, UsersDatabase::new(&server).await);
        let folder = repository.path().join("migrations");
        repository.git("switch --quiet main");
        Migrator::new(&*folder).await.unwrap().run(&mut deployed.admin).await.unwrap();
        repository.git("switch --quiet work");
        let migrator = Migrator::new(&*folder).await.unwrap();
        migrator.run(&mut deployed.admin).await.unwrap();
        migrator.run(&mut new.admin).await.unwrap();
        let options = ReadOptions::default();
        (
            Catalog::read(&mut deployed.admin, &options).await.unwrap(),
            Catalog::read(&mut new.admin, &options).await.unwrap(),
        )
    });
    assert_ne!(status(&deployed), status(&new));
    let differences = new.diff(&deployed);
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert_eq!(differences[0].attribute.as_deref(), Some("default"));
    assert!(format!("{:?}", differences[0].expected).contains("active"));
    assert!(format!("{:?}", differences[0].actual).contains("invited"));
}

#[test]
fn a_late_version_that_fails_in_production() {
    let repository = late(
        "ALTER TABLE users RENAME COLUMN status TO state;",
        "CREATE INDEX users_status ON users (status);",
    );
    check(
        &repository,
        expect![[r#"
        shipped: 2 findings

        1. 2_late is new and lies below 3_shipped, which has shipped
           --> migrations/2_late.sql
           at deployment: sqlx runs 2_late after 3_shipped, without a warning; on a new database it runs it before 3_shipped

           help: put it on top of what has shipped:

                 mv migrations/2_late.sql migrations/4_late.sql

        2. the up of 2_late fails in production, where it runs after what has shipped
           --> migrations/2_late.sql:1:1
           1 | CREATE INDEX users_status ON users (status);
             | ^
           ERROR 42703: column "status" does not exist
           on a new database: 2_late, 3_shipped
           in production:     3_shipped, 2_late

           help: put the new version on top, and make it run there

        note: compared 2 versions with main (…); 1 version is new
    "#]],
    );
    // On top, where the help puts it, it fails in every order: `stairway` reports that.
    repository.git("mv migrations/2_late.sql migrations/4_late.sql");
    check(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: compared 2 versions with main (…); 1 version is new
    "#]],
    );
}

#[test]
fn columns_in_another_order_are_a_note() {
    let repository =
        late("ALTER TABLE users ADD COLUMN b int;", "ALTER TABLE users ADD COLUMN a int;");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 2_late is new and lies below 3_shipped, which has shipped
           --> migrations/2_late.sql
           at deployment: sqlx runs 2_late after 3_shipped, without a warning; on a new database it runs it before 3_shipped

           help: put it on top of what has shipped:

                 mv migrations/2_late.sql migrations/4_late.sql

        note: the schema in production is different from the one of a new database in cosmetic ways
           on a new database: 2_late, 3_shipped
           in production:     3_shipped, 2_late

           table users: column order
             expected  (id, status, a, b)
             actual    (id, status, b, a)

           help: put the new versions on top of what has shipped: then there is one order

        note: compared 2 versions with main (…); 1 version is new
    "#]],
    );
}

#[test]
fn versions_that_the_branch_does_not_have_yet_are_climbed_too() {
    let repository = Repository::new(BASE);
    repository.git("switch --quiet main");
    repository.write(
        "--- migrations/3_shipped.sql\nALTER TABLE users ALTER status SET DEFAULT 'active';\n",
    );
    repository.commit("three");
    repository.git("switch --quiet work");
    repository.write(
        "--- migrations/2_late.sql\nALTER TABLE users ALTER status SET DEFAULT 'invited';\n",
    );
    check(
        &repository,
        expect![[r#"
        shipped: 2 findings

        1. 2_late is new and lies below 3_shipped, which has shipped
           --> migrations/2_late.sql
           at deployment: sqlx runs 2_late after 3_shipped, without a warning; on a new database it runs it before 3_shipped

           help: put it on top of what has shipped:

                 mv migrations/2_late.sql migrations/4_late.sql

        2. the schema in production is different from the one of a new database
           on a new database: 2_late, 3_shipped
           in production:     3_shipped, 2_late

           column users.status: default
             expected  'active'::text
             actual    'invited'::text

           help: put the new versions on top of what has shipped: then there is one order

        note: this branch does not have 3_shipped of main yet

           help: bring the branch up to date before it is deployed:

                 git merge main

        note: compared 2 versions with main (…); 1 version is new
    "#]],
    );
}

#[test]
fn a_history_that_fails_anyway_is_not_compared() {
    let repository = late("CREATE TABLE tags ();", "CREATE TABLE;");
    check(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 2_late is new and lies below 3_shipped, which has shipped
           --> migrations/2_late.sql
           at deployment: sqlx runs 2_late after 3_shipped, without a warning; on a new database it runs it before 3_shipped

           help: put it on top of what has shipped:

                 mv migrations/2_late.sql migrations/4_late.sql

        note: production's order was not compared with the order of a new database
           failed to run the up of 2_late
             --> migrations/2_late.sql:1:13
             1 | CREATE TABLE;
               |             ^
             ERROR 42601: syntax error at or near ";"

        note: compared 2 versions with main (…); 1 version is new
    "#]],
    );
}

#[test]
fn a_late_version_below_a_lock_file() {
    let repository = Repository::new(BASE);
    repository.write("--- .gitattributes\n* text eol=lf\n*.lock merge=union\n--- migrations/3_shipped.sql\nCREATE TABLE tags ();\n");
    let declared = lock("gauntlet.lock");
    repository.text(|suite| suite.shipped(declared.clone()).bless(true));
    repository.write("--- migrations/2_late.sql\nCREATE TABLE orders ();\n");
    expect![[r#"
        shipped: 1 finding

        1. 2_late is new and lies below 3_shipped, which has shipped
           --> migrations/2_late.sql
           at deployment: sqlx runs 2_late after 3_shipped, without a warning; on a new database it runs it before 3_shipped

           help: put it on top of what has shipped:

                 mv migrations/2_late.sql migrations/4_late.sql

        note: compared 2 versions with gauntlet.lock; 1 version is new
    "#]].assert_eq(&repository.text(|suite| suite.shipped(declared.clone())));
}
