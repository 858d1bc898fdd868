//! Queries that sqlx has prepared.

use expect_test::expect;

use super::{Column, MOOD, SHOP, check, check_with, of_user, prepared};

#[test]
fn a_query_that_fits() {
    check(
        &of_user(),
        expect![[r#"
        queries: ok
        queries: note: prepared 1 query
    "#]],
    );
}

#[test]
fn no_queries() {
    check(
        "",
        expect![[r#"
            queries: ok
            queries: note: ignored, no folder `.sqlx`, and no `queries` given: nothing was prepared

               help: run `cargo sqlx prepare`, or name the files that hold the queries (in the attribute):

                     queries = "queries/*.sql"
        "#]],
    );
    let other = of_user().replace("PostgreSQL", "SQLite");
    check(
        &other,
        expect![[r#"
            queries: ok
            queries: note: ignored, no query of PostgreSQL in the folder `.sqlx`, and no `queries` given: nothing was prepared

               help: run `cargo sqlx prepare`, or name the files that hold the queries (in the attribute):

                     queries = "queries/*.sql"
        "#]],
    );
    check(
        &format!("{}{}", of_user(), other.replace("1a2b3c4d", "9a2b3c4d")),
        expect![[r#"
        queries: ok
        queries: note: prepared 1 query; 1 of other databases
    "#]],
    );
}

#[test]
fn a_column_that_is_dropped() {
    let other = prepared(
        "query-2b3c4d5e6f7a.json",
        "UPDATE users\n   SET age = $1\n WHERE id = $2",
        &["Int4", "Int8"],
        &[],
    );
    let files = format!("{}{other}", of_user());
    let drop = "--- 3_no_age.sql\nALTER TABLE users DROP COLUMN age;\n--- 4_more.sql\nSELECT 1;\n";
    check(
        &format!("{files}{drop}"),
        expect![[r#"
        queries: 2 findings

        1. 3_no_age breaks a query: column "age" does not exist
           --> migrations/3_no_age.sql
           .sqlx/query-1a2b3c4d*.json  SELECT id, email, age, mood AS "mood: Mood" FROM users WHERE id = $1
           ERROR 42703: column "age" does not exist

           help: correct the query and run `cargo sqlx prepare`, or correct the version

           help: or, if another database is meant, except it (in the attribute):

                 queries(except = [".sqlx/query-1a2b3c4d*.json"])

        2. 3_no_age breaks a query: column "age" of relation "users" does not exist
           --> migrations/3_no_age.sql
           .sqlx/query-2b3c4d5e*.json  UPDATE users SET age = $1 WHERE id = $2
           ERROR 42703: column "age" of relation "users" does not exist

           help: correct the query and run `cargo sqlx prepare`, or correct the version

           help: or, if another database is meant, except it (in the attribute):

                 queries(except = [".sqlx/query-2b3c4d5e*.json"])

        note: prepared 2 queries
    "#]],
    );
    // Each query has a version of its own.
    let both = "--- 3_no_age.sql\nALTER TABLE users DROP COLUMN age;\n--- 4_no_orders.sql\nDROP TABLE orders;\n";
    let of_order = prepared(
        "query-3c.json",
        "SELECT total FROM orders",
        &[],
        &[("total", "Int4", Some(false))],
    );
    check(
        &format!("{}{of_order}{both}", of_user()),
        expect![[r#"
        queries: 2 findings

        1. 3_no_age breaks a query: column "age" does not exist
           --> migrations/3_no_age.sql
           .sqlx/query-1a2b3c4d*.json  SELECT id, email, age, mood AS "mood: Mood" FROM users WHERE id = $1
           ERROR 42703: column "age" does not exist

           help: correct the query and run `cargo sqlx prepare`, or correct the version

           help: or, if another database is meant, except it (in the attribute):

                 queries(except = [".sqlx/query-1a2b3c4d*.json"])

        2. 4_no_orders breaks a query: relation "orders" does not exist
           --> migrations/4_no_orders.sql
           .sqlx/query-3c.json  SELECT total FROM orders
           ERROR 42P01: relation "orders" does not exist

           help: correct the query and run `cargo sqlx prepare`, or correct the version

           help: or, if another database is meant, except it (in the attribute):

                 queries(except = [".sqlx/query-3c.json"])

        note: prepared 2 queries
    "#]],
    );
}

#[test]
fn a_column_with_another_type_and_another_nullability() {
    check(
        &format!(
            "{}--- 3_wide.sql\nALTER TABLE users ALTER age TYPE text, ALTER email DROP NOT NULL;\n",
            of_user()
        ),
        expect![[r#"
            queries: 1 finding

            1. 3_wide changes what a query takes or returns
               --> migrations/3_wide.sql
               .sqlx/query-1a2b3c4d*.json  SELECT id, email, age, mood AS "mood: Mood" FROM users WHERE id = $1
               column email: was NOT NULL, is nullable
               column age: was int4, is text

               help: run `cargo sqlx prepare`, and correct the code that then does not compile

               help: or, if another database is meant, except it (in the attribute):

                     queries(except = [".sqlx/query-1a2b3c4d*.json"])

            note: prepared 1 query
        "#]],
    );
    // The program would be built with another type.
    check(
        &format!("{}--- 3_age.sql\nALTER TABLE users ALTER age SET NOT NULL;\n", of_user()),
        expect![[r#"
            queries: 1 finding

            1. 3_age changes what a query takes or returns
               --> migrations/3_age.sql
               .sqlx/query-1a2b3c4d*.json  SELECT id, email, age, mood AS "mood: Mood" FROM users WHERE id = $1
               column age: was nullable, is NOT NULL

               help: run `cargo sqlx prepare`, and correct the code that then does not compile

               help: or, if another database is meant, except it (in the attribute):

                     queries(except = [".sqlx/query-1a2b3c4d*.json"])

            note: prepared 1 query
        "#]],
    );
}

#[test]
fn all_columns_of_a_table() {
    let columns: &[Column<'_>] = &[
        ("id", "Int8", Some(false)),
        ("user_id", "Int8", Some(true)),
        ("total", "Int4", Some(false)),
    ];
    let all = prepared("query-4d5e6f7a8b9c.json", "SELECT * FROM orders", &[], columns);
    check(
        &format!(
            "{all}--- 3_note.sql\nALTER TABLE orders ADD COLUMN note text, DROP COLUMN user_id;\n"
        ),
        expect![[r#"
            queries: 1 finding

            1. 3_note changes what a query takes or returns
               --> migrations/3_note.sql
               .sqlx/query-4d5e6f7a*.json  SELECT * FROM orders
               column user_id: was int8, is gone
               column note: new, text

               help: run `cargo sqlx prepare`, and correct the code that then does not compile

               help: or, if another database is meant, except it (in the attribute):

                     queries(except = [".sqlx/query-4d5e6f7a*.json"])

            note: prepared 1 query
        "#]],
    );
}

#[test]
fn an_enum_with_another_label() {
    check(
        &format!("{}--- 3_mad.sql\nALTER TYPE mood ADD VALUE 'mad';\n", of_user()),
        expect![[r#"
            queries: ok
            queries: note: 3_mad changes what a query takes or returns
               --> migrations/3_mad.sql
               .sqlx/query-1a2b3c4d*.json  SELECT id, email, age, mood AS "mood: Mood" FROM users WHERE id = $1
               column mood: was mood (sad, glad), is mood (sad, glad, mad)

               help: run `cargo sqlx prepare`, and correct the code that then does not compile

               help: or, if another database is meant, except it (in the attribute):

                     queries(except = [".sqlx/query-1a2b3c4d*.json"])

            queries: note: prepared 1 query
        "#]],
    );
}

#[test]
fn a_query_that_fits_no_version() {
    let of_nothing = prepared(
        "query-5e6f7a8b9c0d.json",
        "SELECT id FROM nothing",
        &[],
        &[("id", "Int8", Some(false))],
    );
    check(
        &of_nothing,
        expect![[r#"
        queries: 1 finding

        1. no version fits a query: relation "nothing" does not exist
           --> .sqlx/query-5e6f7a8b9c0d.json
           .sqlx/query-5e6f7a8b*.json  SELECT id FROM nothing
           ERROR 42P01: relation "nothing" does not exist

           help: correct the query and run `cargo sqlx prepare`, or correct the version

           help: or, if another database is meant, except it (in the attribute):

                 queries(except = [".sqlx/query-5e6f7a8b*.json"])

        note: prepared 1 query
    "#]],
    );
    let other = of_user().replace("Int4", "Int2");
    check(
        &other,
        expect![[r#"
        queries: 1 finding

        1. no version fits a query as recorded
           --> .sqlx/query-1a2b3c4d5e6f.json
           .sqlx/query-1a2b3c4d*.json  SELECT id, email, age, mood AS "mood: Mood" FROM users WHERE id = $1
           column age: was int2, is int4

           help: run `cargo sqlx prepare`, and correct the code that then does not compile

           help: or, if another database is meant, except it (in the attribute):

                 queries(except = [".sqlx/query-1a2b3c4d*.json"])

        note: prepared 1 query
    "#]],
    );
}

#[test]
fn a_workspace_with_several_databases() {
    // Of the crate's folder it is a finding, of the workspace's one it may belong to another crate.
    let of_nothing = prepared(
        "query-5e6f7a8b9c0d.json",
        "SELECT id FROM nothing",
        &[],
        &[("id", "Int8", Some(false))],
    );
    let workspace = format!("{SHOP}{}--- /../Cargo.toml\n[workspace]\n", of_user())
        + &of_nothing.replace("/.sqlx", "/../.sqlx");
    check_with(
        &workspace,
        |suite| suite,
        expect![[r#"
        queries: ok
        queries: note: no version fits a query: relation "nothing" does not exist
           --> ../.sqlx/query-5e6f7a8b9c0d.json
           ../.sqlx/query-5e6f7a8b*.json  SELECT id FROM nothing
           ERROR 42P01: relation "nothing" does not exist
           it stands in the folder of the workspace, and may be of another database

           help: except it (in the attribute):

                 queries(except = ["../.sqlx/query-5e6f7a8b*.json"])

        queries: note: prepared 2 queries
    "#]],
    );
    // Once a version has had the relation, it is one of this database.
    let dropped =
        workspace.replace("nothing", "orders") + "--- 3_no_orders.sql\nDROP TABLE orders;\n";
    check_with(
        &dropped,
        |suite| suite,
        expect![[r#"
        queries: 1 finding

        1. 3_no_orders breaks a query: relation "orders" does not exist
           --> migrations/3_no_orders.sql
           ../.sqlx/query-5e6f7a8b*.json  SELECT id FROM orders
           ERROR 42P01: relation "orders" does not exist

           help: correct the query and run `cargo sqlx prepare`, or correct the version

           help: or, if another database is meant, except it (in the attribute):

                 queries(except = ["../.sqlx/query-5e6f7a8b*.json"])

        note: prepared 2 queries
    "#]],
    );
}

#[test]
fn what_sqlx_does_not_know_is_no_difference() {
    // An outer join, an expression, a name that says it itself, types in and out of a schema.
    let files = [
        prepared(
            "query-6a.json",
            "SELECT u.id, u.email FROM orders AS o LEFT JOIN users AS u ON u.id = o.user_id",
            &[],
            &[("id", "Int8", Some(true)), ("email", "Text", Some(true))],
        ),
        prepared("query-6b.json", "SELECT count(*) FROM users", &[], &[("count", "Int8", None)]),
        prepared(
            "query-6c.json",
            "SELECT age AS \"age!\" FROM users",
            &[],
            &[("age!", "Int4", Some(false))],
        ),
        prepared(
            "query-6d.json",
            "SELECT array_agg(mood) AS moods, '{}'::text[] AS texts, now()::timestamptz AS at, NULL::regclass AS of,
                NULL::tsvector AS words, '[1,2)'::int4range AS r, NULL::\"char\" AS c, NULL::bpchar AS b FROM users",
            &[],
            &[
                (
                    "moods",
                    &format!(
                        r#"{{"Custom": {{"name": "mood[]", "kind": {{"Array": {MOOD}}}}}}}"#
                    ),
                    None,
                ),
                ("texts", "TextArray", None),
                ("at", "Timestamptz", None),
                ("of", r#"{"Custom": {"name": "regclass", "kind": "Simple"}}"#, None),
                ("words", r#"{"Custom": {"name": "tsvector", "kind": "Simple"}}"#, None),
                ("r", "Int4Range", None),
                ("c", "Char", None),
                ("b", "Bpchar", None),
            ],
        ),
    ];
    check(
        &files.concat(),
        expect![[r#"
        queries: ok
        queries: note: prepared 4 queries
    "#]],
    );
}

#[test]
fn a_file_that_cannot_be_read() {
    check(
        "--- /.sqlx/query-7a.json\n<<<<<<< HEAD\n{\n",
        expect![[r#"
            queries could not run:

               failed to read .sqlx/query-7a.json: expected value at line 1 column 1
                 write it again with `cargo sqlx prepare`
        "#]],
    );
    check(
        &of_user().replace("\"Int4\"", "{\"Custom\": 1}"),
        expect![[r#"
            queries could not run:

               failed to read .sqlx/query-1a2b3c4d5e6f.json: `{"Custom":1}` is no type that sqlx writes
                 write it again with `cargo sqlx prepare`
        "#]],
    );
}
