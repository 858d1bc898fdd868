//! Plans: which statements lead from one catalog to another, and in which order.

use expect_test::expect;
use gauntlet_runtime::catalog::DiffOptions;
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::repair::{Plan, mend, missed_dependents};

use super::catalogs::{SHOP, catalog_of, differences, mended, read};
use crate::support::area::run;
use crate::support::oracle::{load, newest, servers};

/// Checks the statements that mend `differences`, in order.
#[track_caller]
fn check(plan: &Plan, expected: &str) {
    // Before 16 PostgreSQL writes the table before each column of a view.
    assert_eq!(plan.script().replace("orders.", ""), expected.trim_start());
}

#[test]
fn what_stands_in_the_way_comes_back() {
    run(async {
        let server = newest().await;
        let before = catalog_of(&server, SHOP).await;
        let wider = SHOP.replace("kind varchar(10)", "kind varchar(20)");
        let after = catalog_of(&server, &wider).await;
        let plan = mend(&after, &before, &differences(&after, &before));
        check(
            &plan,
            r"
DROP VIEW paid;
DROP INDEX idx_orders_user;
ALTER TABLE orders ALTER COLUMN kind TYPE character varying(20);
CREATE INDEX idx_orders_user ON orders (user_id) WHERE kind::text = ANY (ARRAY['a'::character varying, 'b'::character varying]::character varying[]::text[]);
CREATE VIEW paid AS
 SELECT id,
    user_id,
    status,
    kind
   FROM orders
  WHERE (status = 'paid'::status);
",
        );
        assert!(plan.steps.iter().all(|step| step.serves.contains(&0)));
        assert!(!plan.loses_data());
    });
}

#[test]
fn a_label_goes_by_way_of_a_new_type() {
    run(async {
        let server = newest().await;
        let with = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy'); CREATE TABLE t (m mood DEFAULT 'ok');";
        let without = with.replace("'sad', ", "");
        let (after, before) =
            (catalog_of(&server, &without).await, catalog_of(&server, with).await);
        check(
            &mend(&after, &before, &differences(&after, &before)),
            r"
ALTER TABLE t ALTER COLUMN m DROP DEFAULT;
ALTER TYPE mood RENAME TO mood_old;
CREATE TYPE mood AS ENUM (
    'ok',
    'happy'
);
ALTER TABLE t ALTER COLUMN m TYPE mood USING m::text::mood;
ALTER TABLE t ALTER COLUMN m SET DEFAULT 'ok'::mood;
DROP TYPE mood_old;
",
        );
    });
}

/// What else changes in a column of the type is not lost.
#[test]
fn a_label_goes_and_its_column_changes() {
    run(async {
        let server = newest().await;
        let labels = "CREATE TYPE mood AS ENUM ('sad', 'ok')";
        let before = format!("{labels}; CREATE TABLE t (m mood DEFAULT 'sad');");
        let after =
            "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (m mood NOT NULL DEFAULT 'ok');";
        let (after, before) =
            (catalog_of(&server, after).await, catalog_of(&server, &before).await);
        let plan = mend(&after, &before, &differences(&after, &before));
        assert!(plan.unmended.is_empty(), "{:?}", plan.unmended);
        check(
            &plan,
            r"
ALTER TABLE t ALTER COLUMN m DROP DEFAULT;
ALTER TYPE mood RENAME TO mood_old;
CREATE TYPE mood AS ENUM (
    'ok'
);
ALTER TABLE t ALTER COLUMN m TYPE mood USING m::text::mood;
ALTER TABLE t ALTER COLUMN m SET NOT NULL;
ALTER TABLE t ALTER COLUMN m SET DEFAULT 'ok'::mood;
DROP TYPE mood_old;
",
        );
    });
}

#[test]
fn what_is_lost_is_said() {
    run(async {
        let server = newest().await;
        let before =
            catalog_of(&server, "CREATE TABLE t (a integer, b text); CREATE TABLE u ()").await;
        let after = catalog_of(&server, "CREATE TABLE t (a integer)").await;
        let plan = mend(&after, &before, &differences(&after, &before));
        check(
            &plan,
            r"
-- the values of column 't.b' are lost
ALTER TABLE t DROP COLUMN b;
-- the rows of table 'u' are lost
DROP TABLE u;
",
        );
        assert!(plan.loses_data());
    });
}

/// Things whose names are in the opposite order of what they need.
const CHAIN: &str = "
CREATE TABLE zebras (id int PRIMARY KEY, name text);
CREATE TABLE apples (eaten_by zebras);
CREATE TYPE pair AS (one zebras, other zebras);
CREATE FUNCTION all_zebras() RETURNS SETOF zebras LANGUAGE sql AS 'SELECT * FROM zebras';
CREATE VIEW aged AS SELECT id FROM all_zebras();
CREATE FUNCTION is_even(n int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT n % 2 = 0';
CREATE TABLE baskets (n int CHECK (is_even(n)), many aged);
CREATE INDEX by_half ON baskets ((n / 2)) WHERE is_even(n);
CREATE FUNCTION zeal(internal) RETURNS internal LANGUAGE internal AS 'generate_series_int4_support';
CREATE FUNCTION ask(n int) RETURNS int LANGUAGE sql SUPPORT zeal AS 'SELECT n';
";

#[test]
fn what_is_made_comes_after_what_it_needs() {
    run(async {
        for server in servers().await {
            let nothing = catalog_of(&server, "SELECT 1").await;
            let chain = catalog_of(&server, CHAIN).await;
            let sandbox = Sandbox::create(&server, Some(Isolation::Database), "ddl").await.unwrap();
            let mut conn = sandbox.connect().await.unwrap();
            assert_eq!(mended(&mut conn, &chain, &nothing).await, Vec::<String>::new());
            assert_eq!(mended(&mut conn, &nothing, &chain).await, Vec::<String>::new());
            drop(conn);
            sandbox.close().await.unwrap();
        }
    });
}

/// PostgreSQL looks at the body of a function in SQL when it is created.
#[test]
fn a_function_in_sql_comes_after_the_columns_of_its_body() {
    run(async {
        let server = newest().await;
        let of = |columns: &str, body: &str| {
            format!(
                "CREATE TABLE t (a int{columns});
                 CREATE FUNCTION changed() RETURNS SETOF int LANGUAGE sql AS 'SELECT {body} FROM t';"
            )
        };
        let made = "CREATE FUNCTION added() RETURNS void LANGUAGE sql AS
                    'INSERT INTO public.t (\"New\") VALUES (1)';";
        let before = catalog_of(&server, &of("", "a")).await;
        let after = of(", \"New\" int, b int", "t.b");
        let after = catalog_of(&server, &(after + made)).await;
        let sandbox = Sandbox::create(&server, Some(Isolation::Database), "ddl").await.unwrap();
        let mut conn = sandbox.connect().await.unwrap();
        let nothing = catalog_of(&server, "SELECT 1").await;
        for (wanted, found) in [(&before, &nothing), (&after, &before), (&before, &after)] {
            assert_eq!(mended(&mut conn, wanted, found).await, Vec::<String>::new());
        }
        drop(conn);
        sandbox.close().await.unwrap();
    });
}

/// An index of a partitioned table brings those of its partitions, under names that it invents where it finds none.
#[test]
fn an_index_of_a_partitioned_table_changes() {
    run(async {
        let server = newest().await;
        let of = |order: &str| {
            format!(
                "CREATE TABLE ev (id int, at date NOT NULL) PARTITION BY RANGE (at);
                 CREATE TABLE ev_24 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
                   PARTITION BY LIST (id);
                 CREATE TABLE ev_24_1 PARTITION OF ev_24 FOR VALUES IN (1);
                 CREATE INDEX ev_at ON ev (at{order});
                 ALTER INDEX ev_24_at_idx RENAME TO mine;"
            )
        };
        let (after, before) =
            (catalog_of(&server, &of(" DESC")).await, catalog_of(&server, &of("")).await);
        let nothing = catalog_of(&server, "SELECT 1").await;
        let sandbox = Sandbox::create(&server, Some(Isolation::Database), "ddl").await.unwrap();
        let mut conn = sandbox.connect().await.unwrap();
        for (wanted, found) in [(&before, &nothing), (&after, &before), (&before, &after)] {
            assert_eq!(mended(&mut conn, wanted, found).await, Vec::<String>::new());
        }
        drop(conn);
        sandbox.close().await.unwrap();
        // A comparison that leaves partitions out comes to the same.
        let plan =
            mend(&after, &before, &after.diff_with(&before, &DiffOptions::new()).differences);
        check(
            &plan,
            r"
DROP INDEX ev_at;
CREATE INDEX ev_24_1_at_idx ON ev_24_1 (at DESC);
CREATE INDEX mine ON ev_24 (at DESC);
CREATE INDEX ev_at ON ev (at DESC);
",
        );
    });
}

#[test]
fn what_follows_a_renamed_table_is_left_alone() {
    run(async {
        let server = newest().await;
        let sql = "CREATE TABLE b (id serial PRIMARY KEY, n text, up int REFERENCES b);
                   CREATE INDEX b_n ON b (n) WHERE n <> 'b';
                   CREATE TABLE others (b_id int REFERENCES b);
                   CREATE VIEW names AS SELECT b.id, b.n FROM b WHERE b.n <> 'b';
                   CREATE TYPE b_row AS (of b, b int);";
        let after = sql
            .replace("b (", "c (")
            .replace("ON b", "ON c")
            .replace("REFERENCES b", "REFERENCES c");
        let after = after
            .replace("FROM b", "FROM c")
            .replace("b.", "c.")
            .replace("b_n", "c_n")
            .replace("of b,", "of c,");
        let after = catalog_of(&server, &after).await;
        let sandbox = Sandbox::create(&server, Some(Isolation::Database), "ddl").await.unwrap();
        let mut conn = sandbox.connect().await.unwrap();
        load(&mut conn, sql).await.unwrap();
        let before = read(&mut conn).await;
        let differences = differences(&after, &before);
        let mut plan = mend(&after, &before, &differences);
        plan.steps.retain(|step| !step.sql.contains("_not_null"));
        check(
            &plan,
            r"
ALTER SEQUENCE b_id_seq RENAME TO c_id_seq;
ALTER TABLE b RENAME TO c;
ALTER TABLE c RENAME CONSTRAINT b_pkey TO c_pkey;
ALTER TABLE c RENAME CONSTRAINT b_up_fkey TO c_up_fkey;
ALTER INDEX b_n RENAME TO c_n;
",
        );
        assert_eq!(mended(&mut conn, &after, &before).await, [] as [String; 0]);
        drop(conn);
        sandbox.close().await.unwrap();
    });
}

#[test]
fn what_changes_on_a_renamed_table_is_mended_too() {
    run(async {
        let server = newest().await;
        let before = catalog_of(&server, "CREATE TABLE b (id int PRIMARY KEY, n text);").await;
        let after = "CREATE TABLE c (id int PRIMARY KEY, n text CHECK (n <> ''));
                     CREATE INDEX c_n ON c (n);";
        let after = catalog_of(&server, after).await;
        let differences = differences(&after, &before);
        let mut plan = mend(&after, &before, &differences);
        // From 18 on a NOT NULL has a name, which follows its table.
        plan.steps.retain(|step| !step.sql.contains("_not_null"));
        check(
            &plan,
            r"
ALTER TABLE b RENAME TO c;
ALTER TABLE c RENAME CONSTRAINT b_pkey TO c_pkey;
ALTER TABLE c ADD CONSTRAINT c_n_check CHECK ((n <> ''::text));
CREATE INDEX c_n ON c (n);
",
        );
    });
}

/// The old function of a default is dropped only after the new one is made and the default names it.
#[test]
fn what_is_dropped_is_needed_until_something_is_made() {
    run(async {
        let server = newest().await;
        let of = |name: &str, number: u32| {
            format!(
                "CREATE FUNCTION {name}() RETURNS int LANGUAGE sql AS 'SELECT {number}';
                 CREATE TABLE t (n int DEFAULT {name}());"
            )
        };
        let before = catalog_of(&server, &of("old_number", 1)).await;
        let after = catalog_of(&server, &of("new_number", 2)).await;
        let plan = mend(&after, &before, &differences(&after, &before));
        expect![[r#"
            CREATE FUNCTION new_number()
            RETURNS integer
            LANGUAGE sql
            AS $$SELECT 2$$;
            ALTER TABLE t ALTER COLUMN n SET DEFAULT new_number();
            DROP FUNCTION old_number();
        "#]]
        .assert_eq(&plan.script());
    });
}

/// Of an index that waits for the partitions of its table, no text names them.
#[test]
fn an_index_that_waits_for_partitions_needs_them() {
    run(async {
        let server = newest().await;
        let sql = "CREATE TABLE parts (id int, v int) PARTITION BY RANGE (id);
             CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (2);
             CREATE INDEX parts_v ON ONLY parts (v);";
        let catalog = catalog_of(&server, sql).await;
        let missed = missed_dependents(&catalog);
        assert!(missed.is_empty(), "{missed:?}");
    });
}

/// A view that only gets another comment is made again where the view that it reads has to be.
#[test]
fn what_reads_a_view_that_is_made_again() {
    run(async {
        let server = newest().await;
        let of = |columns: &str, comment: &str| {
            format!(
                "CREATE TABLE t (a int, b int); CREATE VIEW lower AS SELECT {columns} FROM t;
                 CREATE VIEW upper AS SELECT lower.a FROM lower; COMMENT ON VIEW upper IS '{comment}';"
            )
        };
        let before = catalog_of(&server, &of("t.a, t.b", "old")).await;
        let after = catalog_of(&server, &of("t.a", "new")).await;
        let plan = mend(&after, &before, &differences(&after, &before));
        // Before 16 PostgreSQL writes the table before each column of a view.
        let script = plan.script().replace("t.a", "a").replace("lower.a", "a");
        expect![[r#"
            DROP VIEW upper;
            DROP VIEW lower;
            CREATE VIEW lower AS
             SELECT a
               FROM t;
            CREATE VIEW upper AS
             SELECT a
               FROM lower;
            COMMENT ON VIEW upper IS 'new';
        "#]]
        .assert_eq(&script);
    });
}

/// Where partitions are not compared with a model, one that is a table of its own there is a table that is missing.
#[test]
fn a_partition_that_is_a_table_in_the_model() {
    run(async {
        let server = newest().await;
        let of = |march: &str| {
            format!(
                "CREATE TABLE events (day date, what text) PARTITION BY RANGE (day);
                 CREATE TABLE march {march};"
            )
        };
        let bounds = "PARTITION OF events FOR VALUES FROM ('2024-03-01') TO ('2024-04-01')";
        let before = catalog_of(&server, &of(bounds)).await;
        let after = catalog_of(&server, &of("(day date, what text DEFAULT 'nothing')")).await;
        let differences = after.diff_with(&before, &DiffOptions::new()).differences;
        let plan = mend(&after, &before, &differences);
        expect![[r#"
            ALTER TABLE events DETACH PARTITION march;
            ALTER TABLE march ALTER COLUMN what SET DEFAULT 'nothing'::text;
        "#]]
        .assert_eq(&plan.script());
    });
}

/// An index and a constraint that use a function, and a view that reads a table: both of which have to be made again.
#[test]
fn what_uses_what_is_made_again() {
    run(async {
        let server = newest().await;
        let of = |argument: &str, partitioned: &str| {
            format!(
                "CREATE FUNCTION half({argument} int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 / 2';
                 CREATE TABLE t (n int, CONSTRAINT chk_t CHECK (half(n) > 0));
                 CREATE INDEX by_half ON t (half(n));
                 CREATE TABLE days (day date) {partitioned};
                 CREATE VIEW latest AS SELECT max(day) AS day FROM days;"
            )
        };
        let before = catalog_of(&server, &of("n", "")).await;
        let after = catalog_of(&server, &of("number", "PARTITION BY RANGE (day)")).await;
        let plan = mend(&after, &before, &differences(&after, &before));
        let script = plan.script().replace("max(days.day)", "max(day)");
        expect![[r#"
            DROP VIEW latest;
            DROP INDEX by_half;
            ALTER TABLE t DROP CONSTRAINT chk_t;
            -- the rows of table 'days' are lost
            DROP TABLE days;
            DROP FUNCTION half(integer);
            CREATE FUNCTION half(number integer)
            RETURNS integer
            LANGUAGE sql
            IMMUTABLE
            AS $$SELECT $1 / 2$$;
            CREATE TABLE days (
                day date
            )
            PARTITION BY RANGE (day);
            ALTER TABLE t ADD CONSTRAINT chk_t CHECK ((half(n) > 0));
            CREATE INDEX by_half ON t (half(n));
            CREATE VIEW latest AS
             SELECT max(day) AS day
               FROM days;
        "#]]
        .assert_eq(&script);
    });
}
