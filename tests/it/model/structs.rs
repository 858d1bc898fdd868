//! The statements of a struct about its table: sqlx's attributes, types without a table of ours, several columns, completeness.

// The recorded texts are written by expect-test, and are long. The tests read no rows.
#![allow(clippy::needless_raw_string_hashes, clippy::struct_field_names, dead_code)]

use std::borrow::Cow;

use expect_test::{Expect, expect};
use gauntlet::model::IntoModel;
use gauntlet::{Check, Model, models};

use crate::support::{Project, printed};

/// Runs `up_to_date` on one migration; lines of Rust files are not recorded.
#[track_caller]
#[allow(clippy::needless_pass_by_value)]
pub(crate) fn check(history: &str, model: impl IntoModel, expected: Expect) {
    check_one(Check::UpToDate, history, model, expected);
}

#[track_caller]
#[allow(clippy::needless_pass_by_value)]
pub(crate) fn check_one(check: Check, history: &str, model: impl IntoModel, expected: Expect) {
    let project = Project::new(&format!("--- 1_one.sql\n{history};\n"));
    let suite = project.suite().db(crate::support::embedded()).model(model);
    let text = printed(&suite.report(check));
    let lines = text.lines().map(|line| match line.split_once(".rs:") {
        Some((before, _)) => format!("{before}.rs:…\n"),
        None => format!("{line}\n"),
    });
    expected.assert_eq(&lines.collect::<String>());
}

mod without_a_table {
    use super::*;

    #[derive(sqlx::FromRow, Model)]
    #[model(table = "Shop.order", primary_key(id))]
    struct Order {
        id: i64,
        #[model(default = "'new'")]
        group: String,
    }

    #[test]
    fn what_the_struct_states_is_proposed() {
        check(
            "CREATE SCHEMA \"Shop\"",
            models![Order],
            expect![[r#"
            up_to_date: 1 finding

            1. table Shop.order, which `Order` reads, does not exist at head
               --> tests/it/model/structs.rs:…

               help: if the table has another name, add to the struct:

                     #[model(table = "...")]

               help: if the model is right, add a migration:

                     CREATE TABLE "Shop"."order" (
                         id int8 NOT NULL,
                         "group" text DEFAULT 'new' NOT NULL,
                         PRIMARY KEY (id)
                     );
        "#]],
        );
    }
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
                   --> tests/it/model/structs.rs:…

                   help: if column first_name is meant, add to the field:

                         #[sqlx(rename = "first_name")]

                   help: if the model is right, add a migration:

                         -- a table with rows needs a value for "firstName": add a DEFAULT, or fill it before NOT NULL
                         ALTER TABLE audit.people ADD COLUMN "firstName" text NOT NULL;

                2. column audit.people.settings is nullable in the database, but `Person::settings` is not an `Option`: reading a NULL fails at run time
                   --> tests/it/model/structs.rs:…
                     expected  NOT NULL
                     actual    nullable

                   help: if the model is right, add a migration:

                         -- rows in which settings is null need a value first
                         ALTER TABLE audit.people ALTER COLUMN settings SET NOT NULL;

                   help: if the migrations are right, read it into:

                         #[sqlx(json(nullable))]
                         settings: Option<Vec<String>>

                3. column audit.people.draft is text in the database, but `Person::draft` is `Option<Vec<String>>`, which sqlx reads from jsonb: reading the column fails at run time
                   --> tests/it/model/structs.rs:…
                     expected  jsonb
                     actual    text

                   help: if the database is right, give `draft` a type that sqlx reads from text, such as `String`

                   help: if the model is right, add a migration:

                         -- rows whose draft is no jsonb need another value first
                         ALTER TABLE audit.people ALTER COLUMN draft TYPE jsonb USING draft::jsonb;

                4. column audit.people.age is integer in the database, but `Person::age` is `Age`, which sqlx reads from bigint: reading the column fails at run time
                   --> tests/it/model/structs.rs:…
                     expected  bigint
                     actual    integer

                   help: if the database is right, give `age` a type that sqlx reads from integer, such as `i32`

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN age TYPE bigint USING age::bigint;

                5. column audit.people.moods is text[] in the database, but `Person::moods` is `Vec<Mood>`, which sqlx reads from mood[]: reading the column fails at run time
                   --> tests/it/model/structs.rs:…
                     expected  mood[]
                     actual    text[]

                   help: if the database is right, give `moods` a type that sqlx reads from text[]

                   help: if the model is right, add a migration:

                         -- rows whose moods is no mood[] need another value first
                         ALTER TABLE audit.people ALTER COLUMN moods TYPE mood[] USING moods::mood[];

                6. column audit.people.mood is NOT NULL in the database, but `Person::mood` is an `Option`: writing a `None` fails at run time
                   --> tests/it/model/structs.rs:…
                     expected  nullable
                     actual    NOT NULL

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN mood DROP NOT NULL;

                   help: if the migrations are right, take the `Option` away; if the field is `None` for other reasons, put #[model(not_null)] on it

                7. column audit.people.weight is numeric in the database, but `Person::weight` is `Grams`, which sqlx reads from integer: reading the column fails at run time
                   --> tests/it/model/structs.rs:…
                     expected  integer
                     actual    numeric

                   help: if the database is right, give `weight` a type that sqlx reads from numeric, such as `rust_decimal::Decimal`

                   help: if the model is right, add a migration:

                         -- rows whose weight does not fit integer need another value first
                         ALTER TABLE audit.people ALTER COLUMN weight TYPE integer USING weight::integer;

                8. column audit.people.nick is NOT NULL in the database, but `Person::nick` is an `Option`: writing a `None` fails at run time
                   --> tests/it/model/structs.rs:…
                     expected  nullable
                     actual    NOT NULL

                   help: if the model is right, add a migration:

                         ALTER TABLE audit.people ALTER COLUMN nick DROP NOT NULL;

                   help: if the migrations are right, take the `Option` away; if the field is `None` for other reasons, put #[model(not_null)] on it

                9. column audit.people.path is jsonb in the database, but `Person::path` is `Path`, which sqlx reads from step[]: reading the column fails at run time
                   --> tests/it/model/structs.rs:…
                     expected  step[]
                     actual    jsonb

                   help: if the database is right, give `path` a type that sqlx reads from jsonb, such as `sqlx::types::Json<T>`

                   help: if the model is right, add a migration:

                         -- rows whose path is no step[] need another value first
                         ALTER TABLE audit.people ALTER COLUMN path TYPE step[] USING path::text::step[];
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
               --> tests/it/model/structs.rs:…

               help: add a field, or take `complete` away
        "#]],
        );
        check(
            &without_extra,
            models![Node],
            expect![[r#"
            up_to_date: 2 findings

            1. no index of node begins with slug, extra, as `Node` states
               --> tests/it/model/structs.rs:…
                 expected  (slug, extra)
                 actual
                    node_slug_idx: hash (slug)
                    node_slug_parent_idx: btree (slug, parent)

               help: if the model is right, add a migration:

                     CREATE INDEX ON node (slug, extra);

            2. index node_slug_parent_idx on node is not stated by `Node`, which is declared complete
               --> tests/it/model/structs.rs:…
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
                   --> tests/it/model/structs.rs:…
                     expected  (tenant, no)
                     actual    (no, tenant)

                   help: if the model is right, add a migration:

                         ALTER TABLE node DROP CONSTRAINT node_pkey;
                         ALTER TABLE node ADD PRIMARY KEY (tenant, no);

                2. nothing makes tenant, slug of node unique, as `Node` states
                   --> tests/it/model/structs.rs:…

                   help: if the model is right, add a migration:

                         -- rows that have the same tenant, slug need other values first
                         ALTER TABLE node ADD UNIQUE (tenant, slug);

                3. no index of node begins with slug, extra, as `Node` states
                   --> tests/it/model/structs.rs:…
                     expected  (slug, extra)
                     actual
                        node_extra_slug_idx: btree (extra, slug)
                        node_slug_idx: btree (slug)

                   help: if the model is right, add a migration:

                         CREATE INDEX ON node (slug, extra);

                4. no foreign key of node is the one that `Node` states
                   --> tests/it/model/structs.rs:…
                     expected  FOREIGN KEY (tenant, parent) REFERENCES node(tenant, no)
                     actual    FOREIGN KEY (tenant, parent) REFERENCES node(no, tenant) ON DELETE CASCADE

                   help: if the model is right, add a migration:

                         ALTER TABLE node DROP CONSTRAINT node_tenant_parent_fkey;
                         ALTER TABLE node ADD FOREIGN KEY (tenant, parent) REFERENCES node(tenant, no);

                5. no index of node is the one that `Node` states
                   --> tests/it/model/structs.rs:…
                     expected  hash (slug)
                     actual
                        node_extra_slug_idx: btree (extra, slug)
                        node_slug_idx: btree (slug)

                   help: if the model is right, add a migration:

                         CREATE INDEX ON node USING hash (slug);

                6. column node.extra (text, nullable) has no field in `Node`, which is declared complete
                   --> tests/it/model/structs.rs:…

                   help: add a field, or take `complete` away

                7. constraint node_extra_check on node is not stated by `Node`, which is declared complete
                   --> tests/it/model/structs.rs:…
                   CHECK ((extra <> ''::text))

                   help: state it with #[model(...)], or take `complete` away

                8. constraint node_slug_key on node is not stated by `Node`, which is declared complete
                   --> tests/it/model/structs.rs:…
                   UNIQUE (slug)

                   help: state it with #[model(...)], or take `complete` away

                9. index node_extra_slug_idx on node is not stated by `Node`, which is declared complete
                   --> tests/it/model/structs.rs:…
                   CREATE INDEX node_extra_slug_idx ON node USING btree (extra, slug)

                   help: state it with #[model(...)], or take `complete` away

                10. index node_slug_idx on node is not stated by `Node`, which is declared complete
                   --> tests/it/model/structs.rs:…
                   CREATE INDEX node_slug_idx ON node USING btree (slug)

                   help: state it with #[model(...)], or take `complete` away
            "#]],
        );
    }
}
