//! Notes on what scripts leave in their sessions.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;

use crate::support::check;

#[test]
fn what_is_left_is_a_note() {
    check(
        Stairway,
        r"
--- 1_a.up.sql
SET lock_timeout = '2s';
SET TimeZone = 'Asia/Tokyo';
SET app.tenant = 'a';
CREATE TABLE a (id int);
CREATE TEMP TABLE staging (id serial);
PREPARE p AS SELECT 1;
SELECT pg_advisory_lock(7);
LISTEN news;
--- 1_a.down.sql
SET lock_timeout = '2s';
DROP TABLE a;
--- 2_b.up.sql
SET LOCAL TimeZone = 'Asia/Tokyo';
CREATE TEMP TABLE mine ON COMMIT DROP AS SELECT 1 AS id;
CREATE TABLE b (id int);
--- 2_b.down.sql
DROP TABLE b;
",
        expect![[r#"
            stairway: ok
            stairway: note: the up of 1_a leaves the channel news in its session
               --> migrations/1_a.up.sql

               help: add at the end of the script:

                     UNLISTEN news;

               6 more notes of this kind:
                 the up of 1_a leaves the advisory lock 7 in its session
                 the up of 1_a leaves the prepared statement p in its session
                 the up of 1_a leaves the setting TimeZone changed in its session
                 the up of 1_a leaves the setting app.tenant changed in its session
                 2 scripts leave the setting lock_timeout changed in their sessions
                 the up of 1_a leaves the temporary table staging in its session
        "#]],
    );
}

#[test]
fn time_limits_everywhere_are_one_note() {
    let version = |n: usize| {
        format!(
            "--- {n}_t.up.sql\nSET lock_timeout = '2s';\nCREATE TABLE t{n} (id int);\n--- {n}_t.down.sql\nSET lock_timeout = '2s';\nDROP TABLE t{n};\n"
        )
    };
    let files: String = (1..=4).map(version).collect();
    check(
        Stairway,
        &files,
        expect![[r#"
        stairway: ok
        stairway: note: 8 scripts leave the setting lock_timeout changed in their sessions
           the up of 1_t, the down of 1_t, the up of 2_t, the down of 2_t, the up of 3_t, 3 more
             expected  0
             actual    2000

           help: use SET LOCAL, or add at the end of the script:

                 RESET lock_timeout;
    "#]],
    );
}

#[test]
fn a_transaction_that_stays_open() {
    check(
        Stairway,
        r"
--- 1_a.up.sql
-- no-transaction
BEGIN;
CREATE TABLE a (id int);
--- 1_a.down.sql
DROP TABLE a;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 1_a leaves a transaction open
               --> migrations/1_a.up.sql
               where it is deployed alone, the whole of it is rolled back at the end of the session, without an error

               help: add at the end of the script:

                     COMMIT;
        "#]],
    );
}
