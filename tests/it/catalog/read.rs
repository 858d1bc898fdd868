//! Reading the catalog: what is the same reads the same, wherever it is loaded.

use gauntlet_runtime::catalog::{Catalog, DiffOptions, Difference, IgnoreRule, Kind, ReadOptions};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::names::quote_ident;
use gauntlet_runtime::server::Server;
use sqlx::{Connection as _, PgConnection};
use std::sync::Arc;

use crate::support::area::run;
use crate::support::oracle::{data_files, load, major, newest, servers};

/// The name of a home schema that needs quoting everywhere.
const ODD: &str = "Weird-schema 1";

/// The bases of all mutations: between them they hold every kind of object but subscriptions, with
/// which a database cannot be dropped.
fn bases() -> Vec<(String, String)> {
    data_files("catalog/mutations", "sql")
        .into_iter()
        .filter(|file| file.file_stem().is_some_and(|name| name != "subscriptions"))
        .map(|file| {
            let text = std::fs::read_to_string(&file).unwrap();
            let base = text.split("\n=== ").next().unwrap_or_default().to_owned();
            (file.file_stem().unwrap().to_string_lossy().into_owned(), base)
        })
        .collect()
}

async fn fresh(server: &Arc<Server>) -> (Sandbox, PgConnection) {
    let sandbox = Sandbox::create(server, Some(Isolation::Database), "catalog").await.unwrap();
    let conn = sandbox.connect().await.unwrap();
    (sandbox, conn)
}

async fn read(conn: &mut PgConnection) -> Catalog {
    Catalog::read(conn, &ReadOptions::database()).await.unwrap()
}

/// The differences between two catalogs, partitions included, as lines.
fn lines(expected: &Catalog, actual: &Catalog) -> Vec<String> {
    let options = DiffOptions::new().partition_children(true);
    expected.diff_with(actual, &options).differences.iter().map(Difference::to_string).collect()
}

#[test]
fn a_catalog_differs_in_nothing_from_itself_read_and_loaded_again() {
    run(async {
        for server in servers().await {
            for (name, base) in bases() {
                let (first, mut one) = fresh(&server).await;
                let (second, mut two) = fresh(&server).await;
                load(&mut one, &base).await.unwrap();
                // Other numbers for everything, and names of the system taken and freed again.
                load(
                    &mut two,
                    "CREATE TABLE gone (id serial PRIMARY KEY, a text UNIQUE); DROP TABLE gone;",
                )
                .await
                .unwrap();
                load(&mut two, &base).await.unwrap();
                let catalog = read(&mut one).await;
                assert!(!catalog.is_empty());
                assert_eq!(lines(&catalog, &read(&mut one).await), [""; 0], "{name}, read twice");
                assert_eq!(lines(&catalog, &read(&mut two).await), [""; 0], "{name}, loaded twice");
                one.close().await.unwrap();
                two.close().await.unwrap();
                first.close().await.unwrap();
                second.close().await.unwrap();
            }
        }
    });
}

#[test]
fn a_schema_of_an_odd_name_reads_as_public_does() {
    run(async {
        for server in servers().await {
            // The base with schemas of its own makes objects that belong to no schema.
            for (name, base) in bases().into_iter().filter(|(name, _)| name != "database") {
                let (sandbox, mut conn) = fresh(&server).await;
                load(&mut conn, &base).await.unwrap();
                let expected =
                    Catalog::read(&mut conn, &ReadOptions::schema("public")).await.unwrap();
                let (odd, mut conn2) = fresh(&server).await;
                let odd_name = quote_ident(ODD);
                load(
                    &mut conn2,
                    &format!("CREATE SCHEMA {odd_name}; SET search_path = {odd_name}"),
                )
                .await
                .unwrap();
                load(&mut conn2, &base).await.unwrap();
                let actual = Catalog::read(&mut conn2, &ReadOptions::schema(ODD)).await.unwrap();
                assert!(!expected.is_empty());
                assert_eq!(lines(&expected, &actual), [""; 0], "{name} on {}", major(&server));
                let json =
                    serde_json::to_string(&actual.objects.values().collect::<Vec<_>>()).unwrap();
                assert!(!json.contains("Weird"), "{name}: the name of the schema is left");
                drop((conn, conn2));
                sandbox.close().await.unwrap();
                odd.close().await.unwrap();
            }
        }
    });
}

#[test]
fn reading_leaves_the_session_as_it_was() {
    run(async {
        let (sandbox, mut conn) = fresh(&newest().await).await;
        load(
            &mut conn,
            "SET search_path = pg_catalog; SET TimeZone = 'Asia/Tokyo'; CREATE TABLE public.t ()",
        )
        .await
        .unwrap();
        read(&mut conn).await;
        let settings =
            "SELECT current_setting('search_path') || ' ' || current_setting('TimeZone')";
        let after: String = sqlx::query_scalar(settings).fetch_one(&mut conn).await.unwrap();
        assert_eq!(after, "pg_catalog Asia/Tokyo");

        // In a transaction of the caller, whoever began it, what it did is seen and it goes on.
        let mut transaction = conn.begin().await.unwrap();
        load(&mut transaction, "CREATE TABLE public.u ()").await.unwrap();
        assert!(read(&mut transaction).await.table("u").is_some());
        load(&mut transaction, "CREATE TABLE public.v ()").await.unwrap();
        transaction.commit().await.unwrap();
        load(&mut conn, "BEGIN; CREATE TABLE public.w ()").await.unwrap();
        assert!(read(&mut conn).await.table("w").is_some());
        load(&mut conn, "ROLLBACK").await.unwrap();
        let catalog = read(&mut conn).await;
        assert!(catalog.table("v").is_some() && catalog.table("w").is_none());

        // A temporary table does not hide one of the home schema.
        load(&mut conn, "CREATE TEMPORARY TABLE t (x integer)").await.unwrap();
        assert_eq!(lines(&catalog, &read(&mut conn).await), [""; 0]);
        drop(conn);
        sandbox.close().await.unwrap();
    });
}

#[test]
fn separators_in_user_text_are_read_as_they_are() {
    run(async {
        let (sandbox, mut conn) = fresh(&newest().await).await;
        let odd = "a\u{1f}type=b\u{1e}c\u{1d}d\u{1c}e";
        load(&mut conn, &format!("CREATE TABLE t (a text); COMMENT ON TABLE t IS '{odd}'"))
            .await
            .unwrap();
        assert_eq!(read(&mut conn).await.table("t").unwrap().comment(), Some(odd));
        drop(conn);
        sandbox.close().await.unwrap();
    });
}

#[test]
fn a_catalog_survives_json() {
    run(async {
        let (sandbox, mut conn) = fresh(&newest().await).await;
        for (_, base) in bases().into_iter().filter(|(name, _)| name == "columns") {
            load(&mut conn, &base).await.unwrap();
        }
        let catalog = read(&mut conn).await;
        let json = serde_json::to_string(&catalog).unwrap();
        let back: Catalog = serde_json::from_str(&json).unwrap();
        assert_eq!(lines(&catalog, &back), [""; 0]);
        load(&mut conn, "ALTER TABLE t DROP COLUMN body; ALTER TABLE t ALTER amount SET NOT NULL")
            .await
            .unwrap();
        let differences = catalog.diff(&read(&mut conn).await);
        let json = serde_json::to_string(&differences).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Difference>>(&json).unwrap(), differences);
        drop(conn);
        sandbox.close().await.unwrap();
    });
}

#[test]
fn typed_access() {
    run(async {
        let (sandbox, mut conn) = fresh(&newest().await).await;
        load(
            &mut conn,
            "CREATE SCHEMA audit;
             CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL DEFAULT 'x', boss bigint);
             CREATE UNIQUE INDEX idx_users_email ON users (lower(email), id DESC) WHERE id > 0;
             CREATE TABLE audit.log (id bigint, who bigint CONSTRAINT fk_who REFERENCES users (id));
             CREATE TYPE mood AS ENUM ('sad', 'happy');
             CREATE FUNCTION add(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT a + b';
             CREATE VIEW names AS SELECT id, email FROM users;
             CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY);",
        )
        .await
        .unwrap();
        let catalog = read(&mut conn).await;
        let users = catalog.table("users").unwrap();
        let names: Vec<&str> = users.columns().iter().map(|column| column.name()).collect();
        assert_eq!(names, ["id", "email", "boss"]);
        let email = users.column("email").unwrap();
        assert_eq!((email.data_type(), email.is_not_null(), email.position()), ("text", true, 2));
        assert_eq!(email.default(), Some("'x'::text"));
        assert_eq!(users.primary_key().unwrap().columns(), ["id"]);
        let index = users.index("idx_users_email").unwrap();
        assert_eq!(index.keys(), ["lower(email)", "id DESC"]);
        assert_eq!((index.columns(), index.is_unique()), (&["id".to_owned()][..], true));
        assert_eq!((index.method(), index.predicate()), ("btree", Some("id > 0")));
        let key = catalog.table("audit.log").unwrap().constraint("fk_who").unwrap();
        assert_eq!(
            (key.referenced_table(), key.referenced_columns()),
            (Some("users"), &["id".to_owned()][..])
        );
        assert_eq!(key.full_definition(), "FOREIGN KEY (who) REFERENCES users(id)");
        assert_eq!(catalog.enum_type("mood").unwrap().labels(), ["sad", "happy"]);
        assert_eq!(catalog.function("add(integer, integer)").unwrap().returns(), Some("integer"));
        assert_eq!(catalog.view("public.names").unwrap().columns().len(), 2);
        assert!(catalog.table("_sqlx_migrations").is_none());
        drop(conn);
        sandbox.close().await.unwrap();
    });
}

#[test]
fn what_is_ignored_is_counted() {
    run(async {
        let (sandbox, mut conn) = fresh(&newest().await).await;
        load(
            &mut conn,
            "CREATE TABLE t (a integer, b text);
             CREATE TABLE events (day date) PARTITION BY RANGE (day);
             CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
             CREATE TABLE spatial_ref_sys (id serial PRIMARY KEY);",
        )
        .await
        .unwrap();
        let before = read(&mut conn).await;
        load(
            &mut conn,
            "COMMENT ON TABLE t IS 'x'; ALTER TABLE t ALTER a SET DEFAULT 1, ALTER b SET NOT NULL;
             CREATE INDEX events_1_alone ON events_1 (day);
             ALTER TABLE spatial_ref_sys ADD x integer; CREATE SEQUENCE s;",
        )
        .await
        .unwrap();
        let after = read(&mut conn).await;
        let options = DiffOptions::new()
            .ignore_tables(["spatial_*", "nothing_*"])
            .unwrap()
            .ignore("comments".parse().unwrap())
            .ignore("columns.default".parse().unwrap())
            .ignore("grants".parse::<IgnoreRule>().unwrap())
            .ignore_fn(|difference| difference.object.kind == Kind::Sequence);
        let diff = before.diff_with(&after, &options);
        let printed: Vec<String> = diff.differences.iter().map(ToString::to_string).collect();
        assert_eq!(printed, ["column t.b: not null: expected none, found yes"]);
        let counts: Vec<(&str, usize)> =
            diff.ignored.iter().map(|ignored| (ignored.rule.as_str(), ignored.count)).collect();
        assert_eq!(
            counts,
            [
                ("ignore_tables = \"spatial_*\"", 2),
                ("ignore_tables = \"nothing_*\"", 0),
                ("ignore(comments)", 1),
                ("ignore(columns.default)", 1),
                ("ignore(grants)", 0),
                ("ignore = <function>", 1),
            ]
        );
        assert_eq!(diff.idle_rules().count(), 2);
        assert_eq!(diff.partition_children.len(), 1);
        drop(conn);
        sandbox.close().await.unwrap();
    });
}

/// Written by hand, since only some releases do it themselves.
#[test]
fn what_the_server_notes_about_a_column_is_no_option_of_it() {
    run(async {
        let (sandbox, mut conn) = fresh(&newest().await).await;
        load(
            &mut conn,
            "CREATE TABLE t (a integer, b text); ALTER TABLE t ALTER a SET (n_distinct = 5);
             CREATE VIEW v AS SELECT a FROM t;",
        )
        .await
        .unwrap();
        let before = read(&mut conn).await;
        load(
            &mut conn,
            "UPDATE pg_attribute SET attoptions = ARRAY['pg_attver=4711'] || attoptions
             WHERE attrelid IN ('t'::regclass, 'v'::regclass) AND attnum > 0",
        )
        .await
        .unwrap();
        assert_eq!(lines(&before, &read(&mut conn).await), [""; 0]);
        load(
            &mut conn,
            "UPDATE pg_attribute SET attoptions = '{pg_attver=4712,n_distinct=6}'
             WHERE attrelid = 't'::regclass AND attname = 'a'",
        )
        .await
        .unwrap();
        let changed = ["column t.a: option.n distinct: expected 5, found 6"];
        assert_eq!(lines(&before, &read(&mut conn).await), changed);
        conn.close().await.unwrap();
        sandbox.close().await.unwrap();
    });
}

/// In a transaction of the caller, begun by sqlx or by hand, every statement goes on as if nothing had been read.
#[test]
fn a_transaction_goes_on_after_a_read() {
    const MADE: &str = "CREATE DOMAIN d AS text; CREATE TABLE t (a d);";
    const CHANGED: &str = "ALTER DOMAIN d ADD CONSTRAINT d_check CHECK (VALUE <> '');
        ALTER DOMAIN d ADD CONSTRAINT d_later CHECK (VALUE <> 'x') NOT VALID;
        ALTER TABLE t ADD b integer, ALTER a SET DEFAULT 'y'; INSERT INTO t VALUES ('z', 1);";
    run(async {
        for server in servers().await {
            let (sandbox, mut conn) = fresh(&server).await;
            for by_hand in [false, true] {
                let (made, changed) = if by_hand {
                    load(&mut conn, "BEGIN").await.unwrap();
                    load(&mut conn, MADE).await.unwrap();
                    let made = read(&mut conn).await;
                    load(&mut conn, CHANGED).await.unwrap();
                    let changed = read(&mut conn).await;
                    load(&mut conn, "COMMIT").await.unwrap();
                    (made, changed)
                } else {
                    let mut transaction = conn.begin().await.unwrap();
                    load(&mut transaction, MADE).await.unwrap();
                    let made = read(&mut transaction).await;
                    load(&mut transaction, CHANGED).await.unwrap();
                    let changed = read(&mut transaction).await;
                    transaction.commit().await.unwrap();
                    (made, changed)
                };
                assert_eq!(lines(&made, &changed).len(), 4, "{:#?}", lines(&made, &changed));
                assert_eq!(lines(&changed, &read(&mut conn).await), [""; 0]);

                // What was there before the transaction.
                let mut transaction = conn.begin().await.unwrap();
                let without =
                    "ALTER DOMAIN d DROP CONSTRAINT d_check; ALTER DOMAIN d SET DEFAULT 'y'";
                load(&mut transaction, without).await.unwrap();
                let changed = read(&mut transaction).await;
                let again = "ALTER DOMAIN d ADD CONSTRAINT d_check CHECK (VALUE <> ''); ALTER DOMAIN d SET NOT NULL;
                     ALTER DOMAIN d DROP NOT NULL; ALTER DOMAIN d VALIDATE CONSTRAINT d_later;
                     ALTER DOMAIN d RENAME CONSTRAINT d_later TO d_more";
                load(&mut transaction, again).await.unwrap();
                assert_eq!(lines(&changed, &read(&mut transaction).await).len(), 3);
                transaction.commit().await.unwrap();
                load(&mut conn, "DROP TABLE t; DROP DOMAIN d").await.unwrap();
            }
            drop(conn);
            sandbox.close().await.unwrap();
        }
    });
}

#[test]
fn a_read_is_planned_again_when_the_catalog_has_grown() {
    run(async {
        for server in servers().await {
            let (sandbox, mut conn) = fresh(&server).await;
            read(&mut conn).await;
            let first = reads_prepared(&mut conn).await;
            read(&mut conn).await;
            assert_eq!(reads_prepared(&mut conn).await, first, "the same size, the same plan");
            // Some 12,000 columns: more than a mebibyte of pg_attribute.
            let wide = "DO $$ BEGIN FOR t IN 1..20 LOOP EXECUTE (\
                SELECT format('CREATE TABLE wide_%s (%s)', t, string_agg(format('c%s int', c), ', ')) \
                FROM generate_series(1, 600) AS c); END LOOP; END $$";
            load(&mut conn, wide).await.unwrap();
            read(&mut conn).await;
            let grown = reads_prepared(&mut conn).await;
            assert!(grown > first, "{grown} statements prepared, {first} before");
            conn.close().await.unwrap();
            sandbox.close().await.unwrap();
        }
    });
}

/// How many statements the session keeps that read the columns of tables.
async fn reads_prepared(conn: &mut PgConnection) -> i64 {
    let question = "SELECT count(*) FROM pg_prepared_statements \
                    WHERE statement ~ 'attnum' AND statement !~ 'pg_prepared_statements'";
    sqlx::query_scalar(question).fetch_one(conn).await.unwrap()
}
