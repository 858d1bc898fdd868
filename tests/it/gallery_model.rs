//! The defect gallery of the checks that compare with a model: `up_to_date`, `check_constraints`, `enum_values`.

use expect_test::expect;
use gauntlet::checks::Check::{CheckConstraints, EnumValues, UpToDate};

use crate::support::check;

const HISTORY: &str = r"
--- 1_users.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    mood mood NOT NULL DEFAULT 'ok',
    CONSTRAINT chk_users_email CHECK (email LIKE '%@%')
);
CREATE INDEX idx_users_email ON users (lower(email));
CREATE VIEW happy_users AS SELECT id, email FROM users WHERE mood = 'happy';
";

fn with_model(model: &str) -> String {
    format!("{HISTORY}--- /schema.sql\n{model}")
}

const EQUAL: &str = r"
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE users (
    id int8 GENERATED ALWAYS AS IDENTITY,
    email text NOT NULL CONSTRAINT chk_users_email CHECK (email ~~ '%@%'),
    mood mood DEFAULT 'ok'::mood NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX idx_users_email ON users USING btree (lower(email));
CREATE VIEW happy_users AS SELECT u.id, u.email FROM users u WHERE u.mood = 'happy';
";

#[test]
fn an_equal_model_passes() {
    let equal = EQUAL.replace("u.", "users.").replace("users u ", "users ");
    for check_ in [UpToDate, CheckConstraints, EnumValues] {
        let project = crate::support::Case::new(check_, &with_model(&equal));
        project.expect_ok();
    }
}

#[test]
fn a_model_that_is_ahead_or_behind() {
    check(
        UpToDate,
        &with_model(
            r"
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(200),
    mood mood NOT NULL DEFAULT 'happy',
    nick text,
    CONSTRAINT chk_users_email CHECK (email LIKE '%@%')
);
CREATE INDEX idx_users_mail ON users (lower(email));
CREATE TABLE posts (id int PRIMARY KEY, user_id bigint REFERENCES users (id));
",
        ),
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's

               table posts is missing
                 expected  there
                 actual    (none)
               column users.email: not null
                 expected  (none)
                 actual    yes
               column users.email: type
                 expected  character varying(200)
                 actual    text
               column users.mood: default
                 expected  'happy'::mood
                 actual    'ok'::mood
               column users.nick is missing
                 expected  text
                 actual    (none)
               constraint chk_users_email on users: definition
                 expected  CHECK (((email)::text ~~ '%@%'::text))
                 actual    CHECK ((email ~~ '%@%'::text))
               index idx_users_email on users is not expected
                 expected  (none)
                 actual    CREATE INDEX idx_users_email ON users USING btree (lower(email))
               index idx_users_mail on users is missing
                 expected  CREATE INDEX idx_users_mail ON users USING btree (lower(email::text))
                 actual    (none)
               view happy_users is not expected
                 expected  (none)
                 actual  
                     SELECT users.id,
                        users.email
                       FROM users
                      WHERE (users.mood = 'happy'::mood);

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
        "#]],
    );
}

#[test]
fn a_view_and_a_function_that_differ() {
    check(
        UpToDate,
        &format!(
            "{HISTORY}{}",
            r"
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    a := a + 1;
    a := a * 2;
    RETURN a;
END
$$;
--- /schema.sql
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    mood mood NOT NULL DEFAULT 'ok',
    CONSTRAINT chk_users_email CHECK (email LIKE '%@%')
);
CREATE INDEX idx_users_email ON users (lower(email));
CREATE VIEW happy_users AS SELECT id, email FROM users WHERE mood <> 'sad';
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    a := a + 1;
    a := a * 3;
    RETURN a;
END
$$;
"
        ),
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head is not the model's

               function f(integer): body
                 expected

                    BEGIN
                        a := a + 1;
                        a := a * 3;
                        RETURN a;
                    END
                 actual  

                    BEGIN
                        a := a + 1;
                        a := a * 2;
                        RETURN a;
                    END
               view happy_users: definition
                 expected
                     SELECT users.id,
                        users.email
                       FROM users
                      WHERE (users.mood <> 'sad'::mood);
                 actual  
                     SELECT users.id,
                        users.email
                       FROM users
                      WHERE (users.mood = 'happy'::mood);

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
        "#]],
    );
}

#[test]
fn a_model_that_does_not_load() {
    check(UpToDate, &with_model("CREATE TABLE users (id int);\nCREATE TABLE posts (id itn);\n"), expect![[r#"
        up_to_date could not look:

          failed to load the model
            at schema.sql:2:24
            2 | CREATE TABLE posts (id itn);
            ERROR 42704: type "itn" does not exist
    "#]]);
}

#[test]
fn a_history_that_does_not_reach_head() {
    check(
        UpToDate,
        &format!("{}--- 2_x.sql\nALTER TABLE user ADD COLUMN a int;\n", with_model(EQUAL)),
        expect![[r#"
            up_to_date could not look:

              failed to run the up of version 2 x
                at migrations/2_x.sql:1:13
                1 | ALTER TABLE user ADD COLUMN a int;
                  |             ^
                ERROR 42601: syntax error at or near "user"
                caused by: while executing migration 2: error returned from database: syntax error at or near "user" at line 1188
        "#]],
    );
}

#[test]
fn check_constraints_by_name_and_by_expression() {
    let changed = EQUAL.replace("~~ '%@%'", "<> ''");
    check(CheckConstraints, &with_model(&changed), expect![[r#"
        check_constraints: 1 finding

        1. the CHECK constraints at head are not the model's

           constraint chk_users_email on users: definition
             expected  CHECK ((email <> ''::text))
             actual    CHECK ((email ~~ '%@%'::text))

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]]);
    let renamed = EQUAL.replace("chk_users_email", "chk_email");
    check(CheckConstraints, &with_model(&renamed), expect![[r#"
        check_constraints: 1 finding

        1. the CHECK constraints at head are not the model's

           constraint chk_email on users is there under the name chk_users_email
             expected  (none)
             actual    (none)

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]]);
    let more = EQUAL.replace("PRIMARY KEY (id)", "PRIMARY KEY (id), CONSTRAINT chk_id CHECK (id > 0)");
    check(CheckConstraints, &with_model(&more), expect![[r#"
        check_constraints: 1 finding

        1. the CHECK constraints at head are not the model's

           constraint chk_id on users is missing
             expected  CHECK ((id > 0))
             actual    (none)

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]]);
    let less = EQUAL.replace("CONSTRAINT chk_users_email CHECK (email ~~ '%@%')", "");
    check(CheckConstraints, &with_model(&less), expect![[r#"
        check_constraints: 1 finding

        1. the CHECK constraints at head are not the model's

           constraint chk_users_email on users is not expected
             expected  (none)
             actual    CHECK ((email ~~ '%@%'::text))

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]]);
}

#[test]
fn enum_labels_in_order() {
    let more = EQUAL.replace("'sad', 'ok', 'happy'", "'sad', 'ok', 'glad', 'happy'");
    check(EnumValues, &with_model(&more), expect![[r#"
        enum_values: 1 finding

        1. the enum labels at head are not the model's

           enum mood: labels
             expected  (sad, ok, glad, happy)
             actual    (sad, ok, happy)

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]]);
    let order = EQUAL.replace("'sad', 'ok', 'happy'", "'ok', 'sad', 'happy'");
    check(EnumValues, &with_model(&order), expect![[r#"
        enum_values: 1 finding

        1. the enum labels at head are not the model's

           enum mood: labels
             expected  (ok, sad, happy)
             actual    (sad, ok, happy)

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]]);
    let another = format!("CREATE TYPE size AS ENUM ('s', 'm');{EQUAL}");
    check(EnumValues, &with_model(&another), expect![[r#"
        enum_values: 1 finding

        1. the enum labels at head are not the model's

           enum size is missing
             expected  (s, m)
             actual    (none)

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head
    "#]]);
}
