//! The second engine under the checks and `TestDb`.

use expect_test::{Expect, expect};
use gauntlet::Isolation;
use gauntlet::history::Irreversible;
use gauntlet::{Result, TestDb};
use gauntlet_runtime::checks::Check::{self, DowngradeAllTheWay, SingleHead, Stairway};

use super::sections::Sections;
use crate::support::{Case, Project, without_names};

/// Versions are texts: `10` runs before `9`.
const GOOD: &str = r"
--- 10_users.sql
CREATE TABLE users (id int PRIMARY KEY);
-- migrate:down
DROP TABLE users;
--- 9_add_status.sql
ALTER TABLE users ADD COLUMN status text;
-- migrate:down
ALTER TABLE users DROP COLUMN status;
";

const BAD: &str = r"
--- 10_users.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 9_add_status.sql
ALTER TABLE users ADD COLUMN status text;
-- migrate:down

ALTER TABLE users
    DROP COLUMN state;
";

fn case(check: Check, files: &str) -> Case {
    Case::new(check, files).with(|suite| suite.migrations(Sections("migrations")))
}

#[test]
fn a_good_history_passes() {
    for check in [SingleHead, Stairway, DowngradeAllTheWay] {
        case(check, GOOD).expect_ok();
    }
}

#[test]
fn the_words_are_the_engines() {
    case(SingleHead, BAD).expect(expect![[r#"
        single_head: 1 finding

        1. 10_users has no section `-- migrate:down`: `sections rollback` stops there
           --> migrations/10_users.sql

           help: add the section, or declare the version irreversible (in the attribute):

                 irreversible = ["10"]
    "#]]);
}

#[test]
fn a_failing_down_is_found_in_its_section() {
    case(Stairway, BAD)
        .schema_only()
        .with(|suite| suite.irreversible(Irreversible::versions(["10"])))
        .expect(expect![[r#"
            stairway: 1 finding

            1. the down of 9_add_status fails
               --> migrations/9_add_status.sql:4:1
               4 | ALTER TABLE users
                 | ^
               ERROR 42703: column "state" of relation "users" does not exist

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     -- the values of column 'users.status' are lost
                     ALTER TABLE users DROP COLUMN status;
        "#]]);
}

#[test]
fn the_floor_is_a_place_in_the_engines_order() {
    case(SingleHead, BAD).with(|suite| suite.downgrade_floor("10")).expect_ok();
    case(SingleHead, BAD).with(|suite| suite.downgrade_floor("9")).expect_ok();
    case(SingleHead, BAD).with(|suite| suite.downgrade_floor("11")).expect(expect![[r#"
        single_head: 1 finding

        1. `downgrade_floor` names version 11, which the history does not have

           help: correct the version; the nearest are 10_users
    "#]]);
}

/// What libtest prints of the error that a test returns, in both isolations.
#[track_caller]
fn prints(files: &str, body: impl AsyncFn(TestDb) -> Result<()>, expected: Expect) {
    let project = Project::new(files);
    let texts = [Isolation::Database, Isolation::Schema].map(|isolation| {
        let suite = project.suite().db(crate::support::embedded()).isolation(isolation);
        let suite = suite.migrations(Sections("migrations"));
        match suite.custom("engines", &body, Result::is_err) {
            Ok(()) => "ok\n".to_owned(),
            Err(error) => without_names(&format!("Error: {error:?}\n")),
        }
    });
    expected.assert_eq(&texts[0]);
    assert_eq!(texts[0], texts[1], "the text is different in schema isolation");
}

#[test]
fn a_test_walks_the_history() {
    let body = async |mut db: TestDb| {
        db.upgrade_to("users").await?;
        assert_eq!(db.version().await?.unwrap().id, "10");
        db.skip("9").await?;
        assert_eq!(db.versions().await?.len(), 2);
        db.execute("ALTER TABLE users ADD COLUMN status text").await?;
        db.downgrade().await?;
        assert_eq!(db.version().await?, None);
        Ok(())
    };
    prints(GOOD, body, expect![["ok\n"]]);
}

#[test]
fn a_test_ends_with_the_error_of_a_script() {
    let body = async |mut db: TestDb| {
        db.upgrade().await?;
        db.downgrade_one().await?;
        Ok(())
    };
    prints(
        BAD,
        body,
        expect![[r#"
        Error: failed to run the down of 9_add_status
          --> migrations/9_add_status.sql:4:1
          4 | ALTER TABLE users
            | ^
          ERROR 42703: column "state" of relation "users" does not exist
    "#]],
    );
}
