//! INSERTs that can be prepared, and fail with each row.

use expect_test::expect;

use crate::support::area::run;
use crate::support::database::server;
use crate::support::oracle::major;

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

/// A CHECK, a domain, and a trigger that gives other columns their values.
#[test]
fn what_asks_for_a_value_as_not_null_does() {
    check_with(
        "--- 1_t.sql
CREATE DOMAIN filled AS text NOT NULL;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.touched := now(); RETURN NEW; END';
CREATE TABLE t (a int, touched timestamptz, x text, y text, z filled);
CREATE TABLE u (a int, touched timestamptz, x text NOT NULL);
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON u FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE t ADD CONSTRAINT x_there CHECK (x IS NOT NULL) NOT VALID;
ALTER TABLE t ADD CONSTRAINT y_there CHECK (y IS NOT NULL OR a > 1) NOT VALID;
",
        |suite| {
            suite.queries([
                "INSERT INTO t (a, z) VALUES ($1, 'z')",
                "INSERT INTO t (a, x) VALUES ($1, 'x')",
                "INSERT INTO u (a) VALUES ($1)",
                "INSERT INTO t (a) VALUES ($1)",
                "INSERT INTO t (a, x, z) VALUES ($1, 'x', 'z')",
            ])
        },
        expect![[r#"
            queries: 4 findings

            1. no version fits a query: no value for the column x of t (CHECK x_there)
               query 1 of `queries`  INSERT INTO t (a, z) VALUES ($1, 'z')
               each row that it inserts fails with ERROR 23514

               help: name the column in the query, or give the column a default

            2. no version fits a query: no value for the column z of t
               query 2 of `queries`  INSERT INTO t (a, x) VALUES ($1, 'x')
               each row that it inserts fails with ERROR 23502

               help: name the column in the query, or give the column a default

            3. no version fits a query: no value for the column x of u
               query 3 of `queries`  INSERT INTO u (a) VALUES ($1)
               each row that it inserts fails with ERROR 23502

               help: name the column in the query, or give the column a default

            4. no version fits a query: no value for the column x of t (CHECK x_there), z of t
               query 4 of `queries`  INSERT INTO t (a) VALUES ($1)
               each row that it inserts fails with ERROR 23502

               help: name the column in the query, or give the column a default

            note: prepared 5 queries
        "#]],
    );
}

#[test]
fn a_conflict_without_its_constraint() {
    check_with(
        &format!(
            "{SHOP}--- 3_unique.sql
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
--- 4_per_age.sql
ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_age_email_key UNIQUE (age, email);
"
        ),
        |suite| {
            suite.queries([
                "INSERT INTO users (id, email, mood) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING",
                "INSERT INTO users (id, email, mood) VALUES ($1, $2, $3) ON CONFLICT (age, email) DO NOTHING",
                "INSERT INTO users (id, email, mood) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            ])
        },
        expect![[r#"
            queries: 1 finding

            1. 4_per_age breaks a query: there is no unique or exclusion constraint matching the ON CONFLICT specification
               --> migrations/4_per_age.sql
               query 1 of `queries`  INSERT INTO users (id, email, mood) VALUES ($1, $2, $3) ON CONFLICT (email) DO N…
               ERROR 42P10: there is no unique or exclusion constraint matching the ON CONFLICT specification

               help: correct the query or the version

            note: prepared 3 queries
        "#]],
    );
}

#[test]
fn what_only_a_plan_shows() {
    check_with(
        &format!(
            "{SHOP}--- 3_published.sql
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
CREATE DOMAIN given AS int NOT NULL;
CREATE TABLE of_domain (a given, b int);
CREATE TABLE of_tenant (id int, tenant int);
"
        ),
        |suite| {
            suite.queries([
                "SELECT 1 FROM users a FULL JOIN users b ON a.age < b.age",
                // The NULL with which it is planned is none of its values.
                "INSERT INTO of_domain VALUES ($1, $2)",
                // A program makes this setting.
                "DELETE FROM of_tenant WHERE tenant = current_setting('app.tenant')::int AND id = $1",
                "INSERT INTO of_tenant SELECT id, 1 / age FROM users WHERE age = current_setting('app.age')::int",
            ])
        },
        expect![[r#"
            queries: 1 finding

            1. no version fits a query: FULL JOIN is only supported with merge-joinable or hash-joinable join conditions
               query 1 of `queries`  SELECT 1 FROM users a FULL JOIN users b ON a.age < b.age
               ERROR 0A000: FULL JOIN is only supported with merge-joinable or hash-joinable join conditions

               help: correct the query or the version

            note: prepared 4 queries
        "#]],
    );
}

/// From PostgreSQL 15 on, which has MERGE.
#[test]
fn inserts_inside_of_other_statements() {
    if major(&run(server())) < 15 {
        return;
    }
    check_with(
        &format!(
            "{SHOP}--- 3_z.sql\nALTER TABLE orders ADD z int NOT NULL, ADD y int NOT NULL DEFAULT 1;\n"
        ),
        |suite| {
            suite.queries([
                "WITH new AS (INSERT INTO orders (id, total) VALUES ($1, $2) RETURNING id) SELECT id FROM new",
                "WITH new AS (INSERT INTO orders (id, total) SELECT id, age FROM users RETURNING id) UPDATE users SET age = 1 WHERE id IN (SELECT id FROM new)",
                "MERGE INTO orders o USING users u ON o.user_id = u.id WHEN NOT MATCHED THEN INSERT (id, total) VALUES (u.id, $1) WHEN MATCHED THEN UPDATE SET total = 1",
                "MERGE INTO orders USING users u ON orders.user_id = u.id WHEN NOT MATCHED THEN INSERT VALUES (u.id, u.id, u.age)",
                // These give it a value.
                "WITH new AS (INSERT INTO orders (id, total, z) VALUES ($1, $2, $3) RETURNING id) SELECT id FROM new",
                "MERGE INTO orders o USING users u ON o.user_id = u.id WHEN NOT MATCHED THEN INSERT (id, total, z) VALUES (u.id, $1, coalesce(NULL, u.age))",
                "MERGE INTO orders o USING users u ON o.user_id = u.id WHEN MATCHED THEN UPDATE SET total = 1",
            ])
        },
        expect![[r#"
            queries: 1 finding

            1. 3_z breaks 4 queries: no value for the column z of orders
               --> migrations/3_z.sql
               query 1 of `queries`  WITH new AS (INSERT INTO orders (id, total) VALUES ($1, $2) RETURNING id) SELECT…
               query 2 of `queries`  WITH new AS (INSERT INTO orders (id, total) SELECT id, age FROM users RETURNING …
               query 3 of `queries`  MERGE INTO orders o USING users u ON o.user_id = u.id WHEN NOT MATCHED THEN INSE…
               query 4 of `queries`  MERGE INTO orders USING users u ON orders.user_id = u.id WHEN NOT MATCHED THEN I…
               each row that it inserts fails with ERROR 23502

               help: name the column in the query, or give the column a default

            note: prepared 7 queries
        "#]],
    );
}
