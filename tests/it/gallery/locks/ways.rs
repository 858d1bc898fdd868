//! The SQL that a finding proposes, in the place of the statement: it runs, and the check passes.

use expect_test::expect;
use gauntlet_runtime::finding::{Language, Status};
use gauntlet_runtime::isolation::Isolation;

use super::{MORE, check_more, report};
use crate::support::area::run;
use crate::support::database::server;
use crate::support::oracle::{Extent, extent, major};
use crate::support::printed;

/// Statements that fail the check, and have a way without.
const STATEMENTS: [&str; 34] = [
    "CREATE INDEX users_email ON users (email)",
    "CREATE UNIQUE INDEX IF NOT EXISTS \"Users Email\" ON ONLY users USING btree (lower(email), age) INCLUDE (id) WHERE age > 0",
    "CREATE INDEX ON orders (user_id)",
    "CREATE INDEX events_what ON events (what)",
    "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE",
    "ALTER TABLE IF EXISTS ONLY orders ADD CONSTRAINT \"Buyer\" FOREIGN KEY (user_id) REFERENCES users DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE users ADD CHECK (age > 0), ADD CONSTRAINT short CHECK (length(email) < 100)",
    "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
    "ALTER TABLE users ALTER email SET NOT NULL, ALTER age SET NOT NULL",
    "ALTER TABLE users ALTER COLUMN age TYPE bigint USING age::bigint",
    "ALTER TABLE users ALTER email TYPE varchar(100)",
    "ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()",
    "ALTER TABLE users ADD grade int DEFAULT 1 CHECK (grade > 0) REFERENCES orders UNIQUE",
    "ALTER TABLE users ADD CONSTRAINT one_email UNIQUE (email, age)",
    "ALTER TABLE users ADD UNIQUE (email)",
    "ALTER TABLE users ADD grade int NOT NULL DEFAULT 1 CONSTRAINT passed CHECK (grade > 0) CONSTRAINT of_order REFERENCES orders ON DELETE SET NULL NOT DEFERRABLE",
    "ALTER TABLE users ADD nick text COLLATE \"C\" NOT NULL DEFAULT 'x' CONSTRAINT one_nick UNIQUE WITH (fillfactor = 70) DEFERRABLE",
    "ALTER TABLE users ADD code int DEFAULT 1 CHECK (code > 0), ADD serial_no int PRIMARY KEY DEFAULT 1, DROP CONSTRAINT users_pkey CASCADE",
    "ALTER TABLE users ADD UNIQUE (email, age) INCLUDE (id) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE, ADD PRIMARY KEY (id)",
    "ALTER TABLE users ADD CHECK (age > 0), ADD CHECK (age < 200), ADD CONSTRAINT later CHECK (age < 150) NOT VALID",
    "ALTER TABLE ONLY users ADD CHECK (age > 0) NO INHERIT, ALTER email SET NOT NULL",
    "ALTER TABLE events ADD UNIQUE (day)",
    "ALTER TABLE events ADD CONSTRAINT one_day PRIMARY KEY (day) WITH (fillfactor = 70)",
    "ALTER TABLE events ADD FOREIGN KEY (day) REFERENCES users (id) ON DELETE CASCADE",
    "ALTER TABLE events ADD buyer bigint DEFAULT 1 REFERENCES users",
    "ALTER TABLE shop.sales ADD CONSTRAINT one_sale UNIQUE (at, region)",
    "ALTER TABLE shop.sales ADD FOREIGN KEY (at) REFERENCES users (id)",
    "CREATE INDEX sales_item ON shop.sales (item)",
    "ALTER TABLE notes ALTER COLUMN id TYPE varchar(20)",
    "ALTER TABLE users ALTER COLUMN name TYPE varchar(20), ALTER COLUMN email TYPE varchar(50) COLLATE \"C\"",
    "REINDEX INDEX orders_by_status",
    "REFRESH MATERIALIZED VIEW totals",
    "DROP MATERIALIZED VIEW totals;\nCREATE MATERIALIZED VIEW totals AS SELECT user_id, max(id) AS last FROM orders GROUP BY user_id",
];

#[test]
fn each_passes() {
    let mut wrong = Vec::new();
    let step = if extent() == Extent::Sample { 3 } else { 1 };
    for statement in STATEMENTS.iter().step_by(step) {
        let new = format!("{MORE}--- 2_new.sql\n{statement};\n");
        let first = report(&new, Isolation::Database, |suite| suite);
        assert_eq!(first.status(), Status::Failed, "{statement}: {first:#?}");
        let mut versions = String::from(MORE);
        let codes =
            first.findings.iter().flat_map(|finding| &finding.help).filter_map(|help| {
                help.code.as_ref().filter(|code| code.language == Language::Sql)
            });
        for (number, code) in codes.enumerate() {
            versions.push_str(&format!("--- {}_step.sql\n{}\n", number + 2, code.text));
        }
        assert_ne!(versions, MORE, "{statement}");
        let then = report(&versions, Isolation::Database, |suite| suite);
        if then.status() != Status::Passed {
            let text = printed(&then);
            wrong.push(format!("{statement}\n{}\n{text}", &versions[MORE.len()..]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_domain_with_constraints() {
    check_more(
        "ALTER TABLE users ADD COLUMN points positive DEFAULT 1;",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE rewrites table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE users ADD COLUMN points positive DEFAULT 1;
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: give the column the type that its domain is made of, and the rules of the domain as CHECK constraints, NOT VALID and validated in another version: a column of a domain with constraints is written into every row

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check_more(
        "CREATE DOMAIN small AS int CHECK (VALUE < 10);\nALTER TABLE users ADD COLUMN points small NOT NULL DEFAULT 1;",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE rewrites table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:3:1
               3 | ALTER TABLE users ADD COLUMN points small NOT NULL DEFAULT 1;
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: give the column the type that its domain is made of, and the rules of the domain as CHECK constraints, NOT VALID and validated in another version: a column of a domain with constraints is written into every row

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn constraints_of_a_new_column() {
    check_more(
        "ALTER TABLE users ADD grade int NOT NULL DEFAULT 1 CONSTRAINT passed CHECK (grade > 0) REFERENCES orders ON DELETE SET NULL;",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE scans table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE users ADD grade int NOT NULL DEFAULT 1 CONSTRAINT passed CHECK (grade > 0) REFERENCES orders ON DELETE SET NULL;
                 | ^
               it holds SHARE ROW EXCLUSIVE on table orders: writes wait
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: add the column by itself, which takes a moment:

                     ALTER TABLE users ADD COLUMN grade int DEFAULT 1 NOT NULL;

               help: add it without checking the rows that exist:

                     ALTER TABLE users ADD CONSTRAINT passed CHECK (grade > 0) NOT VALID;

               help: check them in another version, while others read and write:

                     ALTER TABLE users VALIDATE CONSTRAINT passed;

               help: add it without checking the rows that exist:

                     ALTER TABLE users ADD CONSTRAINT users_grade_fkey FOREIGN KEY (grade) REFERENCES orders ON DELETE SET NULL NOT VALID;

               help: check them in another version, while others read and write:

                     ALTER TABLE users VALIDATE CONSTRAINT users_grade_fkey;

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check_more(
        "ALTER TABLE users ADD nick text COLLATE \"C\" NOT NULL DEFAULT md5(random()::text) UNIQUE WITH (fillfactor = 70);",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE rewrites table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE users ADD nick text COLLATE "C" NOT NULL DEFAULT md5(random()::text) UNIQUE WITH (fillfactor = 70);
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: add the column without a value for the rows that exist:

                     ALTER TABLE users ADD COLUMN nick text COLLATE "C";
                     ALTER TABLE users ALTER COLUMN nick SET DEFAULT md5(random()::text);

               help: fill the rows that exist: in a version of its own, or where there are many, in batches outside of the migrations

               help: build its index in a version of its own, while others write:

                     -- no-transaction
                     CREATE UNIQUE INDEX CONCURRENTLY users_nick_key ON users (nick) WITH (fillfactor = 70);

               help: then make it a constraint, which takes a moment:

                     ALTER TABLE users ADD CONSTRAINT users_nick_key UNIQUE USING INDEX users_nick_key;

               help: add a constraint that says so, without checking the rows that exist:

                     ALTER TABLE users ADD CONSTRAINT users_nick_not_null CHECK (nick IS NOT NULL) NOT VALID;

               help: check them in another version, while others read and write:

                     ALTER TABLE users VALIDATE CONSTRAINT users_nick_not_null;

               help: then the constraint proves that no row is null, and nothing is scanned:

                     ALTER TABLE users ALTER COLUMN nick SET NOT NULL;
                     ALTER TABLE users DROP CONSTRAINT users_nick_not_null;

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn other_types_of_text() {
    check_more(
        "ALTER TABLE users ALTER COLUMN name TYPE varchar(200);",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE scans table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE users ALTER COLUMN name TYPE varchar(200);
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: the longer type rewrites no row, but an index of the column with a WHERE or an expression is built again, and a CHECK is checked again: drop it before the type is changed (an index with CONCURRENTLY), which takes a moment then, and make it again: an index with CONCURRENTLY, a CHECK with NOT VALID and VALIDATE in another version

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check_more(
        "ALTER TABLE notes ALTER COLUMN id TYPE varchar(20);",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE rewrites table notes and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE notes ALTER COLUMN id TYPE varchar(20);
                 | ^
               it holds ACCESS EXCLUSIVE on table notes: reads and writes wait

               help: add a column of the new type (for an enum, a new enum type):

                     ALTER TABLE notes ADD COLUMN id_new varchar(20);

               help: let the application or a trigger write both, and copy the rows that exist in batches, outside of a migration

               help: give the new column what the old one has, or INSERT fails or writes no value after the change: the default or sequence, NOT NULL by a CHECK that is validated, its keys by indexes built with CONCURRENTLY (PRIMARY KEY USING INDEX), checks and foreign keys with NOT VALID, those that refer to it, too

               help: then let them change places, in the same transaction with DROP NOT NULL on the old one, and drop it when no code reads it any more:

                     ALTER TABLE notes RENAME COLUMN id TO id_old;
                     ALTER TABLE notes RENAME COLUMN id_new TO id;

               help: or, if it stays small (in the attribute):

                     locks(allow = ["notes"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn another_primary_key() {
    check_more(
        "ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (id, age);",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE scans table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (id, age);
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: build its index in a version of its own, while others write:

                     -- no-transaction
                     CREATE UNIQUE INDEX CONCURRENTLY users_pkey_new ON users (id, age);

               help: make its columns NOT NULL in the safe way (a CHECK that is NOT VALID, VALIDATE, SET NOT NULL), if they are not

               help: then make it a constraint, which takes a moment:

                     ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey_new;

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
    check_more(
        "ALTER TABLE notes ADD PRIMARY KEY USING INDEX notes_by_id;",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE scans table notes and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE notes ADD PRIMARY KEY USING INDEX notes_by_id;
                 | ^
               it holds ACCESS EXCLUSIVE on table notes: reads and writes wait

               help: make each column of the index notes_by_id NOT NULL in versions before this one (a CHECK that it IS NOT NULL, NOT VALID; VALIDATE; SET NOT NULL): then the index becomes the primary key without a scan

               help: or, if it stays small (in the attribute):

                     locks(allow = ["notes"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn a_key_of_a_partitioned_table() {
    // Newer servers take a stronger lock of the partitions.
    if major(&run(server())) > 15 {
        return;
    }
    check_more(
        "ALTER TABLE shop.sales ADD CONSTRAINT one_sale UNIQUE (at, region) WITH (fillfactor = 70);",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE scans table shop.sales_1_1 and table shop.sales_2 and blocks reads and writes of them meanwhile
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE shop.sales ADD CONSTRAINT one_sale UNIQUE (at, region) WITH (fillfactor = 70);
                 | ^
               it holds ACCESS EXCLUSIVE on partitioned table shop.sales: reads and writes wait
               it holds SHARE on partitioned table shop.sales_1, table shop.sales_1_1 and table shop.sales_2: writes wait

               help: make it a constraint of the partitioned table alone, which is not valid yet:

                     ALTER TABLE ONLY shop.sales ADD CONSTRAINT one_sale UNIQUE (at, region) WITH (fillfactor = 70);
                     ALTER TABLE ONLY shop.sales_1 ADD CONSTRAINT sales_1_one_sale UNIQUE (at, region) WITH (fillfactor = 70);

               help: build its index of each partition in a version of its own:

                     -- no-transaction
                     CREATE UNIQUE INDEX CONCURRENTLY sales_1_1_one_sale ON shop.sales_1_1 (at, region) WITH (fillfactor = 70);

               help: build its index of each partition in a version of its own:

                     -- no-transaction
                     CREATE UNIQUE INDEX CONCURRENTLY sales_2_one_sale ON shop.sales_2 (at, region) WITH (fillfactor = 70);

               help: make them constraints and attach them all: the constraint is valid then:

                     ALTER INDEX shop.one_sale ATTACH PARTITION shop.sales_1_one_sale;
                     ALTER TABLE shop.sales_1_1 ADD CONSTRAINT sales_1_1_one_sale UNIQUE USING INDEX sales_1_1_one_sale;
                     ALTER INDEX shop.sales_1_one_sale ATTACH PARTITION shop.sales_1_1_one_sale;
                     ALTER TABLE shop.sales_2 ADD CONSTRAINT sales_2_one_sale UNIQUE USING INDEX sales_2_one_sale;
                     ALTER INDEX shop.one_sale ATTACH PARTITION shop.sales_2_one_sale;

               help: or, if they stay small (in the attribute):

                     locks(allow = ["shop.sales_1_1", "shop.sales_2"])

            note: judged 1 new version
        "#]],
    );
    check_more(
        "ALTER TABLE events ADD FOREIGN KEY (day) REFERENCES users (id);",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE scans table events_1 and table events_2 and blocks writes of them meanwhile
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE events ADD FOREIGN KEY (day) REFERENCES users (id);
                 | ^
               it holds SHARE ROW EXCLUSIVE on partitioned table events, table events_1, table events_2 and table users: writes wait

               help: add it to each partition, without checking the rows that exist:

                     ALTER TABLE events_1 ADD CONSTRAINT events_day_fkey FOREIGN KEY (day) REFERENCES users (id) NOT VALID;
                     ALTER TABLE events_2 ADD CONSTRAINT events_day_fkey FOREIGN KEY (day) REFERENCES users (id) NOT VALID;

               help: check them in another version, while others read and write:

                     ALTER TABLE events_1 VALIDATE CONSTRAINT events_day_fkey;
                     ALTER TABLE events_2 VALIDATE CONSTRAINT events_day_fkey;

               help: then add it to the partitioned table, which takes over those of its partitions and checks nothing:

                     ALTER TABLE events ADD CONSTRAINT events_day_fkey FOREIGN KEY (day) REFERENCES users (id);

               help: or, if they stay small (in the attribute):

                     locks(allow = ["events_1", "events_2"])

            note: judged 1 new version
        "#]],
    );
}

#[test]
fn several_constraints() {
    check_more(
        "ALTER TABLE ONLY users ADD CHECK (age > 0) NO INHERIT, ADD CHECK (age < 200) NO INHERIT, ADD CONSTRAINT later CHECK (age < 150) NOT VALID;",
        expect![[r#"
            locks: 1 finding

            1. ALTER TABLE scans table users and blocks reads and writes of it meanwhile
               --> migrations/2_new.sql:2:1
               2 | ALTER TABLE ONLY users ADD CHECK (age > 0) NO INHERIT, ADD CHECK (age < 200) NO INHERIT, ADD CONSTRAINT later CHECK (age < 150) NOT VALID;
                 | ^
               it holds ACCESS EXCLUSIVE on table users: reads and writes wait

               help: add it without checking the rows that exist:

                     ALTER TABLE ONLY users ADD CONSTRAINT users_check CHECK (age > 0) NO INHERIT NOT VALID;

               help: check them in another version, while others read and write:

                     ALTER TABLE ONLY users VALIDATE CONSTRAINT users_check;

               help: add it without checking the rows that exist:

                     ALTER TABLE ONLY users ADD CONSTRAINT users_check1 CHECK (age < 200) NO INHERIT NOT VALID;

               help: check them in another version, while others read and write:

                     ALTER TABLE ONLY users VALIDATE CONSTRAINT users_check1;

               help: add it without checking the rows that exist:

                     ALTER TABLE ONLY users ADD CONSTRAINT later CHECK (age < 150) NOT VALID;

               help: or, if it stays small (in the attribute):

                     locks(allow = ["users"])

            note: judged 1 new version
        "#]],
    );
}

/// An index of a partitioned table cannot be dropped with CONCURRENTLY.
#[test]
fn an_index_that_is_dropped() {
    let new = format!("{MORE}--- 2_new.sql\nDROP INDEX events_by_what;\n");
    expect![[r#"
        locks: ok
        locks: note: the up of 2_new takes a lock for a moment, and waits for it without a limit
           --> migrations/2_new.sql:1:1
           1 | DROP INDEX events_by_what
           it holds ACCESS EXCLUSIVE on partitioned table events, table events_1 and table events_2: reads and writes wait
           while it waits for a transaction that uses the table, all that come after it wait as well

           help: give up after a time and deploy again, at the beginning of the script:

                 SET LOCAL lock_timeout = '2s';

        locks: note: judged 1 new version
    "#]]
        .assert_eq(&printed(&report(&new, Isolation::Database, |suite| suite)));
}
