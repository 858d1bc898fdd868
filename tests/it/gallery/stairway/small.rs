//! The defect gallery of `stairway`: what a down easily forgets, such as privileges, triggers and comments.

use expect_test::expect;
use gauntlet_runtime::checks::Check::Stairway;

use crate::support::{Case, check};

#[test]
fn small_things_that_stay() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
CREATE INDEX idx_users_email ON users (email) WHERE email <> '';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
--- 1_users.down.sql
DROP TABLE users;
DROP FUNCTION touch;
--- 2_trigger.up.sql
ALTER TABLE users DISABLE TRIGGER touch;
UPDATE users SET email = lower(email);
--- 2_trigger.down.sql
UPDATE users SET email = lower(email);
--- 3_index.up.sql
DROP INDEX idx_users_email;
CREATE UNIQUE INDEX idx_users_email ON users (lower(email));
--- 3_index.down.sql
DROP INDEX idx_users_email;
CREATE INDEX idx_users_email ON users (email);
--- 4_comment.up.sql
COMMENT ON TABLE users IS 'people';
ALTER TABLE users ADD CONSTRAINT chk_users_id CHECK (id > 0);
--- 4_comment.down.sql
ALTER TABLE users DROP CONSTRAINT chk_users_id;
",
        expect![[r#"
            stairway: 3 findings

            1. the down of 2_trigger changes nothing, although the up changed the schema
               --> migrations/2_trigger.down.sql

               help: a down that restores the schema (a down may be edited even if it has shipped):

                     ALTER TABLE users ENABLE TRIGGER touch;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [2]

            2. the down of 3_index does not restore the schema
               --> migrations/3_index.down.sql

               index idx_users_email on users: predicate
                 expected  email <> ''::text
                 actual    (none)

               help: add to the down script, which may be edited even if it has shipped:

                     DROP INDEX idx_users_email;
                     CREATE INDEX idx_users_email ON users (email) WHERE email <> ''::text;

            3. the down of 4_comment does not restore the schema
               --> migrations/4_comment.down.sql

               table users: comment
                 expected  (none)
                 actual    people

               help: add to the down script, which may be edited even if it has shipped:

                     COMMENT ON TABLE users IS NULL;
        "#]],
    );
}

#[test]
fn a_trigger_that_stays_disabled() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
--- 1_users.down.sql
DROP TABLE users;
DROP FUNCTION touch;
--- 2_email.up.sql
ALTER TABLE users DISABLE TRIGGER touch;
ALTER TABLE users ADD COLUMN email text;
--- 2_email.down.sql
ALTER TABLE users DROP COLUMN email;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_email does not restore the schema
               --> migrations/2_email.down.sql

               trigger touch on users: enabled
                 expected  yes
                 actual    no

               help: add to the down script, which may be edited even if it has shipped:

                     ALTER TABLE users ENABLE TRIGGER touch;
        "#]],
    );
}

/// ALL are also the triggers that check foreign keys, which `pg_dump` does not show.
#[test]
fn foreign_keys_that_are_not_checked_any_more() {
    check(
        Stairway,
        r"
--- 1_orders.up.sql
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
--- 1_orders.down.sql
DROP TABLE orders;
DROP TABLE users;
DROP FUNCTION touch;
--- 2_note.up.sql
ALTER TABLE orders DISABLE TRIGGER ALL;
ALTER TABLE orders ADD COLUMN note text;
UPDATE orders SET note = '';
ALTER TABLE orders ENABLE TRIGGER USER;
--- 2_note.down.sql
ALTER TABLE orders DROP COLUMN note;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_note does not restore the schema
               --> migrations/2_note.down.sql

               table orders: constraint triggers
                 expected  (none)
                 actual    disabled: foreign keys are not checked

               help: end the up with ENABLE TRIGGER ALL, or production goes on with foreign keys that nothing checks

               help: add to the down script, which may be edited even if it has shipped:

                     ALTER TABLE orders ENABLE TRIGGER ALL;
        "#]],
    );
    check(
        Stairway,
        r"
--- 1_orders.up.sql
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users);
--- 1_orders.down.sql
DROP TABLE orders;
DROP TABLE users;
--- 2_note.up.sql
ALTER TABLE orders DISABLE TRIGGER ALL;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ENABLE TRIGGER ALL;
--- 2_note.down.sql
ALTER TABLE orders DROP COLUMN note;
",
        expect![[r#"
            stairway: ok
        "#]],
    );
}

#[test]
fn privileges_that_stay() {
    check(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_grant.up.sql
GRANT SELECT ON users TO PUBLIC;
ALTER TABLE users ADD COLUMN a int;
--- 2_grant.down.sql
ALTER TABLE users DROP COLUMN a;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 2_grant does not restore the schema
               --> migrations/2_grant.down.sql

               table users: privileges of PUBLIC
                 expected  (none)
                 actual    SELECT

               help: add to the down script, which may be edited even if it has shipped:

                     REVOKE SELECT ON TABLE users FROM PUBLIC;
        "#]],
    );
}

#[test]
fn default_privileges_that_stay() {
    Case::new(
        Stairway,
        r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
--- 2_grant.up.sql
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
ALTER TABLE users ADD COLUMN a int;
--- 2_grant.down.sql
ALTER TABLE users DROP COLUMN a;
",
    )
    .database_only()
    .expect(expect![[r#"
        stairway: 1 finding

        1. the down of 2_grant does not restore the schema
           --> migrations/2_grant.down.sql

           default privilege tables: left behind
             SELECT to PUBLIC

           help: add to the down script, which may be edited even if it has shipped:

                 ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM PUBLIC;
    "#]]);
}

#[test]
fn notices_stand_with_what_they_explain() {
    check(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE users (id int);
--- 1_a.down.sql
DROP TABLE users;
--- 2_b.up.sql
DROP VIEW IF EXISTS unrelated;
CREATE TABLE IF NOT EXISTS users (id int, email text);
--- 2_b.down.sql
DROP TABLE IF EXISTS users;
--- 3_c.up.sql
CREATE TABLE teams (id int);
CREATE VIEW all_teams AS SELECT id FROM teams;
--- 3_c.down.sql
DROP VIEW all_teams;
DROP TABLE teams;
--- 4_d.up.sql
DROP TABLE teams CASCADE;
--- 4_d.down.sql
CREATE TABLE teams (id int);
",
        expect![[r#"
            stairway: 2 findings

            1. the down of 2_b does not restore the schema
               --> migrations/2_b.down.sql
               the up then creates a different schema when it runs again:
                 column users.email: created only the second time
               the server says of the up: NOTICE: relation "users" already exists, skipping

               table users: not restored
                 (id integer)

               help: add to the down script, which may be edited even if it has shipped:

                     CREATE TABLE users (
                         id integer
                     );

            2. the down of 4_d does not restore the schema
               --> migrations/4_d.down.sql
               the server says of the up: NOTICE: drop cascades to view all_teams

               view all_teams: not restored
                 SELECT teams.id
                   FROM teams;

               help: add to the down script, which may be edited even if it has shipped:

                     CREATE VIEW all_teams AS
                      SELECT teams.id
                        FROM teams;
        "#]],
    );
    // Those before an error.
    check(
        Stairway,
        r"
--- 1_a.up.sql
CREATE TABLE IF NOT EXISTS long_name_of_a_table_that_is_used_for_the_monthly_report_of_all_sales (id int);
DO $$ BEGIN RAISE WARNING 'the old table is still there'; END $$;
CREATE TABLE long_name_of_a_table_that_is_used_for_the_monthly_report_of_all_refunds (id int);
--- 1_a.down.sql
DROP TABLE long_name_of_a_table_that_is_used_for_the_monthly_report_of_all_sales;
",
        expect![[r#"
            stairway: 1 finding

            1. the up of 1_a fails
               --> migrations/1_a.up.sql:3:1
               3 | CREATE TABLE long_name_of_a_table_that_is_used_for_the_monthly_report_of_all_refunds (id int);
                 | ^
               NOTICE: identifier "long_name_of_a_table_that_is_used_for_the_monthly_report_of_all_sales" will be truncated to "long_name_of_a_table_that_is_used_for_the_monthly_report_of_all"
               NOTICE: identifier "long_name_of_a_table_that_is_used_for_the_monthly_report_of_all_refunds" will be truncated to "long_name_of_a_table_that_is_used_for_the_monthly_report_of_all"
               WARNING: the old table is still there
               ERROR 42P07: relation "long_name_of_a_table_that_is_used_for_the_monthly_report_of_all" already exists

               help: correct the up script: it fails in every database that has the versions before it
        "#]],
    );
}

#[test]
fn equal_changes_are_one_and_the_short_way_out_stands_first() {
    let columns = (1..=31).map(|n| format!("c{n} int NOT NULL")).collect::<Vec<_>>().join(", ");
    let (mut up, mut down) = (String::new(), String::new());
    for n in 1..=31 {
        up.push_str(&format!("ALTER TABLE t ALTER c{n} DROP NOT NULL;\n"));
        down.push_str(&format!("CREATE TABLE t{n} (id int);\n"));
    }
    let files = format!(
        "--- 1_t.up.sql\nCREATE TABLE t ({columns});\n--- 1_t.down.sql\nDROP TABLE t;\n\
         --- 2_null.up.sql\n{up}CREATE TABLE u (id int);\n--- 2_null.down.sql\nDROP TABLE u;\n\
         --- 3_many.up.sql\n{down}--- 3_many.down.sql\n"
    );
    check(
        Stairway,
        &files,
        expect![[r#"
            stairway: 2 findings

            1. the down of 2_null does not restore the schema
               --> migrations/2_null.down.sql

               31 columns: nullability
                 t.c1, t.c10, t.c11, t.c12, t.c13, t.c14, t.c15, t.c16, t.c17, t.c18 and 21 more
                 expected  NOT NULL
                 actual    NULL

               help: add to the down script, which may be edited even if it has shipped:

                     -- rows in which c1 is null need a value first
                     ALTER TABLE t ALTER COLUMN c1 SET NOT NULL;
                     -- rows in which c10 is null need a value first
                     ALTER TABLE t ALTER COLUMN c10 SET NOT NULL;
                     -- rows in which c11 is null need a value first
                     ALTER TABLE t ALTER COLUMN c11 SET NOT NULL;
                     -- rows in which c12 is null need a value first
                     ALTER TABLE t ALTER COLUMN c12 SET NOT NULL;
                     -- rows in which c13 is null need a value first
                     ALTER TABLE t ALTER COLUMN c13 SET NOT NULL;
                     -- rows in which c14 is null need a value first
                     ALTER TABLE t ALTER COLUMN c14 SET NOT NULL;
                     -- rows in which c15 is null need a value first
                     ALTER TABLE t ALTER COLUMN c15 SET NOT NULL;
                     -- rows in which c16 is null need a value first
                     ALTER TABLE t ALTER COLUMN c16 SET NOT NULL;
                     -- rows in which c17 is null need a value first
                     ALTER TABLE t ALTER COLUMN c17 SET NOT NULL;
                     -- rows in which c18 is null need a value first
                     ALTER TABLE t ALTER COLUMN c18 SET NOT NULL;
                     -- rows in which c19 is null need a value first
                     ALTER TABLE t ALTER COLUMN c19 SET NOT NULL;
                     -- rows in which c2 is null need a value first
                     ALTER TABLE t ALTER COLUMN c2 SET NOT NULL;
                     -- rows in which c20 is null need a value first
                     ALTER TABLE t ALTER COLUMN c20 SET NOT NULL;
                     -- rows in which c21 is null need a value first
                     ALTER TABLE t ALTER COLUMN c21 SET NOT NULL;
                     -- rows in which c22 is null need a value first
                     ALTER TABLE t ALTER COLUMN c22 SET NOT NULL;
                     -- rows in which c23 is null need a value first
                     ALTER TABLE t ALTER COLUMN c23 SET NOT NULL;
                     -- rows in which c24 is null need a value first
                     ALTER TABLE t ALTER COLUMN c24 SET NOT NULL;
                     -- rows in which c25 is null need a value first
                     ALTER TABLE t ALTER COLUMN c25 SET NOT NULL;
                     -- rows in which c26 is null need a value first
                     ALTER TABLE t ALTER COLUMN c26 SET NOT NULL;
                     -- rows in which c27 is null need a value first
                     ALTER TABLE t ALTER COLUMN c27 SET NOT NULL;
                     -- … 22 more lines: GAUNTLET_JSON=path writes all of it to a file

            2. 3_many has an empty down script
               --> migrations/3_many.down.sql

               help: declare the version irreversible (in the attribute):

                     irreversible = [3]

               help: or add a down that restores the schema:

                     -- the rows of table 't1' are lost
                     DROP TABLE t1;
                     -- the rows of table 't10' are lost
                     DROP TABLE t10;
                     -- the rows of table 't11' are lost
                     DROP TABLE t11;
                     -- the rows of table 't12' are lost
                     DROP TABLE t12;
                     -- the rows of table 't13' are lost
                     DROP TABLE t13;
                     -- the rows of table 't14' are lost
                     DROP TABLE t14;
                     -- the rows of table 't15' are lost
                     DROP TABLE t15;
                     -- the rows of table 't16' are lost
                     DROP TABLE t16;
                     -- the rows of table 't17' are lost
                     DROP TABLE t17;
                     -- the rows of table 't18' are lost
                     DROP TABLE t18;
                     -- the rows of table 't19' are lost
                     DROP TABLE t19;
                     -- the rows of table 't2' are lost
                     DROP TABLE t2;
                     -- the rows of table 't20' are lost
                     DROP TABLE t20;
                     -- the rows of table 't21' are lost
                     DROP TABLE t21;
                     -- the rows of table 't22' are lost
                     DROP TABLE t22;
                     -- the rows of table 't23' are lost
                     DROP TABLE t23;
                     -- the rows of table 't24' are lost
                     DROP TABLE t24;
                     -- the rows of table 't25' are lost
                     DROP TABLE t25;
                     -- the rows of table 't26' are lost
                     DROP TABLE t26;
                     -- the rows of table 't27' are lost
                     DROP TABLE t27;
                     -- … 22 more lines: GAUNTLET_JSON=path writes all of it to a file
        "#]],
    );
}
