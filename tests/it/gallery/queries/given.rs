//! Queries that a suite gives, and exceptions.

use expect_test::expect;
use gauntlet_runtime::suite::QueryRules;

use super::{SHOP, check_with, of_user};

const FILES: &str = "--- /queries/users.sql
-- The users of an age.
SELECT id FROM users WHERE age = $1;

-- Their number.
SELECT count(*) FROM users
WHERE age = $1;
--- /queries/orders.sql
SELECT total FROM orders
--- 3_no_age.sql
ALTER TABLE users DROP COLUMN age;
";

#[test]
fn files() {
    check_with(
        &format!("{SHOP}{FILES}"),
        |suite| suite.queries("queries/*.sql"),
        expect![[r#"
            queries: 1 finding

            1. 3_no_age breaks 2 queries: column "age" does not exist
               --> migrations/3_no_age.sql
               queries/users.sql:2  SELECT id FROM users WHERE age = $1
               queries/users.sql:5  SELECT count(*) FROM users WHERE age = $1
               ERROR 42703: column "age" does not exist

               help: correct the query or the version

               help: or, if another database is meant, except them (in the attribute):

                     queries(except = ["queries/users.sql"])

            note: prepared 3 queries
        "#]],
    );
    check_with(
        &format!("{SHOP}{FILES}"),
        |suite| suite.queries("queries/ord*.sql"),
        expect![[r#"
            queries: ok
            queries: note: prepared 1 query
        "#]],
    );
    check_with(
        &format!("{SHOP}{FILES}"),
        |suite| suite.queries("sql/*.sql"),
        expect![[r#"
            queries could not run:

               failed to find a file that matches `sql/*.sql`, which `queries` names
                 correct the glob: it starts at …
        "#]],
    );
    check_with(
        &format!("{SHOP}{FILES}"),
        |suite| suite.queries("queries/[.sql"),
        expect![[r#"
            queries could not run:

               `queries`: `queries/[.sql` is not a valid glob: invalid range pattern
        "#]],
    );
}

#[test]
fn texts() {
    const TEXTS: &[&str] = &["SELECT id FROM users", "SELECT age FROM users"];
    check_with(
        &format!("{SHOP}{FILES}"),
        |suite| suite.queries(TEXTS),
        expect![[r#"
        queries: 1 finding

        1. 3_no_age breaks a query: column "age" does not exist
           --> migrations/3_no_age.sql
           query 2 of `queries`  SELECT age FROM users
           ERROR 42703: column "age" does not exist

           help: correct the query or the version

        note: prepared 2 queries
    "#]],
    );
    check_with(
        SHOP,
        |suite| suite.queries(["SELECT 1; SELECT 2"]),
        expect![[r#"
        queries: 1 finding

        1. no version fits a query: cannot insert multiple commands into a prepared statement
           query 1 of `queries`  SELECT 1; SELECT 2
           ERROR 42601: cannot insert multiple commands into a prepared statement

           help: correct the query or the version

        note: prepared 1 query
    "#]],
    );
}

#[test]
fn exceptions() {
    let files = format!("{SHOP}{}--- 3_no_age.sql\nALTER TABLE users DROP age;\n", of_user());
    check_with(
        &files,
        |suite| suite.queries(QueryRules::new().except([".sqlx/query-1a2b3c4d*.json"])),
        expect![[r#"
            queries: ok
            queries: note: ignored, every query is excepted: nothing was prepared

               help: run `cargo sqlx prepare`, or name the files that hold the queries (in the attribute):

                     queries = "queries/*.sql"
        "#]],
    );
    check_with(
        &files,
        |suite| {
            let rules = QueryRules::new().except([".sqlx/query-1a2b3c4d*.json"]);
            suite.queries(rules.texts(["SELECT id FROM users"]))
        },
        expect![[r#"
            queries: ok
            queries: note: prepared 1 query; 1 excepted
        "#]],
    );
}
