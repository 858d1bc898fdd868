//! The defect gallery of `stairway`: what a down easily forgets, such as privileges, triggers, comments and roles.

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

               help: a down that restores the schema:

                     ALTER TABLE users ENABLE TRIGGER touch;

               help: or declare the version irreversible (in the attribute):

                     irreversible = [2]

            2. the down of 3_index does not restore the schema
               --> migrations/3_index.down.sql

               index idx_users_email on users: predicate
                 expected  email <> ''::text
                 actual    (none)

               help: add to the down script:

                     DROP INDEX idx_users_email;
                     CREATE INDEX idx_users_email ON users (email) WHERE email <> ''::text;

            3. the down of 4_comment does not restore the schema
               --> migrations/4_comment.down.sql

               table users: comment
                 expected  (none)
                 actual    people

               help: add to the down script:

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

               help: add to the down script:

                     ALTER TABLE users ENABLE TRIGGER touch;
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

               help: add to the down script:

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

           help: add to the down script:

                 ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM PUBLIC;
    "#]]);
}

#[test]
fn a_role_that_stays() {
    check(
        Stairway,
        r"
--- 1_reader.up.sql
CREATE TABLE users (id int PRIMARY KEY);
CREATE ROLE gallery_reader;
--- 1_reader.down.sql
DROP TABLE users;
",
        expect![[r#"
            stairway: 1 finding

            1. the down of 1_reader leaves role gallery_reader on the server
               --> migrations/1_reader.down.sql
               a role belongs to the whole server, and stays when this database is dropped
               the up then fails when it runs again: migrations/1_reader.up.sql:2:1
               ERROR 42710: role "gallery_reader" already exists

               help: add to the down script:

                     DROP ROLE "gallery_reader";
        "#]],
    );
}
