//! INSERTs that can be prepared, and fail with each row.

use expect_test::expect;

use super::{SHOP, check, check_with, prepared};

/// One INSERT that gives the column `z` no value, at head.
#[track_caller]
fn passes(table: &str, insert: &'static str) {
    check_with(
        &format!("--- 1_t.sql\n{table}\n"),
        |suite| suite.queries([insert]),
        expect![[r#"
            queries: ok
            queries: note: prepared 1 query
        "#]],
    );
}

#[test]
fn a_column_without_a_value() {
    check_with(
        &format!("{SHOP}--- 3_z.sql\nALTER TABLE orders ADD z int NOT NULL;\n"),
        |suite| {
            suite.queries([
                "INSERT INTO orders (id, total) VALUES ($1, $2)",
                "INSERT INTO orders (id, total) SELECT id, age FROM users WHERE id = $1",
                "INSERT INTO orders (id, total) VALUES ($1, 1), ($2, 2) ON CONFLICT DO NOTHING",
                "INSERT INTO orders (id, total, z) VALUES ($1, 1, NULL)",
                "INSERT INTO orders (id) VALUES ($1)",
                "INSERT INTO orders (id, total, z) VALUES ($1, $2, $3)",
                "INSERT INTO orders SELECT id, id, age, age FROM users",
                "SELECT 'insert'",
            ])
        },
        expect![[r#"
            queries: 3 findings

            1. 3_z breaks 3 queries: no value for the column z of orders
               --> migrations/3_z.sql
               query 1 of `queries`  INSERT INTO orders (id, total) VALUES ($1, $2)
               query 2 of `queries`  INSERT INTO orders (id, total) SELECT id, age FROM users WHERE id = $1
               query 3 of `queries`  INSERT INTO orders (id, total) VALUES ($1, 1), ($2, 2) ON CONFLICT DO NOTHING
               each row that it inserts fails with ERROR 23502

               help: name the column in the query, or give the column a default

            2. no version fits a query: no value for the column z of orders
               query 4 of `queries`  INSERT INTO orders (id, total, z) VALUES ($1, 1, NULL)
               each row that it inserts fails with ERROR 23502

               help: name the column in the query, or give the column a default

            3. no version fits a query: no value for the column total of orders, z of orders
               query 5 of `queries`  INSERT INTO orders (id) VALUES ($1)
               each row that it inserts fails with ERROR 23502

               help: name the column in the query, or give the column a default

            note: prepared 8 queries
        "#]],
    );
}

#[test]
fn one_that_sqlx_has_prepared() {
    check(
        &prepared("query-2b3c4d5e6f7a.json", "INSERT INTO orders (id) VALUES ($1)", &["Int8"], &[]),
        expect![[r#"
            queries: 1 finding

            1. no version fits a query: no value for the column total of orders
               --> .sqlx/query-2b3c4d5e6f7a.json
               .sqlx/query-2b3c4d5e*.json  INSERT INTO orders (id) VALUES ($1)
               each row that it inserts fails with ERROR 23502

               help: name the column in the query and run `cargo sqlx prepare`, or give the column a default

               help: or, if another database is meant, except it (in the attribute):

                     queries(except = [".sqlx/query-2b3c4d5e*.json"])

            note: prepared 1 query
        "#]],
    );
}

#[test]
fn a_value_that_something_else_gives() {
    const INSERT: &str = "INSERT INTO t (a) VALUES ($1)";
    passes("CREATE TABLE t (a int, z int NOT NULL DEFAULT 1);", INSERT);
    passes("CREATE TABLE t (a int, z int NOT NULL GENERATED ALWAYS AS IDENTITY);", INSERT);
    passes("CREATE TABLE t (a int, z int NOT NULL GENERATED ALWAYS AS (1) STORED);", INSERT);
    passes("CREATE TABLE t (a int, z serial);", INSERT);
    passes("CREATE DOMAIN d AS int DEFAULT 1; CREATE TABLE t (a int, z d NOT NULL);", INSERT);
    let filled = "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.z := 1; RETURN NEW; END';
CREATE TRIGGER fill BEFORE INSERT ON";
    let by = "FOR EACH ROW EXECUTE FUNCTION fill();";
    passes(&format!("CREATE TABLE t (a int, z int NOT NULL);\n{filled} t {by}"), INSERT);
    // A trigger of a partition fills the rows of that one.
    passes(
        &format!(
            "CREATE TABLE t (a int, z int NOT NULL) PARTITION BY RANGE (a);
CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (9);\n{filled} t_1 {by}"
        ),
        INSERT,
    );
    // A rule puts another statement in its place, or several.
    passes(
        "CREATE TABLE t (a int, z int NOT NULL);
CREATE TABLE u (a int, z int NOT NULL);
CREATE RULE fill AS ON INSERT TO t WHERE NEW.z IS NULL DO INSTEAD INSERT INTO u VALUES (NEW.a, 1);",
        INSERT,
    );
    // What a CTE returns is not what is inserted.
    passes(
        "CREATE TABLE t (z int NOT NULL, a int);",
        "WITH m AS MATERIALIZED (SELECT NULL::int AS a, 1 AS b) INSERT INTO t SELECT b, a FROM m WHERE b = $1::int",
    );
}
