//! Locks that are held for a moment.

use expect_test::expect;

use super::check;

#[test]
fn a_wait_without_a_limit() {
    check(
        "ALTER TABLE users ADD COLUMN nick text;\nDROP INDEX orders_by_status;\nCREATE TABLE tags (user_id bigint REFERENCES users);\nCOMMENT ON TABLE users IS 'people';",
        expect![[r#"
            locks: ok
            locks: note: the up of 2_new takes locks for a moment, and waits for them without a limit
               --> migrations/2_new.sql:1:1
               1 | ALTER TABLE users ADD COLUMN nick text
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait
               2 | DROP INDEX orders_by_status
               it holds ACCESS EXCLUSIVE on table orders: reads and writes wait
               while it waits for a transaction that uses the table, all that come after it wait as well

               help: give up after a time and deploy again, at the beginning of the script:

                     SET LOCAL lock_timeout = '2s';

               help: or drop the index in a version of its own, without the lock:

                     -- no-transaction
                     DROP INDEX CONCURRENTLY orders_by_status;

            locks: note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_wait_with_a_limit() {
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN nick text;\nTRUNCATE settings;\nDROP TABLE orders CASCADE;",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}

#[test]
fn what_makes_nobody_wait() {
    check(
        "CREATE VIEW people AS SELECT id FROM users;\nANALYZE users;\nALTER TABLE users SET (fillfactor = 80);\nUPDATE users SET age = 1;\nINSERT INTO settings SELECT email, '' FROM users;",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}

#[test]
fn an_index_that_may_be_invalid() {
    check(
        "-- no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_age ON users (age);",
        expect![[r#"
            locks: ok
            locks: note: CREATE INDEX CONCURRENTLY IF NOT EXISTS keeps an invalid index
               --> migrations/2_new.sql:2:1
               2 | CREATE INDEX CONCURRENTLY IF NOT EXISTS users_age ON users (age);
                 | ^
               a build that fails leaves an invalid index, which the next run takes for the one that it wants

               help: leave out IF NOT EXISTS, and drop an invalid index before the next run

            locks: note: judged 1 new version
        "#]],
    );
}

/// It limits the wait for a lock too.
#[test]
fn a_wait_that_the_statement_may_not_outlast() {
    check(
        "SET LOCAL statement_timeout = '2s';\nALTER TABLE users ADD COLUMN nick text;",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}
