//! Versions without a transaction, which sqlx sends as one message.

use expect_test::expect;

use super::{check, check_once, check_with};

#[test]
fn an_index_that_is_built_concurrently() {
    check(
        "-- no-transaction\nCREATE INDEX CONCURRENTLY users_by_email ON users (email);",
        expect![[r#"
            interrupted: ok
            interrupted: note: after an interrupted run, 2_new fails when it runs again
               --> migrations/2_new.sql:2:1
               2 | CREATE INDEX CONCURRENTLY users_by_email ON users (email);
                 | ^
               ERROR 42P07: relation "users_by_email" already exists
               the run was cut off in the middle of CREATE INDEX CONCURRENTLY users_by_email ON users (email)
               the same where it was cut off after its last statement, before it was recorded

               help: where that has happened, before the next run:

                     DROP INDEX CONCURRENTLY IF EXISTS users_by_email;

            interrupted: note: 2_new fails where a second migrator waits for the lock of sqlx
               --> migrations/2_new.sql:2:1
               2 | CREATE INDEX CONCURRENTLY users_by_email ON users (email);
                 | ^
               ERROR 40P01: deadlock detected
               it waits for every older snapshot, also that of the second one, which waits for the lock
               the second one has the lock then, and fails with what the first has left

               help: run the migrations in one place before the program is replaced, not in each of its instances

            interrupted: note: judged 1 new version
        "#]],
    );
}

#[test]
fn an_invalid_index_that_is_kept() {
    check(
        "-- no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_by_email ON users (email);",
        expect![[r#"
            interrupted: 1 finding

            1. after an interrupted run, 2_new passes but does not end as a clean run does
               --> migrations/2_new.sql:2:1
               the run was cut off in the middle of CREATE INDEX CONCURRENTLY IF NOT EXISTS users_by_email ON users (email)

               index users_by_email on users: invalid
                 expected  no
                 actual    yes

               help: leave out IF NOT EXISTS: the next run then stops at the invalid index

               help: where an index is invalid already, drop it before the next run:

                     DROP INDEX CONCURRENTLY IF EXISTS users_by_email;

               help: or, if somebody watches over it (in the attribute):

                     interrupted(allow = [2])

            note: 2_new fails where a second migrator waits for the lock of sqlx
               --> migrations/2_new.sql:2:1
               2 | CREATE INDEX CONCURRENTLY IF NOT EXISTS users_by_email ON users (email);
                 | ^
               ERROR 40P01: deadlock detected
               it waits for every older snapshot, also that of the second one, which waits for the lock
               the second one has the lock then, and applies the version

               help: run the migrations in one place before the program is replaced, not in each of its instances

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn an_index_that_is_built_again() {
    check(
        "-- no-transaction\nREINDEX INDEX CONCURRENTLY users_by_visits;",
        expect![[r#"
        interrupted: ok
        interrupted: note: after an interrupted run, 2_new passes but does not end as a clean run does
           --> migrations/2_new.sql:2:1
           the run was cut off in the middle of REINDEX INDEX CONCURRENTLY users_by_visits

           index users_by_visits_ccnew on users: left over
             CREATE INDEX users_by_visits_ccnew ON users USING btree (visits)

           help: where that has happened, drop the invalid index:

                 DROP INDEX CONCURRENTLY IF EXISTS users_by_visits_ccnew;

        interrupted: note: 2_new fails where a second migrator waits for the lock of sqlx
           --> migrations/2_new.sql:2:1
           2 | REINDEX INDEX CONCURRENTLY users_by_visits;
             | ^
           ERROR 40P01: deadlock detected
           it waits for every older snapshot, also that of the second one, which waits for the lock
           the second one has the lock then, and applies the version

           help: run the migrations in one place before the program is replaced, not in each of its instances

        interrupted: note: judged 1 new version
    "#]],
    );
}

#[test]
fn an_index_that_is_dropped() {
    check(
        "-- no-transaction\nDROP INDEX CONCURRENTLY users_by_visits;",
        expect![[r#"
        interrupted: ok
        interrupted: note: after an interrupted run, 2_new fails when it runs again
           --> migrations/2_new.sql:2:1
           2 | DROP INDEX CONCURRENTLY users_by_visits;
             | ^
           ERROR 42704: index "users_by_visits" does not exist
           the run was cut off after its last statement, before it was recorded

           help: write it so that it can run again (IF NOT EXISTS, IF EXISTS, ON CONFLICT), or, if it can run in a transaction, leave out `-- no-transaction`

        interrupted: note: judged 1 new version
    "#]],
    );
    check(
        "-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS users_by_visits;",
        expect![[r#"
        interrupted: ok
        interrupted: note: judged 1 new version
    "#]],
    );
}

#[test]
fn a_partition_that_is_detached() {
    check(
        "-- no-transaction\nALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;",
        expect![[r#"
            interrupted: ok
            interrupted: note: after an interrupted run, 2_new fails when it runs again
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;
                 | ^
               ERROR 55000: partition "events_1" already pending detach in partitioned table "public.events"
               HINT: Use ALTER TABLE ... DETACH PARTITION ... FINALIZE to complete the pending detach operation.
               the run was cut off in the middle of ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY
               the same where it was cut off after its last statement, before it was recorded

               help: where that has happened, finish it, and record the version:

                     ALTER TABLE events DETACH PARTITION events_1 FINALIZE;

            interrupted: note: judged 1 new version
        "#]],
    );
}

#[test]
fn rows_that_are_changed_twice() {
    check(
        "-- no-transaction\nUPDATE users SET visits = visits + 1;",
        expect![[r#"
        interrupted: 1 finding

        1. after an interrupted run, 2_new passes but does not end as a clean run does
           --> migrations/2_new.sql:2:1
           the run was cut off after its last statement, before it was recorded
           column visits of table users differs in 24 rows, such as id 700001: 0 became 1

           help: write it so that it can run again (IF NOT EXISTS, IF EXISTS, ON CONFLICT), or, if it can run in a transaction, leave out `-- no-transaction`

           help: or, if somebody watches over it (in the attribute):

                 interrupted(allow = [2])

        note: judged 1 new version
    "#]],
    );
    check(
        "-- no-transaction\nUPDATE users SET visits = 0;",
        expect![[r#"
        interrupted: ok
        interrupted: note: judged 1 new version
    "#]],
    );
}

#[test]
fn rows_that_are_different_each_time() {
    check(
        "-- no-transaction\nUPDATE users SET email = md5(random()::text);",
        expect![[r#"
        interrupted: ok
        interrupted: note: judged 1 new version
    "#]],
    );
    check(
        "-- no-transaction\nINSERT INTO users (id, email) SELECT 1 + coalesce(max(id), 0), 'new' FROM users;",
        expect![[r#"
            interrupted: 1 finding

            1. after an interrupted run, 2_new passes but does not end as a clean run does
               --> migrations/2_new.sql:2:1
               the run was cut off after its last statement, before it was recorded
               table users has 1 row more, such as email 'new', id 700026, visits 0

               help: write it so that it can run again (IF NOT EXISTS, IF EXISTS, ON CONFLICT), or, if it can run in a transaction, leave out `-- no-transaction`

               help: or, if somebody watches over it (in the attribute):

                     interrupted(allow = [2])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_label() {
    check(
        "-- no-transaction\nALTER TYPE status ADD VALUE 'sent';",
        expect![[r#"
        interrupted: ok
        interrupted: note: after an interrupted run, 2_new fails when it runs again
           --> migrations/2_new.sql:2:1
           2 | ALTER TYPE status ADD VALUE 'sent';
             | ^
           ERROR 42710: enum label "sent" already exists
           the run was cut off after its last statement, before it was recorded

           help: use ADD VALUE IF NOT EXISTS: PostgreSQL cannot remove a label

        interrupted: note: judged 1 new version
    "#]],
    );
    check(
        "-- no-transaction\nALTER TYPE status ADD VALUE IF NOT EXISTS 'sent';",
        expect![[r#"
        interrupted: ok
        interrupted: note: judged 1 new version
    "#]],
    );
}

#[test]
fn several_statements_are_one_transaction() {
    check(
        "-- no-transaction\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);",
        expect![[r#"
            interrupted: ok
            interrupted: note: after an interrupted run, 2_new fails when it runs again
               --> migrations/2_new.sql:2:1
               2 | CREATE TABLE a (id int);
                 | ^
               ERROR 42P07: relation "a" already exists
               the run was cut off after its last statement, before it was recorded

               help: write it so that it can run again (IF NOT EXISTS, IF EXISTS, ON CONFLICT), or, if it can run in a transaction, leave out `-- no-transaction`

            interrupted: note: judged 1 new version
        "#]],
    );
}

#[test]
fn what_changes_nothing() {
    check(
        "-- no-transaction\nVACUUM users;",
        expect![[r#"
        interrupted: ok
        interrupted: note: judged 1 new version
    "#]],
    );
    check(
        "-- no-transaction\n-- nothing yet",
        expect![[r#"
        interrupted: ok
        interrupted: note: judged 1 new version
    "#]],
    );
}

/// What makes the rows fit for it stands in an earlier version.
const UNIQUE: &str = "--- 4_unique.sql
-- no-transaction
CREATE UNIQUE INDEX CONCURRENTLY users_by_slug ON users (slug);
";

#[test]
fn rows_that_an_earlier_version_has_made_fit() {
    let new = format!(
        "--- 2_slug.sql
ALTER TABLE users ADD COLUMN slug text DEFAULT 'word';
--- 3_fit.sql
UPDATE users SET slug = 'u' || id;
{UNIQUE}"
    );
    check_with(
        &new,
        |suite| suite,
        expect![[r#"
        interrupted: ok
        interrupted: note: after an interrupted run, 4_unique fails when it runs again
           --> migrations/4_unique.sql:2:1
           2 | CREATE UNIQUE INDEX CONCURRENTLY users_by_slug ON users (slug);
             | ^
           ERROR 42P07: relation "users_by_slug" already exists
           the run was cut off in the middle of CREATE UNIQUE INDEX CONCURRENTLY users_by_slug ON users (slug)
           the same where it was cut off after its last statement, before it was recorded

           help: where that has happened, before the next run:

                 DROP INDEX CONCURRENTLY IF EXISTS users_by_slug;

        interrupted: note: 4_unique fails where a second migrator waits for the lock of sqlx
           --> migrations/4_unique.sql:2:1
           2 | CREATE UNIQUE INDEX CONCURRENTLY users_by_slug ON users (slug);
             | ^
           ERROR 40P01: deadlock detected
           it waits for every older snapshot, also that of the second one, which waits for the lock
           the second one has the lock then, and fails with what the first has left

           help: run the migrations in one place before the program is replaced, not in each of its instances

        interrupted: note: judged 3 new versions
    "#]],
    );
}

/// That is for `populated` to say. The version is cut off without rows.
#[test]
fn rows_that_do_not_fit() {
    let new = format!(
        "--- 2_slug.sql
ALTER TABLE users ADD COLUMN slug text DEFAULT 'word';
{UNIQUE}"
    );
    check_with(
        &new,
        |suite| suite,
        expect![[r#"
            interrupted: ok
            interrupted: note: after an interrupted run, 4_unique fails when it runs again
               --> migrations/4_unique.sql:2:1
               2 | CREATE UNIQUE INDEX CONCURRENTLY users_by_slug ON users (slug);
                 | ^
               ERROR 42P07: relation "users_by_slug" already exists
               the run was cut off in the middle of CREATE UNIQUE INDEX CONCURRENTLY users_by_slug ON users (slug)
               the same where it was cut off after its last statement, before it was recorded

               help: where that has happened, before the next run:

                     DROP INDEX CONCURRENTLY IF EXISTS users_by_slug;

            interrupted: note: 4_unique was cut off on tables without generated rows: it fails on them, which `populated` reports
               --> migrations/4_unique.sql
               ERROR 23505: could not create unique index "users_by_slug"
               DETAIL: Key (slug)=(word) is duplicated.

            interrupted: note: 4_unique fails where a second migrator waits for the lock of sqlx
               --> migrations/4_unique.sql:2:1
               2 | CREATE UNIQUE INDEX CONCURRENTLY users_by_slug ON users (slug);
                 | ^
               ERROR 40P01: deadlock detected
               it waits for every older snapshot, also that of the second one, which waits for the lock
               the second one has the lock then, and fails with what the first has left

               help: run the migrations in one place before the program is replaced, not in each of its instances

            interrupted: note: judged 2 new versions
        "#]],
    );
}

/// The server chooses a name that is free, so that the next run builds another index.
#[test]
fn an_index_without_a_name() {
    check_once(
        "--- 2_new.sql\n-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY ON users (lower(email));\n",
        |suite| suite,
        expect![[r#"
            interrupted: 1 finding

            1. after an interrupted run, 2_new passes but does not end as a clean run does
               --> migrations/2_new.sql:2:1
               the run was cut off in the middle of CREATE UNIQUE INDEX CONCURRENTLY ON users (lower(email))
               the same where it was cut off after its last statement, before it was recorded

               index users_lower_idx on users: invalid
                 expected  no
                 actual    yes
               index users_lower_idx1 on users: left over
                 CREATE UNIQUE INDEX users_lower_idx1 ON users USING btree (lower(email))

               help: give the index a name: the next run then stops at the invalid index, and does not build another one beside it

               help: where an index is invalid already, drop it before the next run:

                     DROP INDEX CONCURRENTLY IF EXISTS users_lower_idx;

               help: or, if somebody watches over it (in the attribute):

                     interrupted(allow = [2])

            note: 2_new was cut off on tables without generated rows: it fails on them, which `populated` reports
               --> migrations/2_new.sql
               ERROR 23505: could not create unique index "users_lower_idx"
               DETAIL: Key (lower(email))=() is duplicated.

            note: 2_new fails where a second migrator waits for the lock of sqlx
               --> migrations/2_new.sql:2:1
               2 | CREATE UNIQUE INDEX CONCURRENTLY ON users (lower(email));
                 | ^
               ERROR 40P01: deadlock detected
               it waits for every older snapshot, also that of the second one, which waits for the lock
               the second one has the lock then, and applies the version

               help: run the migrations in one place before the program is replaced, not in each of its instances

            note: judged 1 new version
        "#]],
    );
}
