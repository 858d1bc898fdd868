//! The defect gallery of `check_constraints`.

use expect_test::expect;
use gauntlet_runtime::checks::Check::{CheckConstraints, UpToDate};
use gauntlet_runtime::finding::Status;
use gauntlet_runtime::isolation::Isolation;

use super::mood::{self, EQUAL, with_model};
use crate::support::{Project, check};

#[test]
fn an_equal_model_passes() {
    mood::an_equal_model_passes(CheckConstraints);
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

/// `BETWEEN` before another condition: PostgreSQL prints brackets that it leaves out once it has read them back.
#[test]
fn a_dumped_conjunction_is_no_drift() {
    let files = r"
--- 1_orders.sql
CREATE DOMAIN odd AS int CHECK (VALUE BETWEEN 1 AND 9 AND VALUE <> 4);
CREATE TABLE orders (
    id integer PRIMARY KEY,
    a int,
    b int,
    is_small boolean GENERATED ALWAYS AS (a BETWEEN 1 AND 5 AND b > 0) STORED,
    CONSTRAINT small CHECK (a BETWEEN 1 AND 5 AND b > 0),
    CONSTRAINT apart CHECK (a NOT BETWEEN 7 AND 8 OR b IS NULL)
);
CREATE VIEW few AS SELECT id FROM orders WHERE a BETWEEN 1 AND 5 AND b > 0;
CREATE POLICY small_only ON orders USING (a BETWEEN 1 AND 5 AND b > 0);
--- /schema.sql
CREATE DOMAIN odd AS int CHECK ((((VALUE >= 1) AND (VALUE <= 9)) AND (VALUE <> 4)));
CREATE TABLE orders (
    id integer PRIMARY KEY,
    a int,
    b int,
    is_small boolean GENERATED ALWAYS AS ((((a >= 1) AND (a <= 5)) AND (b > 0))) STORED,
    CONSTRAINT small CHECK ((((a >= 1) AND (a <= 5)) AND (b > 0))),
    CONSTRAINT apart CHECK ((((a < 7) OR (a > 8)) OR (b IS NULL)))
);
CREATE VIEW few AS SELECT id FROM orders WHERE (((a >= 1) AND (a <= 5)) AND (b > 0));
CREATE POLICY small_only ON orders USING ((((a >= 1) AND (a <= 5)) AND (b > 0)));
";
    for check_ in [UpToDate, CheckConstraints] {
        let report = Project::new(files).suite().model("schema.sql").report(check_);
        assert_eq!(report.status(), Status::Passed, "{:#?}", report.findings);
    }
    let another = "CONSTRAINT small CHECK ((((a >= 1) AND (a <= 5)) OR (b > 0)))";
    let another = files.replace(&another.replace(") OR", ") AND"), another);
    for check_ in [UpToDate, CheckConstraints] {
        let report = Project::new(&another).suite().model("schema.sql").report(check_);
        assert_eq!(report.status(), Status::Failed, "{:#?}", report.findings);
    }
}
