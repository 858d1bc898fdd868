//! What structs and enums can say: sqlx's attributes, types without a table of ours, several columns, completeness,
//! the inventory, models side by side.

// The recorded texts are written by expect-test, and are long. The tests read no rows.
#![allow(clippy::needless_raw_string_hashes, clippy::struct_field_names, dead_code)]

use std::borrow::Cow;

use expect_test::{Expect, expect};
use gauntlet::model::IntoModel;
use gauntlet::{Check, Model, models};

use crate::support::{Project, told};

/// Runs `up_to_date` on one migration; lines of this file are not recorded.
#[track_caller]
#[allow(clippy::needless_pass_by_value)]
fn check(history: &str, model: impl IntoModel, expected: Expect) {
    check_one(Check::UpToDate, history, model, expected);
}

#[track_caller]
#[allow(clippy::needless_pass_by_value)]
fn check_one(check: Check, history: &str, model: impl IntoModel, expected: Expect) {
    let project = Project::new(&format!("--- 1_one.sql\n{history};\n"));
    let suite = project.suite().db(gauntlet::db::embedded()).model(model);
    let text = told(&suite.report(check));
    let lines = text.lines().map(|line| match line.split_once("model_structs.rs:") {
        Some((before, _)) => format!("{before}model_structs.rs:…\n"),
        None => format!("{line}\n"),
    });
    expected.assert_eq(&lines.collect::<String>());
}

mod attributes {
    use super::*;

    #[derive(sqlx::FromRow, Model)]
    #[sqlx(rename_all = "camelCase")]
    #[model(table = "audit.people")]
    struct Person<'a> {
        #[sqlx(rename = "ID")]
        id: uuid::Uuid,
        first_name: Cow<'a, str>,
        r#type: String,
        #[sqlx(flatten)]
        address: Address,
        #[sqlx(skip)]
        cached: Option<String>,
        #[sqlx(json)]
        settings: Vec<String>,
        #[sqlx(json(nullable))]
        draft: Option<Vec<String>>,
        #[sqlx(default)]
        later: i32,
        #[sqlx(try_from = "i64")]
        age: Age,
        tags: Vec<String>,
        moods: Vec<Mood>,
        mood: Option<Mood>,
        weight: Grams,
        nick: Nick,
        #[model(skip)]
        friends: i64,
        #[model(nullable)]
        hidden: String,
        path: Path,
    }

    #[derive(sqlx::FromRow, Model)]
    struct Address {
        street: String,
        #[sqlx(rename = "postCode")]
        #[model(check = "length(\"postCode\") = 5")]
        post_code: Option<String>,
    }

    struct Age(u8);

    impl TryFrom<i64> for Age {
        type Error = std::num::TryFromIntError;

        fn try_from(years: i64) -> Result<Age, Self::Error> {
            u8::try_from(years).map(Age)
        }
    }

    #[derive(sqlx::Type, Model)]
    #[sqlx(type_name = "mood", rename_all = "lowercase")]
    enum Mood {
        Sad,
        Happy,
    }

    #[derive(sqlx::Type)]
    #[sqlx(transparent)]
    struct Grams(i32);

    type Nick = Option<String>;

    #[derive(sqlx::Type)]
    #[sqlx(type_name = "step")]
    struct Step {
        x: i32,
        y: i32,
    }

    type Path = Vec<Step>;

    const PEOPLE: &str = r#"
CREATE SCHEMA audit;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE step AS (x integer, y integer);
CREATE DOMAIN short_name AS varchar(20) NOT NULL;
CREATE TABLE audit.people (
    "ID" uuid PRIMARY KEY,
    "firstName" short_name,
    type varchar(10) NOT NULL,
    street text NOT NULL,
    "postCode" char(5) CHECK (length("postCode") = 5),
    settings jsonb NOT NULL,
    draft json,
    age bigint NOT NULL,
    tags text[] NOT NULL,
    moods mood[] NOT NULL,
    mood mood,
    weight integer NOT NULL,
    nick text,
    hidden text,
    path step[] NOT NULL
)"#;

    #[test]
    fn are_read_as_sqlx_reads_them() {
        check(PEOPLE, models![Person<'static>, Mood], expect![["up_to_date: ok\n"]]);
    }

    #[test]
    fn and_differ() {
        let other = PEOPLE
            .replace("mood mood,", "mood mood NOT NULL,")
            .replace("moods mood[]", "moods text[]")
            .replace("settings jsonb NOT NULL", "settings jsonb")
            .replace("age bigint", "age integer")
            .replace("weight integer", "weight numeric")
            .replace("nick text", "nick text NOT NULL")
            .replace("path step[]", "path jsonb")
            .replace("draft json,", "draft text,")
            .replace("\"firstName\" short_name", "first_name short_name");
        check(
            &other,
            models![Person<'static>, Mood],
            expect![[r#"
                up_to_date: 9 findings

                1. column audit.people.firstName does not exist at head, but `Person::first_name` reads it: the query fails at run time
                   --> tests/it/model_structs.rs:…

                   help: there is a column first_name; if that is meant, put on the field:

                         #[sqlx(rename = "first_name")]

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ADD COLUMN "firstName" text NOT NULL;

                2. column audit.people.settings is nullable in the database, but `Person::settings` is not an `Option`: reading a NULL fails at run time
                   --> tests/it/model_structs.rs:…
                     expected  NOT NULL
                     actual    nullable

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN settings SET NOT NULL;

                   help: if the migrations are right, read it into:

                         #[sqlx(json(nullable))]
                         settings: Option<Vec<String>>

                3. column audit.people.draft is text in the database, but `Person::draft` is `Option<Vec<String>>`, which sqlx reads from jsonb: reading the column fails at run time
                   --> tests/it/model_structs.rs:…
                     expected  jsonb
                     actual    text

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN draft TYPE jsonb;

                4. column audit.people.age is integer in the database, but `Person::age` is `Age`, which sqlx reads from bigint: reading the column fails at run time
                   --> tests/it/model_structs.rs:…
                     expected  bigint
                     actual    integer

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN age TYPE bigint;

                5. column audit.people.moods is text[] in the database, but `Person::moods` is `Vec<Mood>`, which sqlx reads from mood[]: reading the column fails at run time
                   --> tests/it/model_structs.rs:…
                     expected  mood[]
                     actual    text[]

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN moods TYPE mood[];

                6. column audit.people.mood is NOT NULL in the database, but `Person::mood` is an `Option`: writing a `None` fails at run time
                   --> tests/it/model_structs.rs:…
                     expected  nullable
                     actual    NOT NULL

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN mood DROP NOT NULL;

                   help: if the migrations are right, take the `Option` away; if the field is `None` for other reasons, put #[model(not_null)] on it

                7. column audit.people.weight is numeric in the database, but `Person::weight` is `Grams`, which sqlx reads from integer: reading the column fails at run time
                   --> tests/it/model_structs.rs:…
                     expected  integer
                     actual    numeric

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN weight TYPE integer;

                8. column audit.people.nick is NOT NULL in the database, but `Person::nick` is an `Option`: writing a `None` fails at run time
                   --> tests/it/model_structs.rs:…
                     expected  nullable
                     actual    NOT NULL

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN nick DROP NOT NULL;

                   help: if the migrations are right, take the `Option` away; if the field is `None` for other reasons, put #[model(not_null)] on it

                9. column audit.people.path is jsonb in the database, but `Person::path` is `Path`, which sqlx reads from step[]: reading the column fails at run time
                   --> tests/it/model_structs.rs:…
                     expected  step[]
                     actual    jsonb

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN path TYPE step[];
            "#]],
        );
    }
}

mod lists {
    use super::*;

    #[derive(Model)]
    #[model(complete)]
    #[model(primary_key(tenant, no), unique(tenant, slug), index(slug, "extra"))]
    #[model(foreign_key(tenant, parent, references = "node(tenant, no)"))]
    #[model(check = "no > 0", index = "USING hash (slug)")]
    struct Node {
        tenant: i32,
        no: i32,
        parent: Option<i32>,
        slug: String,
    }

    const NODE: &str = "
CREATE TABLE node (
    tenant integer NOT NULL,
    no integer NOT NULL CHECK (no > 0),
    parent integer,
    slug text NOT NULL,
    extra text,
    PRIMARY KEY (tenant, no),
    UNIQUE (slug, tenant),
    FOREIGN KEY (tenant, parent) REFERENCES node (tenant, no) ON DELETE CASCADE
);
CREATE INDEX ON node (slug, extra, parent);
CREATE INDEX ON node USING hash (slug)";

    #[test]
    fn of_several_columns_hold() {
        let without_extra = NODE
            .replace("    extra text,\n", "")
            .replace("(slug, extra, parent)", "(slug, parent)");
        check(
            NODE,
            models![Node],
            expect![[r#"
            up_to_date: 1 finding

            1. column node.extra (text, nullable) has no field in `Node`, which is declared complete
               --> tests/it/model_structs.rs:…

               help: add a field, or take `complete` away
        "#]],
        );
        check(
            &without_extra,
            models![Node],
            expect![[r#"
            up_to_date: 2 findings

            1. no index of node begins with slug, extra, as `Node` states
               --> tests/it/model_structs.rs:…
                 expected  (slug, extra)
                 actual
                    node_slug_idx: hash (slug)
                    node_slug_parent_idx: btree (slug, parent)

               help: if the model is right, add a migration:

                     CREATE INDEX ON node (slug, extra);

            2. index node_slug_parent_idx on node is not stated by `Node`, which is declared complete
               --> tests/it/model_structs.rs:…
               CREATE INDEX node_slug_parent_idx ON node USING btree (slug, parent)

               help: state it with #[model(...)], or take `complete` away
        "#]],
        );
    }

    #[test]
    fn of_several_columns_differ() {
        let other = NODE
            .replace("PRIMARY KEY (tenant, no)", "PRIMARY KEY (no, tenant), CHECK (extra <> '')")
            .replace("REFERENCES node (tenant, no)", "REFERENCES node (no, tenant)")
            .replace("UNIQUE (slug, tenant)", "UNIQUE (slug)")
            .replace("USING hash", "USING btree")
            .replace("(slug, extra, parent)", "(extra, slug)");
        check(
            &other,
            models![Node],
            expect![[r#"
            up_to_date: 10 findings

            1. the primary key of node is not the one that `Node` states
               --> tests/it/model_structs.rs:…
                 expected  (tenant, no)
                 actual    (no, tenant)

               help: if the model is right, add a migration:

                     ALTER TABLE node DROP CONSTRAINT node_pkey;
                     ALTER TABLE node ADD PRIMARY KEY (tenant, no);

            2. nothing makes tenant, slug of node unique, as `Node` states
               --> tests/it/model_structs.rs:…

               help: if the model is right, add a migration:

                     ALTER TABLE node ADD UNIQUE (tenant, slug);

            3. no index of node begins with slug, extra, as `Node` states
               --> tests/it/model_structs.rs:…
                 expected  (slug, extra)
                 actual
                    node_extra_slug_idx: btree (extra, slug)
                    node_slug_idx: btree (slug)

               help: if the model is right, add a migration:

                     CREATE INDEX ON node (slug, extra);

            4. no foreign key of node is the one that `Node` states
               --> tests/it/model_structs.rs:…
                 expected  FOREIGN KEY (tenant, parent) REFERENCES node(tenant, no)
                 actual    FOREIGN KEY (tenant, parent) REFERENCES node(no, tenant) ON DELETE CASCADE

               help: if the model is right, add a migration:

                     ALTER TABLE node DROP CONSTRAINT node_tenant_parent_fkey;
                     ALTER TABLE node ADD FOREIGN KEY (tenant, parent) REFERENCES node(tenant, no);

            5. no index of node is the one that `Node` states
               --> tests/it/model_structs.rs:…
                 expected  hash (slug)
                 actual
                    node_extra_slug_idx: btree (extra, slug)
                    node_slug_idx: btree (slug)

               help: if the model is right, add a migration:

                     CREATE INDEX ON node USING hash (slug);

            6. column node.extra (text, nullable) has no field in `Node`, which is declared complete
               --> tests/it/model_structs.rs:…

               help: add a field, or take `complete` away

            7. constraint node_extra_check on node is not stated by `Node`, which is declared complete
               --> tests/it/model_structs.rs:…
               CHECK ((extra <> ''::text))

               help: state it with #[model(...)], or take `complete` away

            8. constraint node_slug_key on node is not stated by `Node`, which is declared complete
               --> tests/it/model_structs.rs:…
               UNIQUE (slug)

               help: state it with #[model(...)], or take `complete` away

            9. index node_extra_slug_idx on node is not stated by `Node`, which is declared complete
               --> tests/it/model_structs.rs:…
               CREATE INDEX node_extra_slug_idx ON node USING btree (extra, slug)

               help: state it with #[model(...)], or take `complete` away

            10. index node_slug_idx on node is not stated by `Node`, which is declared complete
               --> tests/it/model_structs.rs:…
               CREATE INDEX node_slug_idx ON node USING btree (slug)

               help: state it with #[model(...)], or take `complete` away
        "#]],
        );
    }
}

mod enums {
    use super::*;

    #[derive(sqlx::Type, Model)]
    #[sqlx(type_name = "text", rename_all = "snake_case")]
    enum State {
        New,
        InUse,
    }

    #[derive(sqlx::Type, Model)]
    #[sqlx(type_name = "Colour")]
    enum Colour {
        Red,
        #[sqlx(rename = "it's green")]
        Green,
    }

    #[derive(Model)]
    struct Thing {
        state: State,
        colour: Option<Colour>,
    }

    #[test]
    fn as_text_want_a_check() {
        let things = "CREATE TYPE colour AS ENUM ('Red', 'it''s green');
            CREATE TABLE thing (state text NOT NULL CHECK (state IN ('new', 'in_use')), colour colour)";
        let all = || models![Thing, State, Colour];
        check_one(Check::EnumValues, things, all(), expect![["enum_values: ok\n"]]);
        let loose = things.replace("CHECK (state IN ('new', 'in_use'))", "");
        check_one(
            Check::EnumValues,
            &loose,
            all(),
            expect![[r#"
            enum_values: 1 finding

            1. no CHECK holds column thing.state to the values that `State` knows: reading another one fails at run time
               --> tests/it/model_structs.rs:…
                 expected  CHECK (state IN ('new', 'in_use'))
                 actual    no CHECK

               help: if the model is right, add a migration:

                     ALTER TABLE thing ADD CHECK (state IN ('new', 'in_use'));

               help: if the column is guarded otherwise, put #[model(unguarded)] on the field
        "#]],
        );
        let wrong = things.replace("'in_use'", "'used'");
        check_one(
            Check::EnumValues,
            &wrong,
            all(),
            expect![[r#"
            enum_values: 1 finding

            1. the CHECK of column thing.state does not admit 'in_use', which `State` writes: the query fails at run time
               --> tests/it/model_structs.rs:…
                 expected  CHECK (state IN ('new', 'in_use'))
                 actual    CHECK ((state = ANY (ARRAY['new'::text, 'used'::text])))

               help: if the model is right, add a migration:

                     ALTER TABLE thing DROP CONSTRAINT thing_state_check;
                     ALTER TABLE thing ADD CHECK (state IN ('new', 'in_use'));

               help: if the column is guarded otherwise, put #[model(unguarded)] on the field
        "#]],
        );
    }

    #[test]
    fn that_are_missing() {
        let things = "CREATE TYPE colours AS ENUM ('Red', 'it''s green'); \
            CREATE TABLE thing (state text NOT NULL CHECK (state IN ('new', 'in_use')))";
        check_one(
            Check::EnumValues,
            things,
            models![Thing, Colour],
            expect![[r#"
            enum_values: 1 finding

            1. there is no enum Colour at head, which `Colour` reads
               --> tests/it/model_structs.rs:…

               help: there is an enum colours; if that is meant, put on the enum:

                     #[sqlx(type_name = "colours")]

               help: if the model is right, add a migration:

                     CREATE TYPE Colour AS ENUM ('Red', 'it''s green');
        "#]],
        );
    }
}

mod together {
    use super::*;

    #[derive(Model)]
    struct User {
        id: i64,
    }

    const HISTORY: &str = "CREATE TABLE \"user\" (id bigint NOT NULL, name text);
        CREATE TABLE audit_log (id bigint); CREATE TABLE jobs (id bigint);
        CREATE TABLE parts (day date) PARTITION BY RANGE (day);
        CREATE TABLE parts_1 PARTITION OF parts DEFAULT";

    #[test]
    fn a_table_that_no_model_mentions() {
        check(
            HISTORY,
            models![User],
            expect![[r#"
            up_to_date: 1 finding

            1. 3 tables are there at head, and no model mentions them
               table audit_log
               table jobs
               table parts

               help: derive `gauntlet::Model` on the struct that reads it, and list the struct in `models!`

               help: if no struct should, allow it:

                     gauntlet::models![User].allow(["audit_log", "jobs", "parts"])
        "#]],
        );
        check(
            HISTORY,
            models![User].allow(["audit_*", "jobs", "parts", "olds"]),
            expect![[r#"
            up_to_date: ok
            up_to_date: note: the rule `allow(["olds"])` of gauntlet::models![User] allows nothing

               help: remove it, or correct it if it is misspelt
        "#]],
        );
        check(
            HISTORY,
            models![User].allow(["audit_["]),
            expect![[r#"
                up_to_date could not look:

                   `allow`: "audit_[" is no glob: invalid range pattern
            "#]],
        );
    }

    #[test]
    fn each_model_is_named() {
        let project = Project::new(&format!(
            "--- 1_one.sql\n{HISTORY};\n--- /a.sql\n{HISTORY};\n--- /b.sql\nCREATE TABLE jobs (id int);\n"
        ));
        let suite = project.suite().db(gauntlet::db::embedded());
        let suite =
            suite.model(("a.sql", "b.sql", models![User])).ignore_tables(["audit*", "parts"]);
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's
               --> b.sql

               column jobs.id: type
                 expected  integer
                 actual    bigint
               table user: at head, not in the model
                 (id bigint, name text)

               help: if the model is right, add a migration:

                     -- the rows of table 'user' are lost
                     DROP TABLE "user";
                     ALTER TABLE jobs ALTER COLUMN id TYPE integer USING id::integer;

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head

            note: the rule `ignore_tables = "audit*"` ignored 2 things

            note: the rule `ignore_tables = "parts"` ignored 2 things
        "#]].assert_eq(&told(&suite.report(Check::UpToDate)));
    }

    #[test]
    fn statements_that_postgresql_does_not_take() {
        #[derive(Model)]
        #[model(table = "jobs", check = "id >", index = "(idd)")]
        struct Job {
            #[model(default = "nextval('nothing')", references = "users(id); DROP TABLE jobs")]
            id: Option<i64>,
        }
        let allowed = models![Job].allow(["*"]);
        check(
            HISTORY,
            allowed,
            expect![[r#"
            up_to_date: 4 findings

            1. the default that `Job` states cannot be made on jobs as it is at head: nextval('nothing')
               --> tests/it/model_structs.rs:…
               ERROR 42P01: relation "nothing" does not exist

            2. the CHECK that `Job` states cannot be made on jobs as it is at head: id >
               --> tests/it/model_structs.rs:…
               ERROR 42601: syntax error at or near ")"

            3. the foreign key that `Job` states cannot be made on jobs as it is at head: users(id); DROP TABLE jobs
               --> tests/it/model_structs.rs:…
               ERROR 42601: cannot insert multiple commands into a prepared statement

            4. the index that `Job` states cannot be made on jobs as it is at head: (idd)
               --> tests/it/model_structs.rs:…
               ERROR 42703: column "idd" does not exist
        "#]],
        );
    }
}

mod views {
    use super::*;

    #[derive(Model)]
    #[model(table = "totals")]
    struct Total {
        id: i64,
        total: String,
        missing: i32,
    }

    #[test]
    fn are_read_too() {
        let history = "CREATE TABLE t (id bigint NOT NULL, n integer NOT NULL);
            CREATE VIEW totals AS SELECT id, sum(n) AS total FROM t GROUP BY id";
        check(
            history,
            models![Total].allow(["t"]),
            expect![[r#"
                up_to_date: 2 findings

                1. column totals.total is bigint in the database, but `Total::total` is `String`, which sqlx reads from text: reading the column fails at run time
                   --> tests/it/model_structs.rs:…
                     expected  text
                     actual    bigint

                2. column totals.missing does not exist at head, but `Total::missing` reads it: the query fails at run time
                   --> tests/it/model_structs.rs:…
            "#]],
        );
    }
}
