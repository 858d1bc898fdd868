//! Naming rules: every form of a rule on every kind of name, with names that follow it and names that break it.

use expect_test::expect;
use gauntlet::naming::{NameKind, NamingRules};
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::{Report, Status};

use crate::support::Project;

/// Each kind with what findings call it, and a template that its name in `RIGHT` follows.
const KINDS: &[(NameKind, &str, &str)] = &[
    (NameKind::Table, "the table ", "x_t_y"),
    (NameKind::Column, "the column ", "x_id_y"),
    (NameKind::PrimaryKey, "the primary key ", "x_p_{table}_y"),
    (NameKind::Index, "the index ", "x_i_{table}_{columns}_y"),
    (NameKind::Unique, "the unique constraint ", "x_u_{table}_{columns}_y"),
    (NameKind::ForeignKey, "the foreign key ", "x_f_{table}_{columns}_y"),
    (NameKind::Check, "the check constraint ", "x_c_{table}_{columns}_y"),
    (NameKind::Sequence, "the sequence ", "x_s_y"),
    (NameKind::Enum, "the enum ", "x_e_y"),
    (NameKind::Trigger, "the trigger ", "x_r_{table}_y"),
    (NameKind::View, "the view ", "x_v_y"),
];

const RIGHT: &str = "--- 1_all.sql
CREATE TYPE x_e_y AS ENUM ('a');
CREATE SEQUENCE x_s_y;
CREATE TABLE x_t_y (
    x_id_y int,
    CONSTRAINT x_p_x_t_y_y PRIMARY KEY (x_id_y),
    CONSTRAINT x_f_x_t_y_x_id_y_y FOREIGN KEY (x_id_y) REFERENCES x_t_y,
    CONSTRAINT x_c_x_t_y_x_id_y_y CHECK (x_id_y > 0)
);
ALTER TABLE x_t_y ADD CONSTRAINT x_u_x_t_y_x_id_y_y UNIQUE (x_id_y);
CREATE INDEX x_i_x_t_y_x_id_y_y ON x_t_y (x_id_y);
CREATE VIEW x_v_y AS SELECT x_id_y FROM x_t_y;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER x_r_x_t_y_y BEFORE INSERT ON x_t_y FOR EACH ROW EXECUTE FUNCTION f();
";

const WRONG: &str = "--- 1_all.sql
CREATE TYPE e AS ENUM ('a');
CREATE SEQUENCE s;
CREATE TABLE t (
    a int,
    CONSTRAINT p PRIMARY KEY (a),
    CONSTRAINT k FOREIGN KEY (a) REFERENCES t,
    CONSTRAINT c CHECK (a > 0)
);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
";

fn report(files: &str, rules: NamingRules) -> Report {
    Project::new(files).suite().naming(rules).report(Check::Naming)
}

/// `RIGHT` passes, and `WRONG` has one finding for each kind. Returns those findings' advice.
#[track_caller]
fn judge(rule: impl Fn(NamingRules, NameKind, &str) -> NamingRules) -> Vec<String> {
    let rules = || {
        KINDS
            .iter()
            .fold(NamingRules::none(), |rules, (kind, _, template)| rule(rules, *kind, template))
    };
    let right = report(RIGHT, rules());
    assert_eq!(right.status(), Status::Passed, "{:#?}", right.findings);
    let wrong = report(WRONG, rules());
    for (_, called, _) in KINDS {
        let titles: Vec<&str> = wrong.findings.iter().map(|f| f.title.as_str()).collect();
        let of_kind = titles.iter().filter(|title| title.starts_with(called)).count();
        assert_eq!(of_kind, 1, "{called}in {titles:#?}");
    }
    assert_eq!(wrong.findings.len(), KINDS.len());
    wrong
        .findings
        .into_iter()
        .flat_map(|f| f.help)
        .filter_map(|help| help.code)
        .map(|code| code.text)
        .collect()
}

#[test]
fn prefixes() {
    // Each kind has its own, `x_` or all that its template begins with: names must not meet.
    let prefix = |template: &str| match template.split_once('{') {
        Some((start, _)) => start.to_owned(),
        None => "x_".to_owned(),
    };
    let renames =
        judge(|rules, kind, template| rules.affixes(kind, &[&prefix(template), "q_"], &[]));
    assert_eq!(renames.len(), KINDS.len());
    // The advice, followed in a second migration; the table's own name changes last.
    let (table, others): (Vec<String>, Vec<String>) =
        renames.into_iter().partition(|sql| sql.starts_with("ALTER TABLE t RENAME TO"));
    let files = format!("{WRONG}--- 2_rename.sql\n{}\n{}\n", others.join("\n"), table.join("\n"));
    let rules = KINDS
        .iter()
        .fold(NamingRules::none(), |rules, (kind, _, _)| rules.affixes(*kind, &["x_"], &[]));
    let mended = report(&files, rules);
    assert_eq!(mended.status(), Status::Passed, "{files}\n{:#?}", mended.findings);
}

#[test]
fn suffixes() {
    let renames = judge(|rules, kind, _| rules.affixes(kind, &[], &["_q", "_y"]));
    assert_eq!(renames.len(), KINDS.len());
}

#[test]
fn templates() {
    let renames = judge(NamingRules::template);
    assert_eq!(renames.len(), KINDS.len());
    assert!(renames.contains(&"ALTER INDEX i RENAME TO x_i_t_a_y;".to_owned()), "{renames:#?}");
}

#[test]
fn regular_expressions() {
    // No name follows from one, so none is proposed.
    let renames = judge(|rules, kind, _| rules.regex(kind, "x_[a-z_]+_y"));
    assert_eq!(renames, [""; 0]);
}

#[test]
fn partitions_and_indexes_of_constraints_are_judged_once() {
    let rules = NamingRules::none()
        .affixes(NameKind::Table, &["x_"], &[])
        .affixes(NameKind::Index, &["x_"], &[])
        .affixes(NameKind::PrimaryKey, &["x_"], &[])
        .judge_invented(true);
    let found = report(
        "--- 1_all.sql
CREATE TABLE x_events (id int, CONSTRAINT events_primary PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE events_1 PARTITION OF x_events FOR VALUES FROM (0) TO (10);
CREATE TABLE events_2 PARTITION OF x_events FOR VALUES FROM (10) TO (20);
CREATE INDEX x_events_more ON x_events (id);
",
        rules,
    );
    let titles: Vec<&str> = found.findings.iter().map(|f| f.title.as_str()).collect();
    assert_eq!(titles, ["the primary key events_primary on x_events breaks the naming rule"]);
}

#[test]
fn rules_that_are_wrong_themselves() {
    let rules = NamingRules::none()
        .template(NameKind::Index, "idx_{tabel}")
        .regex(NameKind::Check, "chk_(");
    let report = report("--- 1_t.sql\nCREATE TABLE t (id int);\n", rules);
    assert_eq!(report.status(), Status::Error);
    expect![[r#"
        `naming`: the template "idx_{tabel}" for index has a placeholder other than {table} and {columns}
        `naming`: the expression "chk_(" for check constraint is not a valid regular expression: found open group without closing ')'"#]]
    .assert_eq(&report.error.unwrap());
}
