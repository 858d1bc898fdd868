//! The story of the README: a version that passes all that an empty database can show.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{
    Compat, DowngradeAllTheWay, Interrupted, Locks, Naming, Populated, Queries, Shipped,
    SingleHead, Stairway,
};
use gauntlet_runtime::history::shipped::git;

use crate::support::Repository;

#[test]
fn a_version_that_takes_the_service_down() {
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
CREATE UNIQUE INDEX idx_users_email ON users (email);
--- migrations/2_plan.down.sql
DROP INDEX idx_users_email;
ALTER TABLE users DROP COLUMN plan;
--- queries/sign_up.sql
INSERT INTO users (id, email, plan) VALUES ($1, $2, $3)
",
    );
    let suite = repository.suite().shipped(git("main")).queries("queries/*.sql");
    let text = |check| repository.text_of(&suite.report(check));
    let others = [Stairway, SingleHead, DowngradeAllTheWay, Naming, Shipped, Queries, Interrupted];
    expect![[r#"
        stairway: ok
        single_head: ok
        downgrade_all_the_way: ok
        naming: ok
        naming: note: judged 1 new version
        shipped: ok
        shipped: note: compared 1 version with main (…); 1 version is new
        queries: ok
        queries: note: prepared 2 queries
        interrupted: ok
        interrupted: note: judged 1 new version
    "#]]
    .assert_eq(&others.map(text).concat());
    expect![[r#"
        locks: 1 finding

        1. CREATE INDEX scans table users while its transaction blocks reads and writes of table users
           --> migrations/2_plan.up.sql:4:1
           4 | CREATE UNIQUE INDEX idx_users_email ON users (email);
             | ^
           ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

           help: build it in a version of its own, while others write:

                 -- no-transaction
                 CREATE UNIQUE INDEX CONCURRENTLY idx_users_email ON users (email);

           help: or, if it stays small (in the attribute):

                 locks(allow = ["users"])

        note: judged 1 new version
        populated: 1 finding

        1. the up of 2_plan fails on rows that the schema allows
           --> migrations/2_plan.up.sql:4:1
           4 | CREATE UNIQUE INDEX idx_users_email ON users (email);
             | ^
           ERROR 23505: could not create unique index "idx_users_email"
           DETAIL: Key (email)=(42) is duplicated.

           help: make the rows different, or remove the ones too many, before the statement

           help: if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones

           help: or, if this version may fail on such rows (in the attribute):

                 populated(allow = [2])

        note: judged 1 new version
    "#]].assert_eq(&[Locks, Populated].map(text).concat());
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
