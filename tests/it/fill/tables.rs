//! Tables of every kind that people have.

use expect_test::{Expect, expect};
use gauntlet_runtime::fill::Filler;

use super::{Place, printed};
use crate::support::mutations::{drop_subscription, suites};
use crate::support::oracle::load;
use gauntlet_runtime::runtime::block_on;

/// Fills the tables that a script makes, and compares what becomes of them.
#[track_caller]
fn check(script: &str, expected: Expect) {
    check_asking(script, "SELECT ''", "", expected);
}

/// The same with a question to the rows.
#[track_caller]
fn check_asking(script: &str, question: &str, answer: &str, expected: Expect) {
    let (text, answered) = block_on(async {
        let mut place = Place::new().await;
        load(&mut place.conn, script).await.unwrap();
        let filled = place.fill(&mut Filler::new(), "public").await;
        let counts = place.counts("public").await;
        for (table, count) in &counts {
            let said = filled.rows.get(table).copied().unwrap_or(0);
            assert_eq!(u64::try_from(*count).unwrap(), said, "the rows of {table}");
        }
        let answered = place.text(question).await;
        place.close().await;
        (printed(&filled), answered)
    });
    expected.assert_eq(&text);
    assert_eq!(answered, answer);
}

#[test]
fn columns_of_every_type() {
    check_asking(
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
         CREATE TYPE address AS (street text, number int);
         CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+\\.[a-z]{2,}$');
         CREATE DOMAIN percent AS numeric(5,2) NOT NULL CHECK (VALUE BETWEEN 0 AND 100);
         CREATE TABLE things (
           id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
           n smallint, i int NOT NULL, price numeric(8,2), short varchar(3), letter char(1), body text,
           mood mood NOT NULL, moods mood[], home address, mail email NOT NULL, rate percent,
           during tstzrange, days datemultirange, born date, seen timestamptz, took interval, at time,
           key uuid, data jsonb NOT NULL, raw bytea, ip inet, net cidr, flags bit(4), grid int[][], place point,
           words tsvector, doubled int GENERATED ALWAYS AS (i * 2) STORED
         );",
        "SELECT concat_ws(' ', count(DISTINCT mood), bool_or(n IS NULL), bool_or(body = ''), bool_or(born = 'infinity'),
           bool_or(i < 0), count(*) - count(DISTINCT i) > 0) FROM things",
        "3 t t t t t",
        expect![[r#"
            things: 26 rows
        "#]],
    );
}

#[test]
fn conditions_that_values_meet_together() {
    check(
        "CREATE TABLE prices (
           code text PRIMARY KEY CHECK (code ~ '^[A-Z]{3}-[0-9]{4}$'),
           low numeric NOT NULL CHECK (low > 100), high numeric NOT NULL, CHECK (high > low AND high < 2 * low),
           status text NOT NULL CHECK (status IN ('new', 'paid', 'it''s')),
           paid_at timestamptz, CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
           zip text NOT NULL CHECK (length(zip) = 5), tags text[] NOT NULL CHECK (cardinality(tags) BETWEEN 2 AND 3),
           data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object' AND data ? 'kind'),
           a int, b int, CHECK (num_nonnulls(a, b) = 1)
         );
         CREATE TABLE stays (
           room int NOT NULL, during daterange NOT NULL, CHECK (NOT isempty(during) AND lower(during) > '2020-01-01'),
           EXCLUDE USING gist (during WITH &&)
         );
         CREATE TABLE one (id boolean PRIMARY KEY DEFAULT true CHECK (id), name text NOT NULL);
         CREATE TABLE names (first text NOT NULL, last text NOT NULL, UNIQUE (first, last));
         CREATE UNIQUE INDEX ON names (lower(first));",
        expect![[r#"
            names: 25 rows
            one: 1 rows
            prices: 24 rows
            stays: 24 rows
        "#]],
    );
}

#[test]
fn tables_that_refer_to_each_other() {
    check(
        "CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL UNIQUE);
         CREATE TABLE users (tenant int NOT NULL REFERENCES tenants, id int, boss int,
           PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, boss) REFERENCES users);
         CREATE TABLE teams (tenant int NOT NULL, id int, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant) REFERENCES tenants);
         CREATE TABLE members (tenant int NOT NULL, team int NOT NULL, member int NOT NULL,
           PRIMARY KEY (tenant, team, member),
           FOREIGN KEY (tenant, team) REFERENCES teams, FOREIGN KEY (tenant, member) REFERENCES users);
         CREATE TABLE profiles (tenant int, id int, bio text, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, id) REFERENCES users);
         CREATE TABLE nodes (id int PRIMARY KEY, parent int NOT NULL REFERENCES nodes);
         CREATE TABLE shops (id int PRIMARY KEY, main int);
         CREATE TABLE staff (id int PRIMARY KEY, shop int NOT NULL REFERENCES shops);
         ALTER TABLE shops ADD FOREIGN KEY (main) REFERENCES staff;
         CREATE TABLE hens (id int PRIMARY KEY, egg uuid NOT NULL);
         CREATE TABLE eggs (id uuid PRIMARY KEY, hen int NOT NULL REFERENCES hens);
         ALTER TABLE hens ADD FOREIGN KEY (egg) REFERENCES eggs DEFERRABLE;
         CREATE TABLE locked (id int PRIMARY KEY, other int NOT NULL);
         CREATE TABLE stuck (id int PRIMARY KEY, other int NOT NULL REFERENCES locked);
         ALTER TABLE locked ADD FOREIGN KEY (other) REFERENCES stuck;",
        expect![[r#"
            eggs: 24 rows
            hens: 24 rows
            members: 24 rows
            nodes: 24 rows
            profiles: 24 rows
            shops: 24 rows
            staff: 24 rows
            teams: 24 rows
            tenants: 25 rows
            users: 24 rows
            locked: none, it refers to public.stuck, which holds no rows (locked_other_fkey)
            stuck: none, it refers to public.locked, which holds no rows (stuck_other_fkey)
        "#]],
    );
}

#[test]
fn tables_with_parts_policies_rules_and_triggers() {
    check(
        "CREATE TABLE events (day date NOT NULL, kind text NOT NULL) PARTITION BY RANGE (day);
         CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2044-01-01') TO ('2044-02-01') PARTITION BY LIST (kind);
         CREATE TABLE events_1a PARTITION OF events_1 FOR VALUES IN ('a', 'b');
         CREATE TABLE hashed (id int PRIMARY KEY) PARTITION BY HASH (id);
         CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
         CREATE TABLE empty_parent (id int) PARTITION BY RANGE (id);
         CREATE TABLE animals (name text NOT NULL);
         CREATE TABLE dogs (breed text) INHERITS (animals);
         CREATE TABLE secrets (id int PRIMARY KEY, owner name NOT NULL);
         ALTER TABLE secrets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE TABLE ruled (id int PRIMARY KEY);
         CREATE RULE log AS ON INSERT TO ruled DO ALSO SELECT 1;
         CREATE TABLE strict (id int PRIMARY KEY);
         CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'ask the owner of % first', TG_TABLE_NAME; END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON strict FOR EACH ROW EXECUTE FUNCTION refuse();
         CREATE TABLE deaf (id int PRIMARY KEY);
         CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
         CREATE TRIGGER drop_it BEFORE INSERT ON deaf FOR EACH ROW EXECUTE FUNCTION drop_it();
         CREATE FUNCTION never(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = 4711 * 4711';
         CREATE TABLE impossible (n int NOT NULL CONSTRAINT only_one_number CHECK (never(n)));
         CREATE TABLE orphans (n int PRIMARY KEY, m int NOT NULL REFERENCES strict);
         CREATE VIEW all_of_it AS SELECT * FROM animals;",
        expect![[r#"
            animals: 24 rows
            dogs: 24 rows
            events: 24 rows
            hashed: 24 rows
            ruled: 24 rows
            secrets: 24 rows
            strict: none, ask the owner of strict first
            deaf: none, the server takes rows for it and does not keep them
            impossible: none, none of the values that were tried meets it (only_one_number)
            orphans: none, it refers to public.strict, which holds no rows (orphans_m_fkey)
        "#]],
    );
}

#[test]
fn rows_that_are_there_stay_alone_and_a_new_shape_gets_new_rows() {
    let text = block_on(async {
        let mut place = Place::new().await;
        load(
            &mut place.conn,
            "CREATE TABLE countries (code text PRIMARY KEY); INSERT INTO countries VALUES ('DE');
             CREATE TABLE users (id int PRIMARY KEY, country text NOT NULL REFERENCES countries);",
        )
        .await
        .unwrap();
        let mut filler = Filler::new();
        let mut text = printed(&place.fill(&mut filler, "public").await);
        text.push_str(&printed(&place.fill(&mut filler, "public").await));
        text.push_str("--\n");
        load(
            &mut place.conn,
            "ALTER TABLE users ADD COLUMN nick text; CREATE TABLE new (id serial PRIMARY KEY)",
        )
        .await
        .unwrap();
        text.push_str(&printed(&place.fill(&mut filler, "public").await));
        let nicks = place.text("SELECT count(DISTINCT nick)::text FROM users").await;
        place.close().await;
        text + "nicks: " + &nicks + "\n"
    });
    expect![[r#"
        users: 24 rows
        --
        new: 24 rows
        users: 24 rows
        nicks: 8
    "#]]
    .assert_eq(&text);
}

#[test]
fn the_rows_are_the_same_in_every_run() {
    let filled = || {
        block_on(async {
            let mut place = Place::new().await;
            let script = "CREATE TABLE a (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, seen timestamptz DEFAULT now(), n int CHECK (n > 5));
                 CREATE TABLE b (id serial PRIMARY KEY, a uuid NOT NULL REFERENCES a, kind text NOT NULL, UNIQUE (a, kind));";
            load(&mut place.conn, script).await.unwrap();
            place.fill(&mut Filler::new(), "public").await;
            let rows = place.text("SELECT (SELECT string_agg(a::text, E'\\n') FROM a) || (SELECT string_agg(b::text, E'\\n') FROM b)").await;
            place.close().await;
            rows
        })
    };
    assert_eq!(filled(), filled());
}

#[test]
fn rows_that_another_database_had() {
    const TABLES: &str = "CREATE TABLE a (id int PRIMARY KEY, n int CHECK (n > 5));
         CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);";
    let refuse = |what: &str| {
        format!(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {what}; END';
             CREATE TRIGGER refuse BEFORE INSERT ON a FOR EACH ROW WHEN (NEW.id % 2 = 0) EXECUTE FUNCTION refuse();"
        )
    };
    let mut text = String::new();
    block_on(async {
        let mut filler = Filler::new();
        // The last ones take other rows than the first one did.
        for more in [String::new(), refuse("RETURN NULL"), refuse("RAISE ''not this one''")] {
            let mut place = Place::new().await;
            load(&mut place.conn, &format!("{TABLES}{more}")).await.unwrap();
            filler.forget_tables();
            text.push_str(&printed(&place.fill(&mut filler, "public").await));
            text.push_str("--\n");
            place.close().await;
        }
    });
    expect![[r#"
        a: 24 rows
        b: 24 rows
        --
        a: 24 rows
        b: 24 rows
        --
        a: 24 rows
        b: 24 rows
        --
    "#]]
    .assert_eq(&text);
}

#[test]
fn tables_of_the_mutations() {
    // Whatever a schema holds, reading and filling it fails at nothing.
    let (filled, without) = block_on(async {
        let (mut filled, mut without) = (0, Vec::new());
        for suite in suites() {
            let mut place = Place::new().await;
            // A base may need what this server was built without.
            if load(&mut place.conn, &suite.base).await.is_ok() {
                let found =
                    Filler::new().fill(&mut place.conn, &[], ("public", false)).await.unwrap();
                filled += found.rows.len();
                without.extend(found.without.iter().map(|one| format!("{one:?}")));
            }
            drop_subscription(&mut place.conn).await;
            place.close().await;
        }
        (filled, without)
    });
    assert!(filled > 20, "{filled}");
    assert!(
        without.len() * 10 <= filled,
        "{filled} tables got rows, not these:\n{}",
        without.join("\n")
    );
}
