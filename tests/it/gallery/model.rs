//! The defect gallery of the checks that compare with a model: `up_to_date`, `check_constraints`, `enum_values`.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{
    CheckConstraints, DowngradeAllTheWay, EnumValues, Stairway, UpToDate,
};

use gauntlet_runtime::catalog::Kind;
use gauntlet_runtime::finding::Status;
use gauntlet_runtime::isolation::Isolation;

use crate::support::{Project, check, check_with, told};

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
CREATE VIEW happy_users AS SELECT u.id, u.email FROM users u CROSS JOIN users v WHERE u.mood = 'happy';
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
CREATE VIEW happy_users AS SELECT u.id, u.email FROM users u, users v WHERE u.mood = 'happy';
";

#[test]
fn an_equal_model_passes() {
    let equal = EQUAL.replace("users u, users v", "users u CROSS JOIN users v");
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
                     ALTER TABLE users ALTER COLUMN email TYPE character varying(200) USING email::character varying(200);
                     ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
                     ALTER TABLE users ALTER COLUMN mood SET DEFAULT 'happy'::mood;
                     ALTER TABLE users ADD COLUMN nick text;
                     ALTER TABLE posts ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);
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
fn check_constraints_by_name_and_by_expression() {
    let changed = EQUAL.replace("~~ '%@%'", "<> ''");
    check(
        CheckConstraints,
        &with_model(&changed),
        expect![[r#"
            check_constraints: 1 finding

            1. the CHECK constraints at head do not match the model, as `up_to_date` reports in full: constraint chk_users_email on users
        "#]],
    );
    let renamed = EQUAL.replace("chk_users_email", "chk_email");
    check(
        CheckConstraints,
        &with_model(&renamed),
        expect![[r#"
            check_constraints: 1 finding

            1. the CHECK constraints at head do not match the model, as `up_to_date` reports in full: constraint chk_email on users
        "#]],
    );
    let more =
        EQUAL.replace("PRIMARY KEY (id)", "PRIMARY KEY (id), CONSTRAINT chk_id CHECK (id > 0)");
    check(
        CheckConstraints,
        &with_model(&more),
        expect![[r#"
            check_constraints: 1 finding

            1. the CHECK constraints at head do not match the model, as `up_to_date` reports in full: constraint chk_id on users
        "#]],
    );
    let less = EQUAL.replace("CONSTRAINT chk_users_email CHECK (email ~~ '%@%')", "");
    check(
        CheckConstraints,
        &with_model(&less),
        expect![[r#"
            check_constraints: 1 finding

            1. the CHECK constraints at head do not match the model, as `up_to_date` reports in full: constraint chk_users_email on users
        "#]],
    );
}

#[test]
fn enum_labels_in_order() {
    let more = EQUAL.replace("'sad', 'ok', 'happy'", "'sad', 'ok', 'glad', 'happy'");
    check(
        EnumValues,
        &with_model(&more),
        expect![[r#"
            enum_values: 1 finding

            1. the enum labels at head do not match the model, as `up_to_date` reports in full: enum mood
        "#]],
    );
    let order = EQUAL.replace("'sad', 'ok', 'happy'", "'ok', 'sad', 'happy'");
    check(
        EnumValues,
        &with_model(&order),
        expect![[r#"
            enum_values: 1 finding

            1. the enum labels at head do not match the model, as `up_to_date` reports in full: enum mood
        "#]],
    );
    let another = format!("CREATE TYPE size AS ENUM ('s', 'm');{EQUAL}");
    check(
        EnumValues,
        &with_model(&another),
        expect![[r#"
            enum_values: 1 finding

            1. the enum labels at head do not match the model, as `up_to_date` reports in full: enum size
        "#]],
    );
}

/// A model that `pg_dump` wrote of a history whose lists are of `varchar`: PostgreSQL prints them in another
/// way once it has read them back.
#[test]
fn a_dumped_list_is_no_drift() {
    let files = r"
--- 1_orders.sql
CREATE TABLE orders (
    id integer PRIMARY KEY,
    status varchar(20) CONSTRAINT chk_status CHECK (status IN ('new', 'paid'))
);
CREATE INDEX idx_open ON orders (id) WHERE status IN ('new', 'held');
CREATE VIEW open_orders AS SELECT o.id FROM orders o WHERE o.status IN ('new', 'held');
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM orders o WHERE o.status IN ('new', 'held');
CREATE POLICY open_only ON orders USING (status IN ('new', 'held'));
--- /schema.sql
CREATE TABLE orders (
    id integer NOT NULL,
    status character varying(20),
    CONSTRAINT chk_status CHECK (((status)::text = ANY ((ARRAY['new'::character varying, 'paid'::character varying])::text[])))
);
CREATE MATERIALIZED VIEW counted AS
 SELECT count(*) AS n
   FROM orders o
  WHERE ((o.status)::text = ANY ((ARRAY['new'::character varying, 'held'::character varying])::text[]))
  WITH NO DATA;
CREATE VIEW open_orders AS
 SELECT o.id
   FROM orders o
  WHERE ((o.status)::text = ANY ((ARRAY['new'::character varying, 'held'::character varying])::text[]));
ALTER TABLE ONLY orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX idx_open ON orders USING btree (id) WHERE ((status)::text = ANY ((ARRAY['new'::character varying, 'held'::character varying])::text[]));
CREATE POLICY open_only ON orders USING (((status)::text = ANY ((ARRAY['new'::character varying, 'held'::character varying])::text[])));
";
    for check_ in [UpToDate, CheckConstraints] {
        for isolation in [Isolation::Database, Isolation::Schema] {
            let report =
                Project::new(files).suite().isolation(isolation).model("schema.sql").report(check_);
            assert_eq!(report.status(), Status::Passed, "{:#?}", report.findings);
        }
    }
    let another = files.replace("'paid'::character", "'sent'::character");
    let report = Project::new(&another).suite().model("schema.sql").report(CheckConstraints);
    assert_eq!(report.status(), Status::Failed, "{:#?}", report.findings);
}

#[test]
fn what_is_ignored_is_counted_and_what_ignores_nothing_is_told() {
    let files = "
--- 1_users.sql
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE TABLE events_2024_1 (id integer);
COMMENT ON TABLE users IS 'who';
CREATE INDEX idx_users_email ON users (email);
CREATE SEQUENCE numbers;
ALTER TABLE users ALTER COLUMN email SET STORAGE external;
--- /schema.sql
CREATE TABLE users (id integer PRIMARY KEY, email text);
";
    let project = Project::new(files);
    let suite = || project.suite().model("schema.sql");
    assert_eq!(suite().report(UpToDate).status(), Status::Failed);
    // Nothing to be strict about.
    let strict = suite().strict(true).ignore_tables(["events_20??_*"]).ignore_kinds([
        "comments",
        "indexes",
        "columns.storage",
        "sequences",
    ]);
    assert_eq!(strict.report(UpToDate).status(), Status::Passed);
    let ignored = suite()
        .ignore_tables(["events_20??_*", "spatial_ref_sys"])
        .ignore_kinds(["comments", "indexes", "columns.storage", "grants"])
        .ignore(|difference| difference.object.kind == Kind::Sequence);
    expect![[r#"
        up_to_date: ok
        up_to_date: note: the rule `ignore_tables = "events_20??_*"` ignored 1 thing

           4 more notes of this kind:
             the rule `ignore(comments)` ignored 1 thing
             the rule `ignore(indexes)` ignored 1 thing
             the rule `ignore(columns.storage)` ignored 1 thing
             the rule `ignore = <function>` ignored 1 thing

        up_to_date: note: the rule `ignore_tables = "spatial_ref_sys"` ignores nothing

           help: remove it, or correct it if it is misspelt

        up_to_date: note: the rule `ignore(grants)` ignores nothing

           help: remove it, or correct it if it is misspelt
    "#]]
    .assert_eq(&told(&ignored.report(UpToDate)));
}

const UNDONE: &str = "
--- 1_users.up.sql
CREATE TABLE users (id integer PRIMARY KEY);
COMMENT ON TABLE users IS 'who';
--- 1_users.down.sql
DROP TABLE users;
--- /schema.sql
CREATE TABLE users (id integer PRIMARY KEY);
";

#[test]
fn a_rule_that_one_check_needs_fails_no_other() {
    let project = Project::new(UNDONE);
    let strict = project.suite().model("schema.sql").strict(true);
    let suite = strict.ignore_kinds(["comments", "column_order"]);
    for check in [Stairway, UpToDate, CheckConstraints, DowngradeAllTheWay] {
        assert_eq!(suite.report(check).status(), Status::Passed, "{}", told(&suite.report(check)));
    }
}

#[test]
fn a_glob_that_matches_no_table_is_idle() {
    let project = Project::new(UNDONE);
    let suite = project.suite().model("schema.sql").strict(true);
    let suite = suite.ignore_tables(["legacy_*"]).ignore_kinds(["comments"]);
    assert_eq!(suite.report(Stairway).status(), Status::Passed);
    expect![[r#"
        up_to_date: 1 finding

        1. the rule `ignore_tables = "legacy_*"` ignores nothing

           help: remove it, or correct it if it is misspelt

        note: the rule `ignore(comments)` ignored 1 thing
    "#]]
    .assert_eq(&told(&suite.report(UpToDate)));
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
