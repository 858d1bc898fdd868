//! The first run of a history that only goes up, without any argument, and the run after the lines that it proposes.

use std::fmt::Write as _;

use expect_test::expect;
use gauntlet::naming::NameKind;
use gauntlet_runtime::finding::Status;
use gauntlet_runtime::history::Irreversible;
use gauntlet_runtime::report::{render, render_notes};
use gauntlet_runtime::suite::{Request, Suite};

use crate::support::Project;

/// 170 simple versions, as a project makes them over some years: most names by hand, in the habits of several people, the
/// rest by PostgreSQL.
fn history() -> String {
    let mut files = String::new();
    let mut file = |n: usize, name: &str, sql: &str| {
        let _ = write!(files, "--- {}_{name}.sql\n{sql}\n", 2021_0000 + n);
    };
    for n in 1..=170_usize {
        let t = n.div_ceil(5);
        match n % 5 {
            1 => file(
                n,
                "table",
                &format!(
                    "CREATE TABLE things_{t} (id bigserial PRIMARY KEY, email text NOT NULL, state text, \
                     owner bigint, CONSTRAINT state_is_known_{t} CHECK (state <> ''));"
                ),
            ),
            2 => {
                let name = match t % 9 {
                    0 => format!("things_{t}_by_email"),
                    1 | 2 => format!("idx_things_{t}_email"),
                    _ => format!("things_{t}_email_index"),
                };
                file(n, "index", &format!("CREATE INDEX {name} ON things_{t} (email);"));
            }
            3 => file(
                n,
                "key",
                &format!("ALTER TABLE things_{t} ADD UNIQUE (email), ADD CHECK (id > 0);"),
            ),
            4 if t > 1 => {
                let name = if t == 17 { "legacy_owner".into() } else { format!("fk_{t}_owner") };
                let sql = format!(
                    "ALTER TABLE things_{t} ADD CONSTRAINT {name} FOREIGN KEY (owner) REFERENCES things_1;"
                );
                file(n, "owner", &sql);
            }
            4 => file(n, "rows", "INSERT INTO things_1 (email) VALUES ('a@example.com');"),
            _ => file(
                n,
                "expression",
                &format!(
                    "CREATE INDEX things_{t}_lower_email_index ON things_{t} (lower(email), id);"
                ),
            ),
        }
    }
    files
}

/// Every test of a suite, as the harness lists it, and what it prints.
fn run(suite: &Suite) -> String {
    let mut lines = String::new();
    let mut texts = String::new();
    for planned in suite.plan(Request::new()).unwrap().checks {
        let name = planned.check.name();
        let verdict = if let Some(reason) = planned.ignored {
            format!("ignored, {reason}")
        } else {
            let report = suite.report(planned.check);
            if report.status() == Status::Passed {
                texts += &render_notes(&report);
                "ok".to_owned()
            } else {
                texts += &render(&report);
                "FAILED".to_owned()
            }
        };
        let _ = writeln!(lines, "test {name} ... {verdict}");
    }
    let hints = suite.hints().unwrap_or_default();
    let ours = texts.lines().count() + hints.lines().count();
    assert!(ours <= 20, "{ours} lines:\n{texts}{hints}");
    format!("{lines}\n{texts}{hints}")
}

#[test]
fn a_long_history_that_only_goes_up() {
    let project = Project::new(&history());
    let suite = project.suite().db(crate::support::embedded());
    expect![[r#"
        test stairway ... ignored, no version has a down script; `irreversible = all` checks the ups alone
        test up_to_date ... ignored, no model given
        test check_constraints ... ignored, no model given
        test enum_values ... ignored, no model given
        test single_head ... ok
        test downgrade_all_the_way ... ignored, no version has a down script; `irreversible = all` checks the ups alone
        test naming ... FAILED
        test shipped ... ignored, no `shipped` given
        test locks ... ignored, no `shipped` given; `locks = all` checks every version
        test populated ... ignored, no `shipped` given; `populated = all` checks every version
        test interrupted ... ignored, no `shipped` given; `interrupted = all` checks every version
        test queries ... ignored, no folder `.sqlx`, and no `queries` given
        test compat ... ignored, no git ref given; `shipped = git("origin/main")` or `compat = "v1.2.0"` names the one that is deployed

        naming: 3 findings

        help: to accept the names that exist (in the attribute):

              naming(check = any, except = ["legacy_owner", "things_18_by_email", "things_27_by_email", "things_9_by_email"])

        1. 3 of 68 indexes break the naming rule: idx_… or uq_… or …_idx or …_pkey or …_key or …_index
           --> migrations/20210087_index.sql:1:14
           things_18_by_email on things_18, things_27_by_email on things_27, things_9_by_email on things_9

        2. 1 of 33 foreign keys breaks the naming rule: fk_… or …_fkey
           --> migrations/20210084_owner.sql:1:38
           legacy_owner on things_17

        3. 34 of 68 check constraints break the naming rule: chk_… or …_check
           --> migrations/20210001_table.sql:1:108
           state_is_known_1 on things_1, state_is_known_10 on things_10, state_is_known_11 on things_11, state_is_known_12 on things_12, state_is_known_13 on things_13 and 29 more
        next: `model = "schema.sql"` and one run with GAUNTLET_BLESS=1: from then on a review shows what each migration does to the schema
        next: `shipped = git("origin/main")` finds edited and late scripts, `seeds = "seeds"` what fails only on rows, `as_role = "app"` what only a superuser may do (GAUNTLET_HINTS=0 hides these lines)
    "#]].assert_eq(&run(&suite));
}

#[test]
fn the_run_after_the_lines_that_it_proposes() {
    let project = Project::new(&history());
    let suite = project.suite().db(crate::support::embedded());
    let suite = suite.irreversible(Irreversible::All).naming_with(|rules| {
        rules.without(NameKind::Check).except([
            "legacy_owner",
            "things_18_by_email",
            "things_27_by_email",
            "things_9_by_email",
        ])
    });
    expect![[r#"
        test stairway ... ok
        test up_to_date ... ignored, no model given
        test check_constraints ... ignored, no model given
        test enum_values ... ignored, no model given
        test single_head ... ok
        test downgrade_all_the_way ... ignored, every version is declared irreversible
        test naming ... ok
        test shipped ... ignored, no `shipped` given
        test locks ... ignored, no `shipped` given; `locks = all` checks every version
        test populated ... ignored, no `shipped` given; `populated = all` checks every version
        test interrupted ... ignored, no `shipped` given; `interrupted = all` checks every version
        test queries ... ignored, no folder `.sqlx`, and no `queries` given
        test compat ... ignored, no git ref given; `shipped = git("origin/main")` or `compat = "v1.2.0"` names the one that is deployed

        next: `model = "schema.sql"` and one run with GAUNTLET_BLESS=1: from then on a review shows what each migration does to the schema
        next: `shipped = git("origin/main")` finds edited and late scripts, `seeds = "seeds"` what fails only on rows, `as_role = "app"` what only a superuser may do (GAUNTLET_HINTS=0 hides these lines)
    "#]].assert_eq(&run(&suite));
}
