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
