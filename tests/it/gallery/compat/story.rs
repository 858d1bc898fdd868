//! The story of the README: a version that passes every other check.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{
    Compat, DowngradeAllTheWay, Locks, Naming, Queries, Shipped, SingleHead, Stairway,
};
use gauntlet_runtime::history::shipped::git;

use crate::support::Repository;

#[test]
fn a_column_that_old_programs_do_not_know() {
    let repository = Repository::new(
        "--- .gitattributes
*.sql text eol=lf
--- migrations/1_users.up.sql
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
--- migrations/1_users.down.sql
DROP TABLE users;
--- queries/sign_up.sql
INSERT INTO users (id, email) VALUES ($1, $2)
--- queries/sign_in.sql
SELECT * FROM users WHERE email = $1
",
    );
    repository.write(
        "--- migrations/2_plan.up.sql
SET LOCAL lock_timeout = '2s';
ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';
ALTER TABLE users ALTER COLUMN plan DROP DEFAULT;
--- migrations/2_plan.down.sql
ALTER TABLE users DROP COLUMN plan;
--- queries/sign_up.sql
INSERT INTO users (id, email, plan) VALUES ($1, $2, $3)
",
    );
    let suite = repository.suite().shipped(git("main")).queries("queries/*.sql");
    let text = |check| repository.text_of(&suite.report(check));
    let others = [Stairway, SingleHead, DowngradeAllTheWay, Naming, Shipped, Locks, Queries];
    expect![[r#"
        stairway: ok
        single_head: ok
        downgrade_all_the_way: ok
        naming: ok
        naming: note: judged 1 new version
        shipped: ok
        shipped: note: compared 1 version with main (…); 1 version is new
        locks: ok
        locks: note: judged 1 new version
        queries: ok
        queries: note: prepared 2 queries
    "#]]
    .assert_eq(&others.map(text).concat());
    expect![[r#"
        compat: 2 findings

        1. 2_plan breaks a query on connections that are open: cached plan must not change result type
           --> migrations/2_plan.up.sql
           queries/sign_in.sql  SELECT * FROM users WHERE email = $1
           ERROR 0A000: cached plan must not change result type
           each connection that has run it fails with it until the connection is closed

           help: name the columns in the query instead of `*`, and ship that before this version

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["queries/sign_in.sql"])

        2. 2_plan breaks a query of the deployed program: no value for the column plan of users
           --> migrations/2_plan.up.sql
           queries/sign_up.sql  INSERT INTO users (id, email) VALUES ($1, $2)
           an old program fails with ERROR 23502 from this version on, until it is replaced

           help: give the column a default, or allow NULL until the old program is replaced

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["queries/sign_up.sql"])

        note: an old program does not start once 2_plan is applied
           --> migrations/2_plan.up.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(2)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        note: judged 1 new version with 2 queries of main (…)
    "#]].assert_eq(&text(Compat));
}
