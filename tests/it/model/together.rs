//! Models side by side: enums and the structs that hold them, tables that no model mentions, views.

// The tests read no rows.
#![allow(clippy::struct_field_names, dead_code)]

use expect_test::expect;
use gauntlet::{Check, Model, models};

use crate::model::structs::{check, check_one};
use crate::support::{Project, printed};

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

                1. no CHECK limits column thing.state to the values of `State`: reading any other value fails at run time
                   --> tests/it/model/together.rs:…
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
                   --> tests/it/model/together.rs:…
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

                1. enum Colour, which `Colour` reads, does not exist at head
                   --> tests/it/model/together.rs:…

                   help: if enum colours is meant, add to the enum:

                         #[sqlx(type_name = "colours")]

                   help: if the model is right, add a migration:

                         CREATE TYPE Colour AS ENUM ('Red', 'it''s green');
            "#]],
        );
    }
}

mod unmentioned_tables {
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

                1. 3 tables exist at head but no model mentions them
                   table audit_log
                   table jobs
                   table parts

                   help: derive `gauntlet::Model` on the struct that reads it, and list the struct in `models!`

                   help: or, if no struct should, allow it:

                         gauntlet::models![User].allow(["audit_log", "jobs", "parts"])
            "#]],
        );
        check(
            HISTORY,
            models![User].allow(["audit_*", "jobs", "parts", "olds"]),
            expect![[r#"
                up_to_date: ok
                up_to_date: note: the rule `allow(["olds"])` of gauntlet::models![User] allows nothing

                   help: remove the rule, or correct its spelling
            "#]],
        );
        check(
            HISTORY,
            models![User].allow(["audit_["]),
            expect![[r#"
                up_to_date could not run:

                   `allow`: `audit_[` is not a valid glob: invalid range pattern
            "#]],
        );
    }

    #[test]
    fn each_model_is_named() {
        let project = Project::new(&format!(
            "--- 1_one.sql\n{HISTORY};\n--- /a.sql\n{HISTORY};\n--- /b.sql\nCREATE TABLE jobs (id int);\n"
        ));
        let suite = project.suite().db(crate::support::embedded());
        let suite =
            suite.model(("a.sql", "b.sql", models![User])).ignore_tables(["audit*", "parts"]);
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model
               --> b.sql

               column jobs.id: type
                 expected  integer
                 actual    bigint
               table user: at head but not in the model
                 (id bigint, name text)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration; THIS ONE DESTROYS DATA:

                     -- the rows of table 'user' are lost
                     DROP TABLE "user";
                     -- rows whose id does not fit integer need another value first
                     ALTER TABLE jobs ALTER COLUMN id TYPE integer USING id::integer;

            note: 1 partition is not compared with the model
               table parts_1

               help: set `partitions = true` to compare them too

            note: the rule `ignore_tables = "audit*"` ignored 2 things

            note: the rule `ignore_tables = "parts"` ignored 2 things
        "#]].assert_eq(&printed(&suite.report(Check::UpToDate)));
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
                   --> tests/it/model/together.rs:…
                   ERROR 42P01: relation "nothing" does not exist

                2. the CHECK that `Job` states cannot be made on jobs as it is at head: id >
                   --> tests/it/model/together.rs:…
                   ERROR 42601: syntax error at or near ")"

                3. the foreign key that `Job` states cannot be made on jobs as it is at head: users(id); DROP TABLE jobs
                   --> tests/it/model/together.rs:…
                   ERROR 42601: cannot insert multiple commands into a prepared statement

                4. the index that `Job` states cannot be made on jobs as it is at head: (idd)
                   --> tests/it/model/together.rs:…
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
                   --> tests/it/model/together.rs:…
                     expected  text
                     actual    bigint

                   help: if the database is right, give `total` a type that sqlx reads from bigint, such as `i64`

                2. column totals.missing does not exist at head, but `Total::missing` reads it: the query fails at run time
                   --> tests/it/model/together.rs:…
            "#]],
        );
    }
}
