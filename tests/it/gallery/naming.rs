//! The defect gallery of `naming`.

use expect_test::expect;
use gauntlet::naming::{NameKind, NamingRules};
use gauntlet_runtime::checks::Check::Naming;
use gauntlet_runtime::suite::Suite;

use crate::support::{check, check_with};

#[test]
fn names_that_follow_the_rules_pass() {
    check(
        Naming,
        r#"
--- 1_users.sql
CREATE TABLE users (
    id bigserial PRIMARY KEY,
    email text NOT NULL UNIQUE,
    age int CHECK (age > 0),
    CONSTRAINT chk_users_email CHECK (email <> '')
);
CREATE TABLE posts (
    id int CONSTRAINT pk_posts PRIMARY KEY,
    user_id bigint REFERENCES users (id),
    author_id bigint CONSTRAINT fk_posts_author REFERENCES users (id)
);
CREATE INDEX ON posts (user_id);
CREATE INDEX idx_posts_author ON posts (author_id);
CREATE UNIQUE INDEX uq_users_lower ON users (lower(email));
"#,
        expect![[r#"
            naming: ok
        "#]],
    );
}

#[test]
fn names_that_break_the_default_rules() {
    check(
        Naming,
        r#"
--- 1_users.sql
CREATE TABLE users (
    id int CONSTRAINT the_key PRIMARY KEY,
    email text CONSTRAINT one_email UNIQUE,
    CONSTRAINT email_is_there CHECK (email <> '')
);
CREATE TABLE posts (id int PRIMARY KEY, user_id int CONSTRAINT "to users" REFERENCES users (id));
CREATE INDEX posts_by_user ON posts (user_id);
"#,
        expect![[r#"
            naming: 5 findings

            help: to accept the names that exist (in the attribute):

                  naming(except = ["email_is_there", "one_email", "posts_by_user", "the_key", "to users"])

            1. the index posts_by_user on posts breaks the naming rule
               --> migrations/1_users.sql:7:14
                 expected  idx_… or uq_… or …_idx or …_pkey or …_key
                 actual    posts_by_user

               help: rename it in a migration:

                     ALTER INDEX posts_by_user RENAME TO idx_posts_user_id;

            2. the unique constraint one_email on users breaks the naming rule
               --> migrations/1_users.sql:3:27
                 expected  uq_… or …_key
                 actual    one_email

               help: rename it in a migration:

                     ALTER TABLE users RENAME CONSTRAINT one_email TO uq_users_email;

            3. the foreign key "to users" on posts breaks the naming rule
               --> migrations/1_users.sql:6:64
                 expected  fk_… or …_fkey
                 actual    to users

               help: rename it in a migration:

                     ALTER TABLE posts RENAME CONSTRAINT "to users" TO fk_posts_user_id;

            4. the check constraint email_is_there on users breaks the naming rule
               --> migrations/1_users.sql:4:16
                 expected  chk_… or …_check
                 actual    email_is_there

               help: rename it in a migration:

                     ALTER TABLE users RENAME CONSTRAINT email_is_there TO chk_email_is_there;

            5. the primary key the_key on users breaks the naming rule
               --> migrations/1_users.sql:2:23
                 expected  pk_… or …_pkey
                 actual    the_key

               help: rename it in a migration:

                     ALTER TABLE users RENAME CONSTRAINT the_key TO pk_users;
        "#]],
    );
}

#[test]
fn the_right_name_is_told_where_a_template_gives_it() {
    check_with(
        Naming,
        r#"
--- 1_users.sql
CREATE TABLE users (id int PRIMARY KEY, email text, "Name" text);
CREATE INDEX users_mail ON users (email);
CREATE UNIQUE INDEX users_name ON users (email, "Name");
ALTER TABLE users ADD CONSTRAINT u UNIQUE (email);
"#,
        |suite| {
            suite.naming(
                NamingRules::none()
                    .template(NameKind::Index, "idx_{table}_{columns}")
                    .template(NameKind::Unique, "uq_{table}_{columns}"),
            )
        },
        expect![[r#"
            naming: 2 findings

            help: to accept the names that exist (in the attribute):

                  naming(except = ["u", "users_mail", "users_name"])

            1. 2 of 2 indexes break the naming rule: idx_{table}_{columns}
               --> migrations/1_users.sql:2:14
               users_mail on users, users_name on users

               help: rename them in a migration:

                     ALTER INDEX users_mail RENAME TO idx_users_email;
                     ALTER INDEX users_name RENAME TO "idx_users_email_Name";

            2. the unique constraint u on users breaks the naming rule
               --> migrations/1_users.sql:4:34
                 expected  uq_users_email (by the rule uq_{table}_{columns})
                 actual    u

               help: rename it in a migration:

                     ALTER TABLE users RENAME CONSTRAINT u TO uq_users_email;
        "#]],
    );
}

#[test]
fn postgres_own_names_can_be_demanded() {
    check_with(
        Naming,
        r"
--- 1_users.sql
CREATE TABLE users (id int PRIMARY KEY, email text);
CREATE INDEX idx_users_email ON users (email);
CREATE SEQUENCE numbers;
",
        |suite| suite.naming(NamingRules::postgres()),
        expect![[r#"
            naming: 2 findings

            help: to accept the names that exist (in the attribute):

                  naming(except = ["idx_users_email", "numbers"])

            1. the index idx_users_email on users breaks the naming rule
               --> migrations/1_users.sql:2:14
                 expected  users_email_idx (by the rule {table}_{columns}_idx)
                 actual    idx_users_email

               help: rename it in a migration:

                     ALTER INDEX idx_users_email RENAME TO users_email_idx;

            2. the sequence numbers breaks the naming rule
               --> migrations/1_users.sql:3:17
                 expected  …_seq
                 actual    numbers

               help: rename it in a migration:

                     ALTER SEQUENCE numbers RENAME TO numbers_seq;
        "#]],
    );
}

#[test]
fn a_name_that_postgres_cut_is_a_note() {
    check(
        Naming,
        r"
--- 1_users.sql
CREATE TABLE users (id int PRIMARY KEY, email text);
CREATE INDEX idx_users_email_with_a_name_that_is_longer_than_postgresql_keeps ON users (email);
",
        expect![[r#"
            naming: ok
            naming: note: PostgreSQL cut the name of the index idx_users_email_with_a_name_that_is_longer_than_postgresql_keep on users to 63 bytes
               --> migrations/1_users.sql:2:14

               help: give it a shorter name
        "#]],
    );
}

#[test]
fn a_name_that_postgres_cut_is_judged_as_it_was_written() {
    let files = r"
--- 1_users.sql
CREATE TABLE users (id int PRIMARY KEY, email text);
CREATE INDEX lookup_of_users_by_their_email_address_for_the_weekly_newsletter_idx ON users (email);
";
    let rule = |prefixes: &'static [&str], suffixes: &'static [&str]| {
        let rules = NamingRules::none().affixes(NameKind::Index, prefixes, suffixes);
        move |suite: Suite| suite.naming(rules.clone())
    };
    check_with(
        Naming,
        files,
        rule(&[], &["_idx"]),
        expect![[r#"
        naming: ok
        naming: note: PostgreSQL cut the name of the index lookup_of_users_by_their_email_address_for_the_weekly_newslette on users to 63 bytes
           --> migrations/1_users.sql:2:14

           help: give it a shorter name
    "#]],
    );
    check_with(
        Naming,
        files,
        rule(&["idx_"], &[]),
        expect![[r#"
            naming: 1 finding

            1. the index lookup_of_users_by_their_email_address_for_the_weekly_newslette on users breaks the naming rule
               --> migrations/1_users.sql:2:14
                 expected  idx_…
                 actual    lookup_of_users_by_their_email_address_for_the_weekly_newsletter_idx

               help: rename it in a migration:

                     ALTER INDEX lookup_of_users_by_their_email_address_for_the_weekly_newslette RENAME TO idx_users_email;

               help: to accept the names that exist (in the attribute):

                     naming(except = ["lookup_of_users_by_their_email_address_for_the_weekly_newsletter_idx"])
        "#]],
    );
}

#[test]
fn the_place_is_that_of_the_right_table() {
    check(
        Naming,
        r"
--- 1_teams.sql
CREATE TABLE teams (id int PRIMARY KEY, size int CONSTRAINT positive CHECK (size >= 0));
--- 2_people.sql
CREATE TABLE people (id int PRIMARY KEY, age int, CONSTRAINT positive CHECK (age >= 0));
--- 3_users.sql
ALTER TABLE people RENAME TO users;
",
        expect![[r#"
            naming: 1 finding

            1. 2 of 2 check constraints break the naming rule: chk_… or …_check
               --> migrations/1_teams.sql:1:61
               positive on teams, positive on users

               help: rename them in a migration:

                     ALTER TABLE teams RENAME CONSTRAINT positive TO chk_positive;
                     ALTER TABLE users RENAME CONSTRAINT positive TO chk_positive;

               help: to accept the names that exist (in the attribute):

                     naming(except = ["positive"])
        "#]],
    );
}

/// Where another table had a constraint of the same name before, the place is that of the table that has it now, also under
/// the name that the table had then.
#[test]
fn the_place_is_that_of_the_table_by_its_earlier_name() {
    check(
        Naming,
        r"
--- 1_teams.sql
CREATE TABLE teams (id int PRIMARY KEY, size int CONSTRAINT positive CHECK (size >= 0));
--- 2_people.sql
CREATE TABLE people (id int PRIMARY KEY, age int, CONSTRAINT positive CHECK (age >= 0));
--- 3_users.sql
ALTER TABLE people RENAME TO users;
DROP TABLE teams;
",
        expect![[r#"
            naming: 1 finding

            1. the check constraint positive on users breaks the naming rule
               --> migrations/2_people.sql:1:62
                 expected  chk_… or …_check
                 actual    positive

               help: rename it in a migration:

                     ALTER TABLE users RENAME CONSTRAINT positive TO chk_positive;

               help: to accept the names that exist (in the attribute):

                     naming(except = ["positive"])
        "#]],
    );
}
