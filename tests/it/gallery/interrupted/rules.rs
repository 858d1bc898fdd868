//! Which versions are judged, and what is excepted.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Interrupted;
use gauntlet_runtime::suite::InterruptedRules;

use super::{SHIPPED, check_with};
use crate::support::{Project, embedded, printed};

const FAILS: &str = "--- 2_new.sql
-- no-transaction
UPDATE users SET visits = visits + 1;
";

#[test]
fn an_allowed_version() {
    check_with(
        FAILS,
        |suite| suite.interrupted(InterruptedRules::new().allow([2])),
        expect![[r#"
            interrupted: ok
            interrupted: note: after an interrupted run, 2_new passes but does not end as a clean run does
               --> migrations/2_new.sql:2:1
               the run was cut off after its last statement, before it was recorded
               column visits of table users differs in 24 rows, such as id 700001: 0 became 1

            interrupted: note: judged 1 new version
        "#]],
    );
    check_with(
        "--- 2_new.sql\nALTER TABLE users ADD COLUMN a int;\n",
        |suite| suite.interrupted(InterruptedRules::new().allow([2])),
        expect![[r#"
            interrupted: ok
            interrupted: note: `interrupted(allow = ...)` lists 2, in which nothing was found

               help: remove it, or correct it if it is misspelt

            interrupted: note: judged 1 new version
        "#]],
    );
}

#[test]
fn every_version() {
    let report = |rules: InterruptedRules| {
        let project = Project::new(&format!("{SHIPPED}{FAILS}"));
        printed(&project.suite().db(embedded()).interrupted(rules).report(Interrupted))
    };
    expect![[r#"
        interrupted: ok
        interrupted: note: ignored, no `shipped` given: no version is known to be new

           help: say what has shipped, or leave the check out with `checks` (in the attribute):

                 shipped = git("origin/main")

           help: or check every version (in the attribute):

                 interrupted = all
    "#]]
    .assert_eq(&report(InterruptedRules::new()));
    expect![[r#"
        interrupted: ok
        interrupted: note: after an interrupted run, 2_new passes but does not end as a clean run does
           --> migrations/2_new.sql:2:1
           the run was cut off after its last statement, before it was recorded
           column visits of table users differs in 24 rows, such as id 700001: 0 became 1

        interrupted: note: judged 2 new versions
    "#]].assert_eq(&report(InterruptedRules::new().all().allow([2])));
}

#[test]
fn seeds_come_before_the_generated_rows() {
    check_with(
        "--- 2_new.sql
-- no-transaction
UPDATE users SET email = email || '!';
--- 3_more.sql
-- no-transaction
DELETE FROM users WHERE email LIKE 'x%';
--- /seeds/2_new.before.sql
INSERT INTO users VALUES (1, 'a@b.c');
--- /seeds/3_more.sql
INSERT INTO users VALUES (2, 'd@e.f');
",
        |suite| suite.seeds("seeds"),
        expect![[r#"
            interrupted: 1 finding

            1. after an interrupted run, 2_new passes but does not end as a clean run does
               --> migrations/2_new.sql:2:1
               the run was cut off after its last statement, before it was recorded
               column email of table users differs in 1 row: id 1: 'a@b.c!' became 'a@b.c!!'

               help: write it so that it can run again (IF NOT EXISTS, IF EXISTS, ON CONFLICT), or, if it can run in a transaction, leave out `-- no-transaction`

               help: or, if somebody watches over it (in the attribute):

                     interrupted(allow = [2])

            note: judged 2 new versions
        "#]],
    );
}
