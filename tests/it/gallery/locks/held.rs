//! What follows while a lock is held.

use expect_test::expect;

use super::{check, check_with};

#[test]
fn a_backfill_in_the_version_of_its_column() {
    check(
        "ALTER TABLE users ADD COLUMN active boolean;\nUPDATE users\nSET active = true;\nALTER TABLE users ALTER COLUMN active SET NOT NULL;",
        expect![[r#"
            locks: 2 findings

            help: or, if it stays small (in the attribute):

                  locks(allow = ["users"])

            1. UPDATE scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:2:1
               2 | UPDATE users
                 | ^
               ALTER TABLE of line 1 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the UPDATE to a version of its own, before or after this one: a transaction of its own holds no other lock

            2. ALTER TABLE scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:4:1
               4 | ALTER TABLE users ALTER COLUMN active SET NOT NULL;
                 | ^
               ALTER TABLE of line 1 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: add a constraint that says so, without checking the rows that exist:

                     ALTER TABLE users ADD CONSTRAINT users_active_not_null CHECK (active IS NOT NULL) NOT VALID;

               help: check them in another version, while others read and write:

                     ALTER TABLE users VALIDATE CONSTRAINT users_active_not_null;

               help: then the constraint proves that no row is null, and nothing is scanned:

                     ALTER TABLE users ALTER COLUMN active SET NOT NULL;
                     ALTER TABLE users DROP CONSTRAINT users_active_not_null;

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_constraint_that_is_checked_in_the_version_that_adds_it() {
    check(
        "ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17) NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT adult;",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE users VALIDATE CONSTRAINT adult;
                 | ^
               ALTER TABLE of line 1 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the VALIDATE CONSTRAINT to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check_with(
        "--- 2_add.sql\nSET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17) NOT VALID;\n--- 3_check.sql\nALTER TABLE users VALIDATE CONSTRAINT adult;\n",
        |suite| suite,
        expect![[r#"
            locks: ok
            locks: note: judged 2 new versions
        "#]],
    );
}

#[test]
fn a_copy_while_another_table_is_locked() {
    check(
        "CREATE TABLE emails (user_id bigint REFERENCES users, email text);\nINSERT INTO emails SELECT id, email FROM users;",
        expect![[r#"
            locks: 1 finding

            1. INSERT scans table users while its transaction blocks writes of table users
               --> migrations/2_new.sql:2:1
               2 | INSERT INTO emails SELECT id, email FROM users;
                 | ^
               CREATE TABLE of line 1 holds SHARE ROW EXCLUSIVE on table users: writes wait

               help: move the INSERT to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
}

/// By itself each would be something else than beside its neighbours.
#[test]
fn what_depends_on_what_stands_before_it() {
    check(
        "DROP MATERIALIZED VIEW totals;\nCREATE MATERIALIZED VIEW totals AS SELECT user_id, max(id) AS last FROM orders GROUP BY user_id;",
        expect![[r#"
            locks: 1 finding

            1. CREATE MATERIALIZED VIEW scans table orders while its transaction blocks reads and writes of materialized view totals
               --> migrations/2_new.sql:2:1
               2 | CREATE MATERIALIZED VIEW totals AS SELECT user_id, max(id) AS last FROM orders GROUP BY user_id;
                 | ^
               DROP MATERIALIZED VIEW of line 1 holds ACCESS EXCLUSIVE on materialized view totals: reads and writes wait

               help: build it beside the old one, with its indexes and rights:

                     CREATE MATERIALIZED VIEW totals_new AS SELECT user_id, max(id) AS last FROM orders GROUP BY user_id;

               help: then let it take the place of the old one, in the next version:

                     DROP MATERIALIZED VIEW totals;
                     ALTER MATERIALIZED VIEW totals_new RENAME TO totals;

               help: or, if it stays small (in the attribute):

                     locks(allow = ["orders"])

            note: judged 1 new version
        "#]],
    );
    check(
        "ALTER TABLE users DISABLE TRIGGER USER;\nUPDATE users SET email = lower(email);\nALTER TABLE users ENABLE TRIGGER USER;",
        expect![[r#"
            locks: 1 finding

            1. UPDATE scans table users while its transaction blocks writes of table users
               --> migrations/2_new.sql:2:1
               2 | UPDATE users SET email = lower(email);
                 | ^
               ALTER TABLE of line 1 holds SHARE ROW EXCLUSIVE on table users: writes wait

               help: by itself it would fire the triggers that are off here: change the rows in batches outside of the migrations, where `SET session_replication_role = replica` switches them off for one session without a lock (a superuser may do that)

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn what_the_version_has_made_is_free() {
    check(
        "CREATE TABLE tags (id int, name text);\nINSERT INTO tags VALUES (1, 'a');\nCREATE INDEX tags_name ON tags (name);\nALTER TABLE tags ALTER name SET NOT NULL;\nUPDATE tags SET name = 'b';\nALTER TABLE tags ALTER id TYPE bigint;",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}

#[test]
fn what_the_version_has_emptied_is_free() {
    check(
        "SET LOCAL lock_timeout = '2s';
TRUNCATE orders;
ALTER TABLE orders ADD COLUMN sent timestamptz NOT NULL;
CREATE UNIQUE INDEX orders_user ON orders (user_id);
ALTER TABLE orders ALTER COLUMN status TYPE varchar(9);",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
    // Rows have come since, and another table keeps its own.
    check(
        "SET LOCAL lock_timeout = '2s';
TRUNCATE orders;
INSERT INTO orders (id) VALUES (1);
CREATE INDEX orders_user ON orders (user_id);",
        expect![[r#"
            locks: 1 finding

            1. CREATE INDEX scans table orders while its transaction blocks reads and writes of table orders
               --> migrations/2_new.sql:4:1
               4 | CREATE INDEX orders_user ON orders (user_id);
                 | ^
               TRUNCATE of line 2 holds ACCESS EXCLUSIVE on table orders: reads and writes wait

               help: build it in a version of its own, while others write:

                     -- no-transaction
                     CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);

               help: or, if it stays small (in the attribute):

                     locks(allow = ["orders"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn what_another_new_version_has_made_is_noted() {
    let new = "--- 2_tags.sql\nCREATE TABLE tags (id int, name text);\n--- 3_index.sql\nCREATE INDEX tags_name ON tags (name);\n--- 4_short.sql\nALTER TABLE tags ADD COLUMN color text;\n";
    check_with(
        new,
        |suite| suite,
        expect![[r#"
        locks: ok
        locks: note: CREATE INDEX scans table tags and blocks writes of it meanwhile
           --> migrations/3_index.sql:1:1
           1 | CREATE INDEX tags_name ON tags (name);
             | ^
           it holds SHARE on table tags: writes wait
           no deployed database has it yet: it matters where the new versions are deployed one by one

           help: build it in a version of its own, while others write:

                 -- no-transaction
                 CREATE INDEX CONCURRENTLY tags_name ON tags (name);

           help: or, if it stays small (in the attribute):

                 locks(allow = ["tags"])

        locks: note: judged 3 new versions
    "#]],
    );
    let all = |suite: gauntlet_runtime::suite::Suite| {
        suite.locks(gauntlet_runtime::suite::LockRules::new().all())
    };
    check_with(
        new,
        all,
        expect![[r#"
            locks: 1 finding

            1. CREATE INDEX scans table tags and blocks writes of it meanwhile
               --> migrations/3_index.sql:1:1
               1 | CREATE INDEX tags_name ON tags (name);
                 | ^
               it holds SHARE on table tags: writes wait

               help: build it in a version of its own, while others write:

                     -- no-transaction
                     CREATE INDEX CONCURRENTLY tags_name ON tags (name);

               help: or, if it stays small (in the attribute):

                     locks(all, allow = ["tags"])

            note: the up of 4_short takes a lock for a moment, and waits for it without a limit
               --> migrations/4_short.sql:1:1
               1 | ALTER TABLE tags ADD COLUMN color text
               it holds ACCESS EXCLUSIVE on table tags: reads and writes wait
               while it waits for a transaction that uses the table, all that come after it wait as well

               help: give up after a time and deploy again, at the beginning of the script:

                     SET LOCAL lock_timeout = '2s';

            note: judged 4 new versions
        "#]],
    );
}

#[test]
fn rows_that_an_index_finds() {
    check(
        "SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN admin boolean;\nUPDATE users SET admin = true WHERE id = 1;",
        expect![[r#"
            locks: ok
            locks: note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_transaction_that_the_script_ends() {
    check(
        "ALTER TABLE users ADD COLUMN active boolean;\nCOMMIT;\nUPDATE users SET active = true;",
        expect![[r#"
            locks: ok
            locks: note: the up of 2_new takes a lock for a moment, and waits for it without a limit
               --> migrations/2_new.sql:1:1
               1 | ALTER TABLE users ADD COLUMN active boolean
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait
               while it waits for a transaction that uses the table, all that come after it wait as well

               help: give up after a time and deploy again, at the beginning of the script:

                     SET LOCAL lock_timeout = '2s';

            locks: note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_block_that_changes_rows() {
    check(
        "ALTER TABLE users ADD COLUMN active boolean;\nDO $$ BEGIN UPDATE users SET active = true; END $$;",
        expect![[r#"
            locks: 1 finding

            1. DO scans table users while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:2:1
               2 | DO $$ BEGIN UPDATE users SET active = true; END $$;
                 | ^
               ALTER TABLE of line 1 holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: move the DO to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_block_that_empties_a_table() {
    check(
        "DO $$ BEGIN TRUNCATE settings; END $$;",
        expect![[r#"
            locks: ok
            locks: note: DO rewrites table settings and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:1:1
               1 | DO $$ BEGIN TRUNCATE settings; END $$;
                 | ^
               it holds ACCESS EXCLUSIVE on table settings: reads and writes wait
               where it only empties the table, this takes a moment

               help: write the statements of the block into the script itself: this check then proposes a form that lets others work for each that has one

               help: or, if it stays small (in the attribute):

                     locks(allow = ["settings"])

            locks: note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_block_that_may_read_little() {
    check(
        "ALTER TABLE users ADD COLUMN active boolean;\nDO $$ BEGIN IF EXISTS (SELECT FROM orders WHERE user_id > 0) THEN RAISE NOTICE 'rows'; END IF; END $$;",
        expect![[r#"
            locks: ok
            locks: note: DO scans table orders while its transaction blocks reads and writes of table users
               --> migrations/2_new.sql:2:1
               2 | DO $$ BEGIN IF EXISTS (SELECT FROM orders WHERE user_id > 0) THEN RAISE NOTICE 'rows'; END IF; END $$;
                 | ^
               ALTER TABLE of line 1 holds ACCESS EXCLUSIVE on table users: reads and writes wait
               it may be over before it has read all rows

               help: move the DO to a version of its own, before or after this one: a transaction of its own holds no other lock

               help: or, if it stays small (in the attribute):

                     locks(allow = ["orders"])

            locks: note: judged 1 new version
        "#]],
    );
}

/// What a guard reads, it reads before the lock, and it stops at the first row.
#[test]
fn a_guard_in_front_of_a_change() {
    let guard =
        "IF EXISTS (SELECT FROM users WHERE age > 200) THEN RAISE EXCEPTION 'too old'; END IF;";
    check(
        &format!("DO $$ BEGIN {guard} ALTER TABLE users DROP COLUMN age; END $$;"),
        expect![[r#"
            locks: ok
            locks: note: DO scans table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:1:1
               1 | DO $$ BEGIN IF EXISTS (SELECT FROM users WHERE age > 200) THEN RAISE EXCEPTION 'too old'; END IF; ALTER TABLE users DROP COLUMN age; END $$;
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait
               it may be over before it has read all rows

               help: write the statements of the block into the script itself: this check then proposes a form that lets others work for each that has one

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            locks: note: judged 1 new version
        "#]],
    );
    check(
        &format!("DO $$ BEGIN {guard} ALTER TABLE users ALTER age SET NOT NULL; END $$;"),
        expect![[r#"
            locks: 1 finding

            1. DO scans table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:1:1
               1 | DO $$ BEGIN IF EXISTS (SELECT FROM users WHERE age > 200) THEN RAISE EXCEPTION 'too old'; END IF; ALTER TABLE users ALTER age SET NOT NULL; END $$;
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: write the statements of the block into the script itself: this check then proposes a form that lets others work for each that has one

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn each_transaction_of_a_script_counts_its_own_scans() {
    check(
        "ALTER TABLE users ALTER COLUMN email SET NOT NULL;\nCOMMIT;\nSET lock_timeout = '2s';\nALTER TABLE users ADD COLUMN nick text;\nCOMMIT;\nALTER TABLE users ALTER COLUMN age SET NOT NULL;\nRESET lock_timeout;",
        expect![[r#"
            locks: 2 findings

            help: or, if it stays small (in the attribute):

                  locks(allow = ["users"])

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

            2. ALTER TABLE scans table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:6:1
               6 | ALTER TABLE users ALTER COLUMN age SET NOT NULL;
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: add a constraint that says so, without checking the rows that exist:

                     ALTER TABLE users ADD CONSTRAINT users_age_not_null CHECK (age IS NOT NULL) NOT VALID;

               help: check them in another version, while others read and write:

                     ALTER TABLE users VALIDATE CONSTRAINT users_age_not_null;

               help: then the constraint proves that no row is null, and nothing is scanned:

                     ALTER TABLE users ALTER COLUMN age SET NOT NULL;
                     ALTER TABLE users DROP CONSTRAINT users_age_not_null;

            note: judged 1 new version
        "#]],
    );
}
