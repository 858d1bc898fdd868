//! Snapshots after single steps equal full ones, whatever the step was.
//!
//! The steps: every change under `mutations/`, applied and (where the SQL for that is known) undone; generated histories, each
//! version up, down and up; and hand-made steps that change what other definitions mention.

use std::sync::Arc;

use gauntlet_runtime::catalog::{Catalog, ReadOptions, Tracker};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::repair;
use gauntlet_runtime::server::Server;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use crate::support::area::run;
use crate::support::database::UsersDatabase;
use crate::support::histories::Variant;
use crate::support::mutations::{drop_subscription, suites};
use crate::support::oracle::{Extent, extent, load, major, newest, servers};

/// A database or schema that is followed.
struct Followed {
    sandbox: Sandbox,
    conn: PgConnection,
    tracker: Tracker,
    options: ReadOptions,
    /// The server's own counts say where to look.
    by_counts: bool,
}

impl Followed {
    async fn new(server: &Arc<Server>, isolation: Isolation, base: &str) -> Followed {
        let sandbox = Sandbox::create(server, Some(isolation), "tracking").await.unwrap();
        let mut conn = sandbox.connect().await.unwrap();
        load(&mut conn, base).await.unwrap_or_else(|error| panic!("{error}\n{base}"));
        Self::follow(sandbox, conn).await
    }

    async fn follow(sandbox: Sandbox, conn: PgConnection) -> Followed {
        let options = match sandbox.isolation() {
            Isolation::Schema => ReadOptions::schema(sandbox.home_schema()),
            _ => ReadOptions::database(),
        };
        let tracker =
            Tracker::start(sandbox.connect().await.unwrap(), options.clone()).await.unwrap();
        Followed { sandbox, conn, tracker, options, by_counts: true }
    }

    async fn track(&mut self, script: &str) -> Result<(), String> {
        let question = self.tracker.question().filter(|_| self.by_counts);
        let looked = if let Some(question) = question {
            let question = format!("SELECT {question}, pg_stat_force_next_flush()");
            let row = sqlx::query(AssertSqlSafe(question)).fetch_one(&mut self.conn).await.unwrap();
            let counts: Vec<i64> = row.try_get(0).unwrap();
            self.tracker.look_by_counts(&script.into(), &counts).await
        } else {
            self.tracker.look().await
        };
        looked.map_err(|error| error.to_string())
    }

    /// Looks after a step, and says what differs from a full read, in either moment.
    async fn look(&mut self, before: &Catalog, script: &str) -> Result<Catalog, String> {
        self.tracker.begin();
        self.track(script).await?;
        let full = Catalog::read(&mut self.conn, &self.options).await.unwrap();
        same(&full, self.tracker.catalog())?;
        same(before, &self.tracker.at(0)).map_err(|text| format!("before the step: {text}"))?;
        let (part_before, part_after) = self.tracker.between(0, 1);
        let (whole, part) = (before.diff(&full), part_before.diff(&part_after));
        if whole != part {
            return Err(format!("the parts differ otherwise: {part:#?}\ninstead of {whole:#?}"));
        }
        Ok(full)
    }

    async fn close(self) {
        let Followed { sandbox, mut conn, tracker, .. } = self;
        drop_subscription(&mut conn).await;
        tracker.close().await;
        conn.close().await.unwrap();
        sandbox.close().await.unwrap();
    }
}

/// Attributes, facts and addresses.
fn same(full: &Catalog, tracked: &Catalog) -> Result<(), String> {
    if full == tracked {
        return Ok(());
    }
    let mut text = String::new();
    for id in full.objects.keys().chain(tracked.objects.keys()) {
        let (there, here) = (full.get(id), tracked.get(id));
        if there != here {
            text.push_str(&format!("\n{id}:\n  full    {there:?}\n  tracked {here:?}"));
        }
    }
    if full.not_compared != tracked.not_compared {
        text.push_str("\nother things are not compared");
    }
    Err(text)
}

/// By counts on every server; on the oldest nothing counts. Without them on the newest too.
async fn ways() -> Vec<(Arc<Server>, bool)> {
    let mut ways: Vec<_> = servers().await.into_iter().map(|server| (server, true)).collect();
    ways.push((newest().await, false));
    ways
}

#[test]
fn every_mutation_forth_and_back() {
    run(async {
        let mut wrong = Vec::new();
        for (server, by_counts) in ways().await {
            for suite in suites() {
                let mut reuse: Option<Followed> = None;
                for mutation in suite.sample().filter(|m| m.applies(&server)) {
                    let mut followed = match reuse.take() {
                        Some(followed) => followed,
                        None => Followed::new(&server, Isolation::Database, &suite.base).await,
                    };
                    followed.by_counts = by_counts;
                    let counts = if by_counts { ", by counts" } else { "" };
                    let place =
                        |way| format!("{} {}, {way}{counts}", major(&server), mutation.name);
                    let base = followed.tracker.catalog().clone();
                    if load(&mut followed.conn, &mutation.sql).await.is_err() {
                        // It needs what this server lacks; what is there of it is of no interest.
                        followed.close().await;
                        continue;
                    }
                    let changed = match followed.look(&base, &mutation.sql).await {
                        Ok(changed) => changed,
                        Err(text) => {
                            wrong.push(format!("{}: {text}", place("forth")));
                            followed.close().await;
                            continue;
                        }
                    };
                    let back = repair::mend(&base, &changed, &base.diff(&changed));
                    // Whether that works is for the tests of `repair`; here any step is welcome.
                    drop(load(&mut followed.conn, &back.script()).await);
                    match followed.look(&changed, &back.script()).await {
                        // The next change may start from here.
                        Ok(now) if base.diff(&now).is_empty() => reuse = Some(followed),
                        Ok(_) => followed.close().await,
                        Err(text) => {
                            wrong.push(format!("{}: {text}", place("back")));
                            followed.close().await;
                        }
                    }
                }
                if let Some(followed) = reuse {
                    followed.close().await;
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    });
}

#[test]
fn generated_histories_up_down_up() {
    run(async {
        let server = newest().await;
        let ways =
            [(Isolation::Database, true), (Isolation::Schema, true), (Isolation::Database, false)];
        let step = if extent() == Extent::Sample { 2 } else { 1 };
        for (seed, variant) in (1..).zip(Variant::ALL).step_by(step) {
            let (isolation, by_counts) = ways[usize::try_from(seed).unwrap() % ways.len()];
            let mut followed = Followed::new(&server, isolation, "").await;
            followed.by_counts = by_counts;
            let mut before = followed.tracker.catalog().clone();
            // A version in ten has what makes the variant, the first of them the eighth.
            let history = variant.history(if extent() == Extent::Sample { 8 } else { 20 }, seed);
            // Roles belong to the whole server, which other processes use too.
            let own = format!("gauntlet_tracking_{}", std::process::id());
            let own = |script: &str| script.replace("gauntlet_bench", &own);
            let ups_and_downs = history.versions.iter().flat_map(|v| [&v.up, &v.down, &v.up]);
            let descent = history.versions.iter().rev().map(|v| &v.down);
            for script in ups_and_downs.chain(descent) {
                // What is faulty fails, and has to be seen to have changed nothing.
                let done = load(&mut followed.conn, &own(script)).await;
                assert!(
                    done.is_ok() || !history.faulty.is_empty(),
                    "{variant}, {script}: {done:?}"
                );
                before = followed
                    .look(&before, script)
                    .await
                    .unwrap_or_else(|text| panic!("{variant}, {isolation}, {script}: {text}"));
            }
            followed.close().await;
        }
    });
}

/// The schema that the steps below start from: definitions that mention each other.
const WEB: &str = "
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
    CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
    CREATE TYPE pair AS (a integer, b text);
    CREATE SEQUENCE numbers;
    CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TABLE users (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mail email, feels mood DEFAULT 'ok',
        n integer DEFAULT nextval('numbers'), p pair, CONSTRAINT even CHECK (twice(n) > 0));
    CREATE TABLE posts (id serial PRIMARY KEY, author integer REFERENCES users (id), id2 integer, title text);
    CREATE INDEX posts_twice ON posts (twice(id2)) WHERE id2 > 0;
    CREATE VIEW authors AS SELECT u.name, p.title FROM users u JOIN posts p ON p.author = u.id WHERE twice(u.n) > 2;
    CREATE VIEW joined AS SELECT * FROM users JOIN (SELECT author AS id, title FROM posts) q USING (id);
    CREATE VIEW names AS SELECT name FROM authors;
    CREATE FUNCTION all_users() RETURNS SETOF users LANGUAGE sql AS 'SELECT * FROM users';
    CREATE VIEW through AS SELECT name FROM all_users();
    CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW WHEN (NEW.n > 1) EXECUTE FUNCTION touch();
    CREATE POLICY own ON posts USING (author IN (SELECT id FROM users WHERE name = current_user));
    CREATE TABLE log (at date, what text) PARTITION BY RANGE (at);
    CREATE TABLE log_2024 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE INDEX log_what ON log (what);
    COMMENT ON COLUMN users.name IS 'how they are called';
    COMMENT ON CONSTRAINT even ON users IS 'why';
";

/// One step a line, each after those before it.
const STEPS: &[&str] = &[
    "ALTER TABLE users RENAME TO people",
    "ALTER TABLE people RENAME COLUMN name TO called",
    "ALTER TYPE mood RENAME TO temper",
    "ALTER TYPE temper RENAME VALUE 'ok' TO 'fine'",
    "ALTER TYPE temper ADD VALUE 'glad' BEFORE 'happy'",
    "ALTER TABLE people ALTER COLUMN feels SET DEFAULT 'sad'",
    "ALTER DOMAIN email RENAME TO address",
    "ALTER DOMAIN address ADD CONSTRAINT short CHECK (length(VALUE) < 90)",
    "ALTER TYPE pair RENAME ATTRIBUTE a TO first",
    "ALTER TYPE pair ADD ATTRIBUTE c date",
    "ALTER FUNCTION twice(integer) RENAME TO doubled",
    "ALTER SEQUENCE numbers RENAME TO digits",
    "ALTER SEQUENCE users_id_seq INCREMENT BY 3",
    "ALTER TABLE people ALTER COLUMN id SET GENERATED BY DEFAULT",
    "CREATE FUNCTION doubled(n numeric) RETURNS numeric LANGUAGE sql AS 'SELECT n'",
    "DROP FUNCTION doubled(numeric)",
    "CREATE FUNCTION lower(n address) RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
    "ALTER TABLE posts ADD COLUMN mail text",
    "ALTER TABLE posts ADD COLUMN called text, DROP COLUMN id2",
    "ALTER TABLE people ADD COLUMN born date",
    "ALTER TABLE posts ALTER COLUMN mail TYPE varchar(80)",
    // The name of a table that the script does not say.
    "CREATE TABLE hidden (a integer, b text); CREATE TABLE wide (a integer, b text)",
    "ALTER TABLE wide ALTER COLUMN a TYPE bigint; DO $$ BEGIN EXECUTE 'ALTER TABLE hid' || 'den ADD COLUMN c integer'; END $$",
    "ALTER TABLE wide ALTER COLUMN a TYPE integer; DO $$ BEGIN EXECUTE 'ALTER TABLE hid' || 'den ADD COLUMN d integer DEFAULT 7'; END $$",
    "ALTER TABLE wide ALTER COLUMN a TYPE bigint; DO $$ BEGIN EXECUTE 'ALTER TABLE hid' || 'den ALTER COLUMN a SET NOT NULL'; END $$",
    "ALTER TABLE wide ADD COLUMN c text DEFAULT 1, ALTER COLUMN a TYPE integer; DO $$ BEGIN EXECUTE 'ALTER TABLE hid' || 'den DROP COLUMN b'; END $$",
    "DO $$ BEGIN EXECUTE 'ALTER TABLE hid' || 'den ALTER COLUMN a TYPE bigint, ALTER COLUMN c SET STATISTICS 7'; END $$",
    "ALTER TABLE wide ALTER COLUMN c TYPE varchar(9), DROP COLUMN a; DO $$ BEGIN EXECUTE 'ALTER TABLE hid' || 'den ALTER COLUMN d SET STORAGE PLAIN'; END $$",
    "DO $$ BEGIN EXECUTE 'ALTER TABLE hid' || 'den ALTER COLUMN d DROP DEFAULT'; END $$; DROP TABLE wide",
    "DROP TABLE hidden",
    "DROP VIEW names; ALTER TABLE posts ALTER COLUMN called SET NOT NULL",
    "CREATE OR REPLACE VIEW through AS SELECT called AS name, id FROM all_users()",
    "CREATE VIEW deep AS SELECT * FROM through",
    "CREATE OR REPLACE VIEW through AS SELECT called AS name, id, born FROM all_users()",
    "COMMENT ON TABLE posts IS 'what they write'; COMMENT ON CONSTRAINT even ON people IS NULL",
    "COMMENT ON TABLE posts IS NULL; COMMENT ON TYPE temper IS 'temper'; COMMENT ON FUNCTION touch() IS 'touch'",
    "COMMENT ON FUNCTION touch() IS 'touches'; COMMENT ON INDEX log_what IS 'idx'",
    "COMMENT ON FUNCTION touch() IS NULL; COMMENT ON TYPE temper IS NULL; COMMENT ON INDEX log_what IS NULL",
    "GRANT SELECT (called), UPDATE ON people TO PUBLIC; GRANT USAGE ON TYPE temper TO pg_monitor",
    "REVOKE UPDATE ON people FROM PUBLIC; REVOKE ALL ON FUNCTION touch() FROM PUBLIC",
    "CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
    "ALTER TABLE log DETACH PARTITION log_2025; ALTER INDEX log_what RENAME TO log_text",
    "ALTER TABLE log_2025 ALTER COLUMN what SET NOT NULL, ADD CHECK (what <> '')",
    "BEGIN; SAVEPOINT a; ALTER TABLE posts DISABLE ROW LEVEL SECURITY; ROLLBACK TO a; ALTER POLICY own ON posts USING (true); COMMIT",
    "DO $$ BEGIN BEGIN ALTER TABLE log ADD COLUMN extra integer; PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END; BEGIN ALTER TABLE log ADD COLUMN more integer; EXCEPTION WHEN OTHERS THEN NULL; END; END $$",
    // As many rows come, and are rolled back, as go.
    "CREATE TABLE brief (a integer)",
    "DO $$ BEGIN BEGIN CREATE TABLE never (a integer); PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END; END $$; DROP TABLE brief",
    "CREATE INDEX CONCURRENTLY posts_title ON posts (title)",
    "REINDEX INDEX CONCURRENTLY posts_title",
    "ANALYZE; VACUUM pg_class; VACUUM FULL pg_attribute",
    "ALTER TABLE posts RENAME CONSTRAINT posts_author_fkey TO by_whom; ALTER TABLE posts DISABLE TRIGGER ALL",
    "ALTER TRIGGER touched ON people RENAME TO touches; ALTER TABLE people DISABLE TRIGGER touches",
    "ALTER TABLE people CLUSTER ON users_pkey; ALTER TABLE people REPLICA IDENTITY USING INDEX users_pkey",
    "ALTER SEQUENCE posts_id_seq OWNED BY NONE",
    "ALTER SEQUENCE posts_id_seq OWNED BY people.n",
    "CREATE RULE quiet AS ON DELETE TO posts DO INSTEAD NOTHING",
    "DROP RULE quiet ON posts; DROP POLICY own ON posts",
    "CREATE STATISTICS s ON called, n FROM people",
    "ALTER TABLE people ADD COLUMN later integer; COMMENT ON STATISTICS s IS 's'",
    "DROP STATISTICS s; DROP TRIGGER touches ON people; DROP FUNCTION touch()",
    "CREATE TABLE kid () INHERITS (people); ALTER TABLE kid NO INHERIT people",
    "CREATE TYPE span AS RANGE (subtype = integer); CREATE TABLE spans (s span)",
    "ALTER TYPE span RENAME TO stretch",
    "CREATE TEMP TABLE people (x integer); CREATE TEMP VIEW v AS SELECT * FROM people",
    "DROP TABLE pg_temp.people CASCADE",
    "DROP TYPE temper CASCADE",
    "DROP TABLE posts CASCADE",
    "DROP TABLE people CASCADE; DROP TABLE log",
];

/// Steps that only a database of its own can take.
const STEPS_OF_DATABASES: &[&str] = &[
    "CREATE SCHEMA shop",
    "ALTER TABLE posts SET SCHEMA shop",
    "ALTER SCHEMA shop RENAME TO market",
    "CREATE TABLE posts (id integer)",
    "DROP TABLE posts",
    "CREATE TABLE market.users (id integer); COMMENT ON SCHEMA market IS 'm'",
    "CREATE EXTENSION IF NOT EXISTS plpgsql; COMMENT ON EXTENSION plpgsql IS 'pl'; COMMENT ON SCHEMA public IS 'p'",
    "CREATE ROLE gauntlet_tracking_a; ALTER TABLE users OWNER TO gauntlet_tracking_a; GRANT SELECT ON market.posts TO gauntlet_tracking_a",
    "ALTER ROLE gauntlet_tracking_a RENAME TO gauntlet_tracking_b",
    "CREATE OPERATOR +| (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4pl)",
    "CREATE PUBLICATION p FOR TABLE users; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "ALTER TABLE users RENAME TO people",
    "ALTER TABLE people OWNER TO CURRENT_USER; REVOKE ALL ON market.posts FROM gauntlet_tracking_b; DROP ROLE gauntlet_tracking_b",
    "DROP SCHEMA market CASCADE",
];

/// Steps outside of an own schema, which must not be seen.
const STEPS_BESIDE_SCHEMAS: &[&str] = &[
    "CREATE TABLE public.gauntlet_tracking (a integer, CHECK (a > 0))",
    "ALTER TABLE public.gauntlet_tracking ALTER COLUMN a SET STATISTICS 5",
    "ALTER TABLE public.gauntlet_tracking ALTER COLUMN a SET DEFAULT 5; ALTER TABLE users ADD COLUMN a integer",
    "DROP TABLE public.gauntlet_tracking",
];

async fn walk((server, by_counts): &(Arc<Server>, bool), isolation: Isolation, steps: &[&str]) {
    let mut followed = Followed::new(server, isolation, WEB).await;
    followed.by_counts = *by_counts;
    let mut before = followed.tracker.catalog().clone();
    // Roles belong to the whole server, which other processes use too.
    let own = format!("gauntlet_tracking_{}", std::process::id());
    for step in steps {
        let step = &step.replace("gauntlet_tracking", &own);
        for statement in step.split_inclusive(';').filter(|_| step.contains("VACUUM")) {
            load(&mut followed.conn, statement).await.unwrap();
        }
        if !step.contains("VACUUM") {
            let done = load(&mut followed.conn, step).await;
            done.unwrap_or_else(|error| panic!("{isolation}, {step}: {error}"));
        }
        let looked = followed.look(&before, step).await;
        before = looked.unwrap_or_else(|text| panic!("{isolation}, {step}: {text}"));
    }
    followed.close().await;
}

#[test]
fn what_others_mention() {
    run(async {
        for way in ways().await {
            // In short, each step is looked for by counts in one isolation, and without them in the other.
            let long = extent() != Extent::Sample;
            if long || way.1 {
                walk(&way, Isolation::Database, STEPS).await;
            }
            if long || !way.1 {
                walk(&way, Isolation::Schema, STEPS).await;
            }
            if !long && !way.1 {
                continue;
            }
            walk(&way, Isolation::Database, STEPS_OF_DATABASES).await;
            // In a database of their own: the tests beside this one watch what is outside of their schemas.
            let database = UsersDatabase::new(&way.0).await;
            let own = (database.server().await, way.1);
            walk(&own, Isolation::Schema, STEPS_BESIDE_SCHEMAS).await;
        }
    });
}

/// All looks of a version, from the first: each moment is still there at the last.
#[test]
fn every_moment_of_a_version() {
    run(async {
        let server = newest().await;
        let mut followed = Followed::new(&server, Isolation::Database, WEB).await;
        followed.tracker.begin();
        let mut moments = vec![followed.tracker.catalog().clone()];
        for step in [
            "ALTER TABLE users ADD COLUMN a integer; CREATE TABLE t (id serial)",
            "DROP TABLE t; CREATE TABLE t (id integer)",
            "ALTER TABLE users RENAME TO people",
            "DROP VIEW names; ALTER TABLE people DROP COLUMN a",
        ] {
            load(&mut followed.conn, step).await.unwrap();
            followed.track(step).await.unwrap();
            moments.push(followed.tracker.catalog().clone());
        }
        for (moment, catalog) in moments.iter().enumerate() {
            same(catalog, &followed.tracker.at(moment))
                .unwrap_or_else(|text| panic!("moment {moment}: {text}"));
            for (later, other) in moments.iter().enumerate().skip(moment) {
                let (from, to) = followed.tracker.between(moment, later);
                assert_eq!(from.diff(&to), catalog.diff(other), "{moment} to {later}");
            }
        }
        followed.close().await;
    });
}

/// In schema isolation others write the same catalogs, and report it when they like: a row of theirs that is gone is not
/// taken for the one that a step has removed.
#[test]
fn what_a_neighbour_has_not_reported() {
    run(async {
        for (server, by_counts) in ways().await {
            let mut followed =
                Followed::new(&server, Isolation::Schema, "CREATE TABLE users (id integer)").await;
            followed.by_counts = by_counts;
            let other =
                Sandbox::create(&server, Some(Isolation::Schema), "tracking").await.unwrap();
            let mut neighbour = other.connect().await.unwrap();
            followed.tracker.begin();
            // It reports nothing while its transaction is open.
            for (theirs, step) in [
                ("CREATE TABLE x (id integer)", "CREATE TABLE teams (id integer)"),
                ("BEGIN; DROP TABLE x; COMMIT; BEGIN", "DROP TABLE users"),
                ("CREATE TABLE y (id integer); COMMIT; BEGIN; DROP TABLE y", "DROP TABLE teams"),
            ] {
                load(&mut neighbour, theirs).await.unwrap();
                load(&mut followed.conn, step).await.unwrap();
                followed.track(step).await.unwrap();
                let full = Catalog::read(&mut followed.conn, &followed.options).await.unwrap();
                same(&full, followed.tracker.catalog())
                    .unwrap_or_else(|text| panic!("{}, {step}: {text}", major(&server)));
            }
            neighbour.close().await.unwrap();
            other.close().await.unwrap();
            followed.close().await;
        }
    });
}

/// A row that came after the first look of a version and was gone at a full read is not found gone once more.
#[test]
fn a_full_read_between_two_looks() {
    run(async {
        let server = newest().await;
        let mut followed = Followed::new(&server, Isolation::Database, "").await;
        followed.by_counts = false;
        followed.tracker.begin();
        for step in [
            "CREATE TABLE one (id integer DEFAULT 1); CREATE TABLE two (id integer DEFAULT 2)",
            // Everything is read again where a schema gets another name.
            "DROP TABLE one; CREATE SCHEMA old; ALTER SCHEMA old RENAME TO new",
            "DROP TABLE two",
        ] {
            load(&mut followed.conn, step).await.unwrap();
            followed.track(step).await.unwrap();
            let full = Catalog::read(&mut followed.conn, &followed.options).await.unwrap();
            same(&full, followed.tracker.catalog()).unwrap_or_else(|text| panic!("{step}: {text}"));
        }
        followed.close().await;
    });
}
