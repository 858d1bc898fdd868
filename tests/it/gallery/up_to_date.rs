//! The defect gallery of `up_to_date`.

use expect_test::expect;
use gauntlet_runtime::checks::Check::UpToDate;
use gauntlet_runtime::finding::Status;

use super::mood::{self, EQUAL, HISTORY, with_model};
use crate::support::{Project, check, check_with};

#[test]
fn an_equal_model_passes() {
    mood::an_equal_model_passes(UpToDate);
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

            1. the schema at head does not match the model

               table posts: in the model but not at head
                 (id integer, user_id bigint)
               column users.email: nullability
                 expected  NULL
                 actual    NOT NULL
               column users.email: type
                 expected  character varying(200)
                 actual    text
               column users.mood: default
                 expected  'happy'::mood
                 actual    'ok'::mood
               column users.nick: in the model but not at head
                 text
               constraint chk_users_email on users: definition
                 expected  CHECK (((email)::text ~~ '%@%'::text))
                 actual    CHECK ((email ~~ '%@%'::text))
               index idx_users_email on users: at head but not in the model
                 CREATE INDEX idx_users_email ON users USING btree (lower(email))
               index idx_users_mail on users: in the model but not at head
                 CREATE INDEX idx_users_mail ON users USING btree (lower(email::text))
               view happy_users: at head but not in the model
                 SELECT u.id,
                    u.email
                   FROM (users u
                     CROSS JOIN users v)
                  WHERE (u.mood = 'happy'::mood);

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     DROP VIEW happy_users;
                     DROP INDEX idx_users_email;
                     ALTER TABLE users DROP CONSTRAINT chk_users_email;
                     CREATE TABLE posts (
                         id integer NOT NULL,
                         user_id bigint,
                         CONSTRAINT posts_pkey PRIMARY KEY (id)
                     );
                     -- rows whose email does not fit character varying(200) need another value first
                     ALTER TABLE users ALTER COLUMN email TYPE character varying(200) USING email::character varying(200);
                     ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
                     ALTER TABLE users ALTER COLUMN mood SET DEFAULT 'happy'::mood;
                     ALTER TABLE users ADD COLUMN nick text;
                     ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
                     -- rows that break chk_users_email need other values first
                     ALTER TABLE users ADD CONSTRAINT chk_users_email CHECK (((email)::text ~~ '%@%'::text));
                     CREATE INDEX idx_users_mail ON users (lower(email::text));
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
CREATE VIEW happy_users AS SELECT u.id, u.email FROM users u CROSS JOIN users v WHERE u.mood <> 'sad';
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

            1. the schema at head does not match the model

               function f(integer): body (- expected, + actual)
                   BEGIN
                       a := a + 1;
                 -     a := a * 3;
                 +     a := a * 2;
                       RETURN a;
                   END
               view happy_users: definition (- expected, + actual)
                     FROM (users u
                       CROSS JOIN users v)
                 -  WHERE (u.mood <> 'sad'::mood);
                 +  WHERE (u.mood = 'happy'::mood);

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     CREATE OR REPLACE FUNCTION f(a integer)
                     RETURNS integer
                     LANGUAGE plpgsql
                     AS $$
                     BEGIN
                         a := a + 1;
                         a := a * 3;
                         RETURN a;
                     END
                     $$;
                     CREATE OR REPLACE VIEW happy_users AS
                      SELECT u.id,
                         u.email
                        FROM (users u
                          CROSS JOIN users v)
                       WHERE (u.mood <> 'sad'::mood);
        "#]],
    );
}

#[test]
fn a_model_that_does_not_load() {
    check(
        UpToDate,
        &with_model("CREATE TABLE users (id int);\nCREATE TABLE posts (id itn);\n"),
        expect![[r#"
            up_to_date could not run:

               failed to load the model
                 at schema.sql:2:24
                 2 | CREATE TABLE posts (id itn);
                 ERROR 42704: type "itn" does not exist
        "#]],
    );
}

#[test]
fn a_history_that_does_not_reach_head() {
    check(
        UpToDate,
        &format!("{}--- 2_x.sql\nALTER TABLE user ADD COLUMN a int;\n", with_model(EQUAL)),
        expect![[r#"
            up_to_date could not run:

               failed to run the up of 2_x
                 --> migrations/2_x.sql:1:13
                 1 | ALTER TABLE user ADD COLUMN a int;
                   |             ^
                 ERROR 42601: syntax error at or near "user"
        "#]],
    );
}

#[test]
fn partitions_are_compared_on_request() {
    let files = r"
--- 1_sales.up.sql
CREATE TABLE sales (year int NOT NULL) PARTITION BY RANGE (year);
CREATE TABLE sales_2024 PARTITION OF sales FOR VALUES FROM (2024) TO (2025);
--- 1_sales.down.sql
DROP TABLE sales;
--- /schema.sql
CREATE TABLE sales (year int NOT NULL) PARTITION BY RANGE (year);
";
    check(
        UpToDate,
        files,
        expect![[r#"
        up_to_date: ok
        up_to_date: note: 1 partition is not compared with the model
           table sales_2024

           help: set `partitions = true` to compare them too
    "#]],
    );
    check_with(
        UpToDate,
        files,
        |suite| suite.partitions(true),
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head does not match the model

           table sales_2024: at head but not in the model
             (year integer)

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

           help: if the model is right, add a migration; THIS ONE DESTROYS DATA:

                 -- the rows of table 'sales_2024' are lost
                 DROP TABLE sales_2024;
    "#]],
    );
}

/// `now()` by one hand and `CURRENT_TIMESTAMP` by another are the same time.
#[test]
fn names_of_now() {
    let files = r"
--- 1_orders.sql
CREATE TABLE orders (
    id integer PRIMARY KEY,
    made timestamptz NOT NULL DEFAULT now(),
    due timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP + '7 days',
    seen timestamptz DEFAULT transaction_timestamp() CHECK (seen <= CURRENT_TIMESTAMP)
);
CREATE VIEW late AS SELECT id, due FROM orders WHERE due < now();
--- /schema.sql
CREATE TABLE orders (
    id integer PRIMARY KEY,
    made timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    due timestamptz NOT NULL DEFAULT now() + '7 days',
    seen timestamptz DEFAULT now() CHECK (seen <= now())
);
CREATE VIEW late AS SELECT id, due FROM orders WHERE due < CURRENT_TIMESTAMP;
";
    let report = |files: &str| Project::new(files).suite().model("schema.sql").report(UpToDate);
    let same = report(files);
    assert_eq!(same.status(), Status::Passed, "{:#?}", same.findings);
    for other in ["CURRENT_TIMESTAMP(3)", "clock_timestamp()", "LOCALTIMESTAMP"] {
        let model = format!("DEFAULT {other},");
        let other = report(&files.replace("DEFAULT CURRENT_TIMESTAMP,", &model));
        assert_eq!(other.status(), Status::Failed, "{:#?}", other.findings);
    }
}

/// What hangs on a table that is found under another name is compared, and what only follows the name is no difference.
#[test]
fn a_table_of_another_name() {
    check(
        UpToDate,
        "--- 1_people.up.sql
CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL, boss int REFERENCES people);
CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES people);
CREATE VIEW bosses AS SELECT p.id, p.name FROM people p WHERE p.boss IS NULL;
--- 1_people.down.sql
DROP VIEW bosses;
DROP TABLE posts;
DROP TABLE people;
--- /schema.sql
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL CHECK (name <> ''), boss int REFERENCES users);
CREATE INDEX users_name ON users (name);
CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users);
CREATE VIEW bosses AS SELECT p.id, p.name FROM users p WHERE p.boss IS NULL;
",
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               sequence users_id_seq: named people_id_seq at head
               table users: named people at head
               constraint users_boss_fkey on users: named people_boss_fkey at head
               constraint users_name_check on users: in the model but not at head
                 CHECK ((name <> ''::text))
               constraint users_pkey on users: named people_pkey at head
               index users_name on users: in the model but not at head
                 CREATE INDEX users_name ON users USING btree (name)

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER SEQUENCE people_id_seq RENAME TO users_id_seq;
                     ALTER TABLE people RENAME TO users;
                     ALTER TABLE users RENAME CONSTRAINT people_boss_fkey TO users_boss_fkey;
                     ALTER TABLE users RENAME CONSTRAINT people_pkey TO users_pkey;
                     -- rows that break users_name_check need other values first
                     ALTER TABLE users ADD CONSTRAINT users_name_check CHECK ((name <> ''::text));
                     CREATE INDEX users_name ON users (name);
        "#]],
    );
}

/// A sequence that has kept the name of its table tells which one that is, also where more is different.
#[test]
fn a_table_that_a_sequence_tells() {
    let case = |column: &str| {
        let users = format!("CREATE TABLE users (id {column} PRIMARY KEY, email text NOT NULL);");
        format!(
            "--- 1_users.up.sql\n{users}\nCREATE TABLE posts (id int PRIMARY KEY, author bigint REFERENCES users);
--- /schema.sql\n{users}\nALTER TABLE users RENAME TO accounts;\nALTER TABLE accounts ADD plan text;
CREATE TABLE posts (id int PRIMARY KEY, author bigint REFERENCES accounts);\n"
        )
    };
    check(
        UpToDate,
        &case("bigserial"),
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head does not match the model

           table accounts: named users at head
           column accounts.plan: in the model but not at head
             text

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

           help: if the model is right, add a migration:

                 ALTER TABLE users RENAME TO accounts;
                 ALTER TABLE accounts ADD COLUMN plan text;
    "#]],
    );
    check(
        UpToDate,
        &case("bigint GENERATED ALWAYS AS IDENTITY"),
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head does not match the model

           table accounts: named users at head
           column accounts.plan: in the model but not at head
             text

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

           help: if the model is right, add a migration:

                 ALTER TABLE users RENAME TO accounts;
                 ALTER TABLE accounts ADD COLUMN plan text;
    "#]],
    );
}

/// A new sequence goes on behind the rows.
#[test]
fn a_sequence_that_takes_the_place_of_another() {
    let case = |from: &str, to: &str| format!("--- 1_t.up.sql\n{from}\n--- /schema.sql\n{to}\n");
    let serial = "CREATE TABLE t (id bigserial PRIMARY KEY);";
    let identity = "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);";
    check(
        UpToDate,
        &case(serial, identity),
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head does not match the model

           sequence t_id_seq: at head but not in the model
           column t.id: default
             expected  (none)
             actual    nextval('t_id_seq'::regclass)
           column t.id: identity
             expected  always
             actual    (none)

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

           help: if the model is right, add a migration:

                 ALTER TABLE t ALTER COLUMN id DROP DEFAULT;
                 DROP SEQUENCE t_id_seq;
                 ALTER TABLE t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
                 SELECT setval(pg_get_serial_sequence('t', 'id'), max(id)) FROM t HAVING max(id) >= 1;
    "#]],
    );
    check(
        UpToDate,
        &case(identity, serial),
        expect![[r#"
            up_to_date: 1 finding

            1. the schema at head does not match the model

               sequence t_id_seq: in the model but not at head
               column t.id: default
                 expected  nextval('t_id_seq'::regclass)
                 actual    (none)
               column t.id: identity
                 expected  (none)
                 actual    always

               help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

               help: if the model is right, add a migration:

                     ALTER TABLE t ALTER COLUMN id DROP IDENTITY;
                     CREATE SEQUENCE t_id_seq;
                     ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('t_id_seq'::regclass);
                     SELECT setval('t_id_seq', max(id)) FROM t HAVING max(id) >= 1;
                     ALTER SEQUENCE t_id_seq OWNED BY t.id;
        "#]],
    );
    // One with a start of its own, and one that goes down, which begins where it says.
    let plain = "CREATE TABLE t (id int PRIMARY KEY, a int, b int);";
    let model = "CREATE SEQUENCE s START 100;
CREATE SEQUENCE below INCREMENT -1;
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT -1) PRIMARY KEY, a int DEFAULT nextval('s'),
  b int DEFAULT nextval('below'));";
    check(
        UpToDate,
        &case(plain, model),
        expect![[r#"
        up_to_date: 1 finding

        1. the schema at head does not match the model

           sequence below: in the model but not at head
           sequence s: in the model but not at head
           column t.a: default
             expected  nextval('s'::regclass)
             actual    (none)
           column t.b: default
             expected  nextval('below'::regclass)
             actual    (none)
           column t.id: identity
             expected  by default
             actual    (none)

           help: if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head

           help: if the model is right, add a migration:

                 CREATE SEQUENCE below INCREMENT BY -1;
                 CREATE SEQUENCE s START WITH 100;
                 ALTER TABLE t ALTER COLUMN a SET DEFAULT nextval('s'::regclass);
                 SELECT setval('s', max(a)) FROM t HAVING max(a) >= 100;
                 ALTER TABLE t ALTER COLUMN b SET DEFAULT nextval('below'::regclass);
                 ALTER TABLE t ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (INCREMENT BY -1);
    "#]],
    );
}
