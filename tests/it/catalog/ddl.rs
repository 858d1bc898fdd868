//! Catalogs as SQL: what `mend` writes mends, and what `script` writes makes the same schema again.
//!
//! The data are those of [`mutations`](crate::support::mutations): every single change is mended in both directions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::expect;
use gauntlet_runtime::catalog::{Catalog, DiffOptions, Difference, ReadOptions};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::repair::{ScriptOptions, mend, missed_dependents, script, script_with};
use gauntlet_runtime::server::Server;
use sqlx::PgConnection;

use crate::support::area::run;
use crate::support::mutations::{Suite, drop_subscription, suites};
use crate::support::oracle::{load, major, newest, on_each_server, servers};

/// Plans that cannot come out whole: the change, the plan, and why PostgreSQL offers nothing for it.
const BEYOND: &[(&str, &str, &str)] = &[
    ("constraint whose index a failed build left behind", "forth", INVALID),
    ("constraint whose index a failed build left behind", "as a script", INVALID),
    ("index that a failed build left behind", "forth", INVALID),
    ("index that a failed build left behind", "as a script", INVALID),
    ("table security label", "back", PROVIDER),
    ("table security label", "forth", PROVIDER),
    ("table security label", "as a script", PROVIDER),
    ("database security label [ours]", "back", PROVIDER),
    ("database security label [ours]", "forth", PROVIDER),
    ("database security label [ours]", "as a script", PROVIDER),
    ("column security label", "back", PROVIDER),
    ("column security label", "forth", PROVIDER),
    ("column security label", "as a script", PROVIDER),
    (
        "foreign data wrapper validator",
        "as a script",
        "the options are older than the validator that refuses them",
    ),
    ("extension version [ours]", "forth", "the machine has no such version of the extension"),
    ("extension schema [ours]", "back", FIXED),
    ("extension schema [ours]", "forth", FIXED),
    ("extension schema [ours]", "as a script", FIXED),
    ("subscription enabled [ours]", "forth", SLOTLESS),
    ("subscription enabled [ours]", "as a script", SLOTLESS),
    ("subscription failover [>=17]", "back", SLOTLESS),
    ("subscription failover [>=17]", "forth", SLOTLESS),
];

const INVALID: &str = "nothing makes an index invalid on purpose";
const PROVIDER: &str = "needs a label provider that is loaded into the server";
const FIXED: &str = "the extension of this machine refuses to move";
const SLOTLESS: &str = "refused for a subscription without a slot";

/// By hand: after the savepoint that the reader takes in a transaction of sqlx, `ALTER DOMAIN` is refused.
async fn begin(conn: &mut PgConnection) {
    load(conn, "BEGIN").await.unwrap();
}

async fn roll_back(conn: &mut PgConnection) {
    load(conn, "ROLLBACK").await.unwrap();
    load(conn, "RESET ALL").await.unwrap();
}

/// The differences that are left after the repair, partition children included.
fn failures(expected: &Catalog, actual: &Catalog) -> Vec<String> {
    differences(expected, actual)
        .iter()
        .filter(|difference| difference.is_failure())
        .map(ToString::to_string)
        .collect()
}

fn differences(expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
    expected.diff_with(actual, &DiffOptions::new().partition_children(true)).differences
}

async fn read(conn: &mut PgConnection) -> Catalog {
    Catalog::read(conn, &ReadOptions::database()).await.unwrap()
}

/// Runs the plan from `actual` (which is in the database) to `expected`; what went wrong, or nothing.
async fn mended(conn: &mut PgConnection, expected: &Catalog, actual: &Catalog) -> Vec<String> {
    let plan = mend(expected, actual, &differences(expected, actual));
    for step in &plan.steps {
        if let Err(error) = load(conn, &step.sql).await {
            return vec![format!("{error}, at: {}\nof:\n{}", step.sql, plan.script())];
        }
    }
    let mut left = failures(expected, &read(conn).await);
    if !left.is_empty() {
        left.push(format!("after:\n{}", plan.script()));
    }
    left
}

/// Writes the catalog as SQL, loads that, and writes it again; what went wrong, or nothing.
async fn written(conn: &mut PgConnection, catalog: &Catalog) -> Vec<String> {
    let options = ScriptOptions::new().owners(true);
    let text = script_with(catalog, options);
    if let Err(error) = load(conn, &text).await {
        return vec![format!("{error}, in:\n{text}")];
    }
    let back = read(conn).await;
    let mut left = failures(catalog, &back);
    if script_with(&back, options) != text {
        left.push(format!("written again it is another text:\n{text}"));
    }
    left
}

#[test]
fn every_mutation_is_mended_in_both_directions() {
    run(async {
        let count = Arc::new(AtomicUsize::new(0));
        let wrong = on_each_server(|server| {
            let count = Arc::clone(&count);
            async move {
                let mut wrong = Vec::new();
                for suite in suites() {
                    let plans = judge(&server, &suite, &mut wrong).await;
                    count.fetch_add(plans, Ordering::Relaxed);
                }
                wrong
            }
        })
        .await;
        let count = count.load(Ordering::Relaxed);
        assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
        eprintln!("{count} plans mended what they should");
    });
}

#[test]
fn every_exception_is_a_mutation() {
    let names: Vec<String> =
        suites().into_iter().flat_map(|suite| suite.mutations).map(|m| m.name).collect();
    for (name, plan, _) in BEYOND {
        assert!(names.iter().any(|n| n == name), "no mutation is called '{name}'");
        assert!(["forth", "back", "as a script"].contains(plan), "no plan is called '{plan}'");
    }
}

/// One file: the base, then each change in a transaction that is rolled back. Returns the number of plans.
async fn judge(server: &Arc<Server>, suite: &Suite, wrong: &mut Vec<String>) -> usize {
    let sandbox = Sandbox::create(server, Some(Isolation::Database), "mend").await.unwrap();
    let empty = Sandbox::create(server, Some(Isolation::Database), "script").await.unwrap();
    let mut conn = sandbox.connect().await.unwrap();
    let mut other = empty.connect().await.unwrap();
    load(&mut conn, &suite.base).await.unwrap();
    let base = read(&mut conn).await;
    let mut count = 0;
    let mut missed = Vec::new();
    for mutation in suite.sample().filter(|mutation| mutation.applies(server)) {
        let mut tell = |plan: &str, problems: Vec<String>| {
            count += 1;
            let name = format!("{} {}, {plan}", major(server), mutation.name);
            let beyond = BEYOND.iter().any(|(n, p, _)| *n == mutation.name && *p == plan);
            match (problems.is_empty(), beyond) {
                (true, true) => wrong.push(format!("{name}: an exception that is none")),
                (false, false) => wrong.push(format!("{name}: {}", problems.join("\n"))),
                _ => {}
            }
        };

        begin(&mut conn).await;
        let changed = match load(&mut conn, &mutation.sql).await {
            Ok(()) => read(&mut conn).await,
            Err(error) => {
                roll_back(&mut conn).await;
                if !mutation.has("[may-lack]") {
                    wrong.push(format!("{} {}: {error}", major(server), mutation.name));
                }
                continue;
            }
        };
        for (dependent, need) in missed_dependents(&changed) {
            missed.push(format!("{}: that {dependent} needs {need} is not found", mutation.name));
        }
        tell("back", mended(&mut conn, &base, &changed).await);
        roll_back(&mut conn).await;

        begin(&mut conn).await;
        tell("forth", mended(&mut conn, &changed, &base).await);
        roll_back(&mut conn).await;

        begin(&mut other).await;
        tell("as a script", written(&mut other, &changed).await);
        roll_back(&mut other).await;
    }
    wrong.append(&mut missed);
    drop_subscription(&mut conn).await;
    drop(conn);
    drop(other);
    sandbox.close().await.unwrap();
    empty.close().await.unwrap();
    count
}

/// Makes `sql` real in a database of its own.
async fn catalog_of(server: &Arc<Server>, sql: &str) -> Catalog {
    let sandbox = Sandbox::create(server, Some(Isolation::Database), "ddl").await.unwrap();
    let mut conn = sandbox.connect().await.unwrap();
    load(&mut conn, sql).await.unwrap();
    let catalog = read(&mut conn).await;
    drop(conn);
    sandbox.close().await.unwrap();
    catalog
}

const SHOP: &str = "
CREATE TYPE status AS ENUM ('new', 'paid');
CREATE TABLE users (id bigserial PRIMARY KEY, email varchar(80) NOT NULL UNIQUE,
  plan text DEFAULT 'free' CHECK (plan IN ('free', 'pro')));
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE, status status NOT NULL DEFAULT 'new',
  kind varchar(10) CHECK (kind IN ('a', 'b')));
CREATE INDEX idx_orders_user ON orders (user_id) WHERE kind IN ('a', 'b');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
COMMENT ON TABLE users IS 'who may log in';
CREATE VIEW paid AS SELECT * FROM orders WHERE status = 'paid';
";

const SHOP_WRITTEN: &str = r"SET check_function_bodies = off;

CREATE TYPE status AS ENUM (
    'new',
    'paid'
);

CREATE FUNCTION touch()
RETURNS trigger
LANGUAGE plpgsql
AS $$BEGIN RETURN new; END$$;

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    user_id bigint NOT NULL,
    status status DEFAULT 'new'::status NOT NULL,
    kind character varying(10),
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_kind_check CHECK (((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying]::character varying[])::text[])))
);
CREATE INDEX idx_orders_user ON orders (user_id) WHERE kind::text = ANY (ARRAY['a'::character varying, 'b'::character varying]::character varying[]::text[]);
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();

CREATE SEQUENCE users_id_seq;
CREATE TABLE users (
    id bigint DEFAULT nextval('users_id_seq'::regclass) NOT NULL,
    email character varying(80) NOT NULL,
    plan text DEFAULT 'free'::text,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_plan_check CHECK ((plan = ANY (ARRAY['free'::text, 'pro'::text])))
);
COMMENT ON TABLE users IS 'who may log in';
ALTER SEQUENCE users_id_seq OWNED BY users.id;

ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

CREATE VIEW paid AS
 SELECT id,
    user_id,
    status,
    kind
   FROM orders
  WHERE (status = 'paid'::status);
";

#[test]
fn a_schema_reads_as_a_person_would_write_it() {
    run(async {
        let mut texts = Vec::new();
        for server in servers().await {
            let text = script(&catalog_of(&server, SHOP).await);
            // Before 16 PostgreSQL writes the table before each column of a view.
            texts.push(text.replace("orders.", ""));
        }
        for text in texts {
            assert_eq!(text, SHOP_WRITTEN);
        }
    });
}

#[test]
fn a_script_loads_into_a_schema_of_its_own() {
    run(async {
        let server = newest().await;
        let expected = catalog_of(&server, SHOP).await;
        let sandbox = Sandbox::create(&server, Some(Isolation::Database), "ddl").await.unwrap();
        let mut conn = sandbox.connect().await.unwrap();
        let prelude = "CREATE SCHEMA \"Odd one\"; SET search_path = \"Odd one\"; ";
        load(&mut conn, &format!("{prelude}{}", script(&expected))).await.unwrap();
        let options = ReadOptions::schema("Odd one");
        let found = Catalog::read(&mut conn, &options).await.unwrap();
        drop(conn);
        sandbox.close().await.unwrap();
        assert_eq!(script(&found), script(&expected));
    });
}

/// Checks the statements that mend `differences`, in order.
#[track_caller]
fn check(plan: &gauntlet_runtime::repair::Plan, expected: &str) {
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
