//! Statements that read or rewrite a table while others wait for it, and the same without.

use std::sync::atomic::{AtomicBool, Ordering};

use expect_test::expect;
use gauntlet_runtime::isolation::{Isolation, Sandbox};

use super::{check, check_with};
use crate::support::area::run;
use crate::support::database::{execute, server};

#[test]
fn an_index() {
    check(
        "CREATE UNIQUE INDEX IF NOT EXISTS users_email ON users (email) WHERE age > 0;",
        expect![[r#"
            locks: 1 finding

            1. CREATE INDEX scans table users and blocks writes of it meanwhile
               --> migrations/2_new.sql:1:1
               1 | CREATE UNIQUE INDEX IF NOT EXISTS users_email ON users (email) WHERE age > 0;
                 | ^
               it holds SHARE on table users: writes wait

               help: build it in a version of its own, while others write:

                     -- no-transaction
                     CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email) WHERE age > 0;

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check(
        "-- no-transaction\nCREATE INDEX CONCURRENTLY users_email ON users (email);",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}

/// In schema isolation the tests of a process share a database.
#[test]
fn a_neighbour_that_rewrites_its_own_table() {
    let neighbour = run(async {
        let server = server().await;
        Sandbox::create_apart(&server, Isolation::Schema, "neighbour").await.unwrap()
    });
    let stop = AtomicBool::new(false);
    let checked = std::thread::scope(|scope| {
        scope.spawn(|| {
            run(async {
                let mut conn = neighbour.connect().await.unwrap();
                execute(&mut conn, "CREATE TABLE users (id int)").await;
                while !stop.load(Ordering::Relaxed) {
                    execute(&mut conn, "VACUUM FULL users").await;
                }
            });
        });
        let index = "-- no-transaction\nCREATE INDEX CONCURRENTLY users_email ON users (email);";
        let checked = std::panic::catch_unwind(|| {
            for _ in 0..3 {
                check(
                    index,
                    expect![[r#"
                        locks: ok
                        locks: note: judged 1 new version
                    "#]],
                );
            }
        });
        stop.store(true, Ordering::Relaxed);
        checked
    });
    if let Err(panic) = checked {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn an_index_of_a_partitioned_table() {
    check(
        "CREATE INDEX events_what ON events (what);",
        expect![[r#"
        locks: 1 finding

        1. CREATE INDEX scans table events_1 and table events_2 and blocks writes of them meanwhile
           --> migrations/2_new.sql:1:1
           1 | CREATE INDEX events_what ON events (what);
             | ^
           it holds SHARE on partitioned table events, table events_1 and table events_2: writes wait

           help: make the index of the partitioned table alone, which is not valid yet:

                 CREATE INDEX events_what ON ONLY events (what);

           help: build that of each partition in a version of its own:

                 -- no-transaction
                 CREATE INDEX CONCURRENTLY events_1_events_what ON events_1 (what);

           help: build that of each partition in a version of its own:

                 -- no-transaction
                 CREATE INDEX CONCURRENTLY events_2_events_what ON events_2 (what);

           help: attach them all: the index is valid then:

                 ALTER INDEX events_what ATTACH PARTITION events_1_events_what;
                 ALTER INDEX events_what ATTACH PARTITION events_2_events_what;

           help: or, if they stay small (in the attribute):

                 locks(allow = ["events_1", "events_2"])

        note: judged 1 new version
    "#]],
    );
}

#[test]
fn a_foreign_key_names_both_tables() {
    check(
        "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;",
        expect![[r#"
        locks: 1 finding

        1. ALTER TABLE scans table orders and blocks writes of it meanwhile
           --> migrations/2_new.sql:1:1
           1 | ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;
             | ^
           it holds SHARE ROW EXCLUSIVE on table orders and table users: writes wait

           help: add it without checking the rows that exist:

                 ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users NOT VALID;

           help: check them in another version, while others read and write:

                 ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;

           help: or, if it stays small (in the attribute):

                 locks(allow = ["orders"])

        note: judged 1 new version
    "#]],
    );
}

#[test]
fn a_column_that_may_not_be_null() {
    check(
        "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
        expect![[r#"
        locks: 1 finding

        1. ALTER TABLE scans table users and blocks reads and writes of it meanwhile
           --> migrations/2_new.sql:1:1
           1 | ALTER TABLE users ALTER COLUMN email SET NOT NULL;
             | ^
           it holds ACCESS EXCLUSIVE on table users: reads and writes wait

           help: add a constraint that says so, without checking the rows that exist:

                 ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;

           help: check them in another version, while others read and write:

                 ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;

           help: then the constraint proves that no row is null, and nothing is scanned:

                 ALTER TABLE users ALTER COLUMN email SET NOT NULL;
                 ALTER TABLE users DROP CONSTRAINT users_email_not_null;

           help: or, if it stays small (in the attribute):

                 locks(allow = ["users"])

        note: judged 1 new version
    "#]],
    );
}

#[test]
fn another_type() {
    check(
        "ALTER TABLE users ALTER age TYPE bigint;",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE rewrites table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:1:1
               1 | ALTER TABLE users ALTER age TYPE bigint;
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: add a column of the new type (for an enum, a new enum type):

                     ALTER TABLE users ADD COLUMN age_new bigint;

               help: let the application or a trigger write both, and copy the rows that exist in batches, outside of a migration

               help: give the new column what the old one has, or INSERT fails or writes no value after the change: the default or sequence, NOT NULL by a CHECK that is validated, its keys by indexes built with CONCURRENTLY (PRIMARY KEY USING INDEX), checks and foreign keys with NOT VALID, those that refer to it, too

               help: then let them change places, in the same transaction with DROP NOT NULL on the old one, and drop it when no code reads it any more:

                     ALTER TABLE users RENAME COLUMN age TO age_old;
                     ALTER TABLE users RENAME COLUMN age_new TO age;

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check(
        "ALTER TABLE users ALTER COLUMN email TYPE varchar(50);",
        expect![[r#"
        locks: 1 finding

        1. ALTER TABLE rewrites table users and blocks reads and writes of it meanwhile
           --> migrations/2_new.sql:1:1
           1 | ALTER TABLE users ALTER COLUMN email TYPE varchar(50);
             | ^
           it holds ACCESS EXCLUSIVE on table users: reads and writes wait

           help: keep the type, and limit the length with a constraint that is not checked yet:

                 ALTER TABLE users ADD CONSTRAINT users_email_length CHECK (length(email) <= 50) NOT VALID;

           help: check them in another version, while others read and write:

                 ALTER TABLE users VALIDATE CONSTRAINT users_email_length;

           help: or, if it stays small (in the attribute):

                 locks(allow = ["users"])

        note: judged 1 new version
    "#]],
    );
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ALTER COLUMN email TYPE varchar;",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_column_whose_values_are_made_row_by_row() {
    check(
        "ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(), ADD nick text DEFAULT '-';",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE rewrites table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:1:1
               1 | ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(), ADD nick text DEFAULT '-';
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: add the column without a value for the rows that exist:

                     ALTER TABLE users ADD COLUMN token uuid;
                     ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();

               help: fill the rows that exist: in a version of its own, or where there are many, in batches outside of the migrations

               help: add a constraint that says so, without checking the rows that exist:

                     ALTER TABLE users ADD CONSTRAINT users_token_not_null CHECK (token IS NOT NULL) NOT VALID;

               help: check them in another version, while others read and write:

                     ALTER TABLE users VALIDATE CONSTRAINT users_token_not_null;

               help: then the constraint proves that no row is null, and nothing is scanned:

                     ALTER TABLE users ALTER COLUMN token SET NOT NULL;
                     ALTER TABLE users DROP CONSTRAINT users_token_not_null;

               help: add the column by itself, which takes a moment:

                     ALTER TABLE users ADD COLUMN nick text DEFAULT '-';

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN nick text NOT NULL DEFAULT '-';",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_unique_constraint() {
    check(
        "ALTER TABLE users ADD CONSTRAINT one_email UNIQUE (email) DEFERRABLE;",
        expect![[r#"
        locks: 1 finding

        1. ALTER TABLE scans table users and blocks reads and writes of it meanwhile
           --> migrations/2_new.sql:1:1
           1 | ALTER TABLE users ADD CONSTRAINT one_email UNIQUE (email) DEFERRABLE;
             | ^
           it holds ACCESS EXCLUSIVE on table users: reads and writes wait

           help: build its index in a version of its own, while others write:

                 -- no-transaction
                 CREATE UNIQUE INDEX CONCURRENTLY one_email ON users (email);

           help: then make it a constraint, which takes a moment:

                 ALTER TABLE users ADD CONSTRAINT one_email UNIQUE USING INDEX one_email DEFERRABLE;

           help: or, if it stays small (in the attribute):

                 locks(allow = ["users"])

        note: judged 1 new version
    "#]],
    );
}

#[test]
fn rebuilt() {
    check(
        "REINDEX TABLE orders;",
        expect![[r#"
        locks: 1 finding

        1. REINDEX rebuilds indexes of table orders and blocks reads and writes of it meanwhile
           --> migrations/2_new.sql:1:1
           1 | REINDEX TABLE orders;
             | ^
           it holds ACCESS EXCLUSIVE on index orders_pkey of table orders: reads and writes wait

           help: build it again in a version of its own, while others write:

                 -- no-transaction
                 REINDEX TABLE CONCURRENTLY orders;

           help: or, if it stays small (in the attribute):

                 locks(allow = ["orders"])

        note: judged 1 new version
    "#]],
    );
    check(
        "CLUSTER orders USING orders_pkey;",
        expect![[r#"
        locks: 1 finding

        1. CLUSTER rewrites table orders and blocks reads and writes of it meanwhile
           --> migrations/2_new.sql:1:1
           1 | CLUSTER orders USING orders_pkey;
             | ^
           it holds ACCESS EXCLUSIVE on table orders: reads and writes wait

           help: no form of this statement lets others work: run it while the service is down, or rebuild the table online, with pg_repack for instance

           help: or, if it stays small (in the attribute):

                 locks(allow = ["orders"])

        note: judged 1 new version
    "#]],
    );
    check(
        "-- no-transaction\nVACUUM FULL orders;",
        expect![[r#"
        locks: 1 finding

        1. VACUUM rewrites table orders and blocks reads and writes of it meanwhile
           --> migrations/2_new.sql:2:1
           2 | VACUUM FULL orders;
             | ^
           it holds ACCESS EXCLUSIVE on table orders: reads and writes wait

           help: no form of this statement lets others work: run it while the service is down, or rebuild the table online, with pg_repack for instance

           help: or, if it stays small (in the attribute):

                 locks(allow = ["orders"])

        note: judged 1 new version
    "#]],
    );
    check(
        "-- no-transaction\nREINDEX TABLE CONCURRENTLY orders;",
        expect![[r#"
        locks: ok
        locks: note: judged 1 new version
    "#]],
    );
}

#[test]
fn a_materialized_view() {
    check(
        "REFRESH MATERIALIZED VIEW totals;",
        expect![[r#"
        locks: 1 finding

        1. REFRESH MATERIALIZED VIEW rewrites materialized view totals and blocks reads and writes of it meanwhile
           --> migrations/2_new.sql:1:1
           1 | REFRESH MATERIALIZED VIEW totals;
             | ^
           it holds ACCESS EXCLUSIVE on materialized view totals: reads and writes wait

           help: give the materialized view a unique index on all of its rows, if it has none

           help: then let others read while it is refreshed:

                 REFRESH MATERIALIZED VIEW CONCURRENTLY totals;

           help: or, if it stays small (in the attribute):

                 locks(allow = ["totals"])

        note: judged 1 new version
    "#]],
    );
    check(
        "REFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
        expect![[r#"
        locks: ok
        locks: note: judged 1 new version
    "#]],
    );
}

#[test]
fn a_default_partition() {
    check_with(
        "--- 2_new.sql\nSET LOCAL lock_timeout = '2s';\nCREATE TABLE events_rest PARTITION OF events DEFAULT;\n--- 3_next.sql\nSET LOCAL lock_timeout = '2s';\nCREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (20) TO (30);\nCREATE TABLE events_4 (day int NOT NULL, what text);\nALTER TABLE events ATTACH PARTITION events_4 FOR VALUES FROM (30) TO (40);\n",
        |suite| suite.locks(gauntlet_runtime::suite::LockRules::new().all()),
        expect![[r#"
            locks: 2 findings

            help: or, if it stays small (in the attribute):

                  locks(all, allow = ["events_rest"])

            1. CREATE TABLE scans table events_rest and blocks reads and writes of it meanwhile
               --> migrations/3_next.sql:2:1
               2 | CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (20) TO (30);
                 | ^
               it holds ACCESS EXCLUSIVE on partitioned table events and table events_rest: reads and writes wait

               help: give the default partition a CHECK constraint that excludes the bounds of the new one first, NOT VALID and validated in another version: then nothing is scanned

            2. ALTER TABLE scans table events_rest while its transaction blocks reads and writes of partitioned table events and table events_rest
               --> migrations/3_next.sql:4:1
               4 | ALTER TABLE events ATTACH PARTITION events_4 FOR VALUES FROM (30) TO (40);
                 | ^
               CREATE TABLE of line 2 holds ACCESS EXCLUSIVE on partitioned table events and table events_rest: reads and writes wait

               help: give the new partition first what it lacks: a CHECK constraint for its bounds, NOT VALID and validated in another version, and each index of the partitioned table, built with CONCURRENTLY; and the default partition a CHECK constraint that excludes the bounds: then nothing is scanned when it is attached

            note: judged 3 new versions
        "#]],
    );
}
