//! Which versions are judged, and what is excepted.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Populated;
use gauntlet_runtime::suite::PopulatedRules;

use super::{SHIPPED, check, check_with};
use crate::support::{Project, embedded, printed};

const FAILS: &str = "--- 2_new.up.sql
ALTER TABLE users ADD COLUMN a int NOT NULL;
--- 2_new.down.sql
ALTER TABLE users DROP COLUMN a;
";

#[test]
fn an_allowed_version() {
    check_with(
        FAILS,
        |suite| suite.populated(PopulatedRules::new().allow([2])),
        expect![[r#"
        populated: ok
        populated: note: the up of 2_new fails on rows that the schema allows
           --> migrations/2_new.up.sql:1:1
           1 | ALTER TABLE users ADD COLUMN a int NOT NULL;
             | ^
           ERROR 23502: column "a" of relation "users" contains null values
           the row: age 0, email '', id 700001, nick 'a'

        populated: note: judged 1 new version
    "#]],
    );
    check_with(
        "--- 2_new.up.sql
ALTER TABLE users ADD COLUMN a int;
--- 2_new.down.sql
ALTER TABLE users DROP COLUMN a;
",
        |suite| suite.populated(PopulatedRules::new().allow([2])),
        expect![[r#"
            populated: ok
            populated: note: `populated(allow = ...)` lists 2, in which nothing was found

               help: remove it, or correct it if it is misspelt

            populated: note: judged 1 new version
        "#]],
    );
}

#[test]
fn every_version() {
    let report = |rules: PopulatedRules| {
        let project = Project::new(&format!("{SHIPPED}{FAILS}"));
        printed(&project.suite().db(embedded()).populated(rules).report(Populated))
    };
    expect![[r#"
        populated: ok
        populated: note: ignored, no `shipped` given: no version is known to be new

           help: say what has shipped, or leave the check out with `checks` (in the attribute):

                 shipped = git("origin/main")

           help: or check every version (in the attribute):

                 populated = all
    "#]]
    .assert_eq(&report(PopulatedRules::new()));
    expect![[r#"
        populated: ok
        populated: note: the up of 2_new fails on rows that the schema allows
           --> migrations/2_new.up.sql:1:1
           1 | ALTER TABLE users ADD COLUMN a int NOT NULL;
             | ^
           ERROR 23502: column "a" of relation "users" contains null values
           the row: age 0, email '', id 700001, nick 'a'

        populated: note: judged 2 new versions
    "#]]
    .assert_eq(&report(PopulatedRules::new().all().allow([2])));
}

#[test]
fn nothing_new() {
    check(
        "",
        expect![[r#"
        populated: ok
        populated: note: no version is new
    "#]],
    );
}

#[test]
fn a_table_that_takes_no_generated_row() {
    check(
        "--- 2_strict.up.sql
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'use the function add_entry'; END $$;
CREATE TABLE entries (id int PRIMARY KEY);
CREATE TRIGGER refuse BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION refuse();
--- 2_strict.down.sql
DROP TABLE entries;
DROP FUNCTION refuse();
--- 3_more.up.sql
ALTER TABLE entries ADD COLUMN n int NOT NULL;
--- 3_more.down.sql
ALTER TABLE entries DROP COLUMN n;
",
        expect![[r#"
            populated: ok
            populated: note: no row was found for 1 table, so that the versions met none there
               table entries: use the function add_entry

               help: seed them with rows of your own (in the attribute):

                     seeds = "seeds"

            populated: note: judged 2 new versions
        "#]],
    );
}
