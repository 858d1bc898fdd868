//! Tables that are read as a whole while a lock is held, and those that are not.

use expect_test::expect;

use super::{check, check_with};

/// LIMIT and EXISTS of a subquery do not end the statement around it.
#[test]
fn a_subquery_that_stops_early() {
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN buys boolean;\nUPDATE users u SET buys = EXISTS (SELECT FROM orders o WHERE o.user_id = u.id);\nUPDATE users SET age = (SELECT 1 LIMIT 1);\nDELETE FROM orders o WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = o.user_id);",
        expect![[r#"
            locks: 3 findings

            1. UPDATE scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:3:1
               3 | UPDATE users u SET buys = EXISTS (SELECT FROM orders o WHERE o.user_id = u.id);
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the UPDATE to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            2. UPDATE scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:4:1
               4 | UPDATE users SET age = (SELECT 1 LIMIT 1);
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the UPDATE to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            3. DELETE scans table orders while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:5:1
               5 | DELETE FROM orders o WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = o.user_id);
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the DELETE to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["orders"])

            note: judged 1 new version
        "#]],
    );
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN buys boolean;\nINSERT INTO settings SELECT 'buys', 'no' WHERE NOT EXISTS (SELECT FROM orders WHERE user_id > 0);\nUPDATE users SET buys = true WHERE id IN (SELECT id FROM users WHERE age > 17 LIMIT 100);",
        expect![[r#"
            locks: ok
            locks: note: INSERT scans table orders while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:3:1
               3 | INSERT INTO settings SELECT 'buys', 'no' WHERE NOT EXISTS (SELECT FROM orders WHERE user_id > 0);
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait
               it may be over before it has read all rows

               help: move the INSERT to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["orders"])

            locks: note: UPDATE scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:4:1
               4 | UPDATE users SET buys = true WHERE id IN (SELECT id FROM users WHERE age > 17 LIMIT 100);
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait
               it may be over before it has read all rows

               help: move the UPDATE to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            locks: note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_block_that_takes_the_lock_itself() {
    check(
        "SET LOCAL lock_timeout = '2s';\nDO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'users_age') THEN CREATE INDEX users_age ON users (age); END IF; END $$;",
        expect![[r#"
            locks: 1 finding

            1. DO scans table users and blocks writes of it meanwhile
               --> migrations/2_new.sql:2:1
               2 | DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'users_age') THEN CREATE INDEX users_age ON users (age); END IF; END $$;
                 | ^
               it holds SHARE on table users: writes wait

               help: write the statements of the block into the script itself: this check then proposes a form that lets others work for each that has one

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check(
        "SET LOCAL lock_timeout = '2s';\nDO $$ BEGIN ALTER TABLE users ALTER age TYPE bigint; END $$;",
        expect![[r#"
            locks: 1 finding

            1. DO rewrites table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:2:1
               2 | DO $$ BEGIN ALTER TABLE users ALTER age TYPE bigint; END $$;
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: write the statements of the block into the script itself: this check then proposes a form that lets others work for each that has one

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check(
        "SET LOCAL lock_timeout = '2s';\nCREATE FUNCTION adults() RETURNS void LANGUAGE plpgsql AS 'BEGIN ALTER TABLE users ADD CHECK (age > 17); END';\nSELECT adults();",
        expect![[r#"
            locks: 1 finding

            1. SELECT scans table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:3:1
               3 | SELECT adults();
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: write the statements of the function into the script itself: this check then proposes a form that lets others work for each that has one

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_copy_into_a_new_table() {
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN buys boolean;\nCREATE TABLE ages AS SELECT age FROM users;",
        expect![[r#"
            locks: 1 finding

            1. CREATE TABLE scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:3:1
               3 | CREATE TABLE ages AS SELECT age FROM users;
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the CREATE TABLE to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
}

/// On empty tables a full read may be one of an index, and the inner side of a join is not read at all.
#[test]
fn a_full_read_of_a_table_with_an_index() {
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN buys boolean;\nCREATE TABLE profiles (user_id bigint);\nINSERT INTO profiles SELECT id FROM users;",
        expect![[r#"
            locks: 1 finding

            1. INSERT scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:4:1
               4 | INSERT INTO profiles SELECT id FROM users;
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the INSERT to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN buys boolean;\nUPDATE users u SET buys = true FROM orders o WHERE o.id = u.id;",
        expect![[r#"
            locks: 1 finding

            1. UPDATE scans table orders while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:3:1
               3 | UPDATE users u SET buys = true FROM orders o WHERE o.id = u.id;
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the UPDATE to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["orders"])

            note: judged 1 new version
        "#]],
    );
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN buys boolean;\nDELETE FROM settings WHERE key NOT IN (SELECT status FROM orders);",
        expect![[r#"
            locks: 1 finding

            1. DELETE scans table orders and table settings while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:3:1
               3 | DELETE FROM settings WHERE key NOT IN (SELECT status FROM orders);
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the DELETE to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if they stay small (in the attribute):

                     locks(allow = ["orders", "settings"])

            note: judged 1 new version
        "#]],
    );
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN buys boolean;\nSELECT count(*) FROM users;\nCREATE TABLE ids AS SELECT id FROM orders;",
        expect![[r#"
            locks: 2 findings

            1. SELECT scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:3:1
               3 | SELECT count(*) FROM users;
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the SELECT to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            2. CREATE TABLE scans table orders while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:4:1
               4 | CREATE TABLE ids AS SELECT id FROM orders;
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the CREATE TABLE to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["orders"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn rows_that_an_index_of_the_plan_finds() {
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN buys boolean;\nCREATE TABLE gone (id bigint PRIMARY KEY);\nDELETE FROM orders WHERE id IN (SELECT id FROM gone);\nUPDATE users u SET buys = true FROM gone g WHERE g.id = u.id;\nUPDATE users u SET buys = true FROM orders o WHERE o.id = u.id AND o.status = 'x';\nSELECT max(id) FROM users;\nSELECT id FROM users ORDER BY id LIMIT 1;\nUPDATE orders SET status = 'y' WHERE id = ANY (ARRAY[1, 2]) AND EXISTS (SELECT FROM users);\nINSERT INTO settings SELECT 'a', 'b' WHERE NOT EXISTS (SELECT FROM settings WHERE key = 'a');",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
    check_with(
        "--- 2_index.sql\n-- no-transaction\nCREATE INDEX CONCURRENTLY children ON users (id) WHERE age < 18;\n--- 3_new.sql\nSET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN buys boolean;\nUPDATE users SET buys = false WHERE age < 18;\n",
        |suite| suite,
        expect![[r#"
            locks: ok
            locks: note: judged 2 new versions
        "#]],
    );
}

#[test]
fn a_join_with_a_small_table() {
    let new = "--- 2_new.sql\nSET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN buys boolean;\nUPDATE users u SET buys = true FROM orders o WHERE o.id = u.id;\n";
    check_with(
        new,
        |suite| suite.locks(gauntlet_runtime::suite::LockRules::new().allow(["orders"])),
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}

/// An index finds the rows, and these may be all.
#[test]
fn an_index_whose_condition_has_one_end() {
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN old boolean;\nUPDATE users SET old = true WHERE id > 0;\nDELETE FROM orders WHERE status IS NOT NULL;",
        expect![[r#"
            locks: 1 finding

            1. DELETE scans table orders while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:4:1
               4 | DELETE FROM orders WHERE status IS NOT NULL;
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the DELETE to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["orders"])

            note: UPDATE scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:3:1
               3 | UPDATE users SET old = true WHERE id > 0;
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait
               an index finds the rows, as many as lie beyond the bound: where these are few, this takes a moment

               help: move the UPDATE to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN old boolean;\nUPDATE users SET old = true WHERE id BETWEEN 1 AND 5;\nDELETE FROM orders WHERE status = 'gone';",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}

/// A loop of a block goes over all rows, also where there are none here.
#[test]
fn a_loop_over_all_rows() {
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN old boolean;\nDO $$DECLARE r record; BEGIN FOR r IN SELECT id, email FROM users LOOP UPDATE users SET old = true WHERE id = r.id; END LOOP; END$$;",
        expect![[r#"
            locks: 1 finding

            1. DO scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:3:1
               3 | DO $$DECLARE r record; BEGIN FOR r IN SELECT id, email FROM users LOOP UPDATE users SET old = true WHERE id = r.id; END LOOP; END$$;
                 | ^
               ALTER TABLE of line 2 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the DO to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
}

/// Nobody reads a materialized view that was never filled.
#[test]
fn the_first_refresh() {
    check_with(
        "--- 2_view.sql\nCREATE MATERIALIZED VIEW sums AS SELECT sum(id) FROM orders WITH NO DATA;\n--- 3_new.sql\nREFRESH MATERIALIZED VIEW sums;\n",
        |suite| suite.shipped(2),
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}
