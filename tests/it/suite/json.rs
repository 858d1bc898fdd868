//! The JSON lines for machines, and a check as libtest sees it, from a process of its own.

use std::path::Path;
use std::process::{Command, Output};

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::{Report, Severity, Status};
use gauntlet_runtime::front::append;

use crate::support::{Project, without_names};

const HISTORY: &str = r"
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY, nick text, email varchar(100) NOT NULL);
--- 1_users.down.sql
DROP TABLE users;
--- 2_email.up.sql
ALTER TABLE users ALTER COLUMN email TYPE text;
CREATE INDEX idx_users_email ON users (email);
--- 2_email.down.sql
ALTER TABLE users ALTER COLUMN email TYPE varchar(50);
--- 3_nick.up.sql
ALTER TABLE users DROP COLUMN nick;
--- 3_nick.down.sql
ALTER TABLE users ADD COLUMN nick text;
--- 4_broken.up.sql
SELECT 1;
  SELECT * FROM nothing;
";

/// Where the child processes of this file find their project.
const PROJECT: &str = "GAUNTLET_TEST_PROJECT";

/// Not a test of its own: what the child processes run.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(PROJECT) else { return };
    let suite = gauntlet_runtime::suite::Suite::new("tests::migrations", folder)
        .db(crate::support::embedded());
    let check = std::env::var("GAUNTLET_TEST_CHECK").unwrap();
    match Check::ALL.iter().find(|c| c.name() == check) {
        Some(check) => suite.check(*check),
        None => suite.custom(
            "custom",
            async |mut db: gauntlet::TestDb| {
                db.upgrade_one().await.unwrap();
                panic!("on purpose");
            },
            |()| false,
        ),
    }
}

/// Runs a check in a process of its own.
pub(super) fn run(project: &Path, check: &str, settings: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "suite::json::child", "--nocapture", "--test-threads=1"]);
    command.env(PROJECT, project).env("GAUNTLET_TEST_CHECK", check).env("RUST_BACKTRACE", "0");
    command.env(crate::support::RUN, crate::support::run());
    command.env_remove("GAUNTLET_KEEP").env_remove("GAUNTLET_JSON").env_remove("GAUNTLET_REPORT");
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    command.output().unwrap()
}

fn stderr(output: &Output, project: &Path) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    let text = without_names(&text).replace(&project.display().to_string(), "…");
    // The number of the thread varies.
    let mut lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    lines.retain(|line| {
        !line.starts_with("thread 'suite::json::child'") && !line.starts_with("note: run with")
    });
    lines.join("\n") + "\n"
}

#[track_caller]
fn lines(file: &Path, expected: Expect) -> Vec<Report> {
    let text = std::fs::read_to_string(file).unwrap();
    let mut shown = String::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value["duration_ms"].as_f64().unwrap() > 0.0);
        value["duration_ms"] = "…".into();
        shown += &serde_json::to_string_pretty(&value).unwrap();
        shown.push('\n');
        lines.push(serde_json::from_str(line).unwrap());
    }
    expected.assert_eq(&shown);
    lines
}

#[test]
fn a_check_panics_with_its_text_and_appends_a_line() {
    let project = Project::new(HISTORY);
    let file = project.path().join("report.jsonl");
    let json: &[(&str, &Path)] = &[("GAUNTLET_JSON", &file)];
    let output = run(project.path(), "stairway", json);
    assert!(!output.status.success());
    expect![[r#"
        stairway: 2 findings
        1. the down of 2_email does not restore the schema
           --> migrations/2_email.down.sql
           the up then fails when it runs again: migrations/2_email.up.sql:2:1
           ERROR 42P07: relation "idx_users_email" already exists
           column users.email: type
             expected  character varying(100)
             actual    character varying(50)
           index idx_users_email on users: left behind
             CREATE INDEX idx_users_email ON users USING btree (email)
           help: add to the down script, which may be edited even if it has shipped:
                 DROP INDEX idx_users_email;
                 -- rows whose email does not fit character varying(100) need another value first
                 ALTER TABLE users ALTER COLUMN email TYPE character varying(100);
        2. the up of 4_broken fails
           --> migrations/4_broken.up.sql:2:17
           2 |   SELECT * FROM nothing;
             |                 ^
           ERROR 42P01: relation "nothing" does not exist
           help: correct the up script: it fails in every database that has the versions before it
        note: the down of 3_nick restores columns in a different order: PostgreSQL adds a column at the end
           --> migrations/3_nick.down.sql
           table users: column order
             expected  (id, nick, email)
             actual    (id, email, nick)
    "#]].assert_eq(&stderr(&output, project.path()));
    run(project.path(), "single_head", json);
    run(project.path(), "naming", json);
    let lines = lines(
        &file,
        expect![[r#"
            {
              "check": "stairway",
              "duration_ms": "…",
              "findings": [
                {
                  "differences": [
                    {
                      "actual": "character varying(50)",
                      "attribute": "type",
                      "change": "changed",
                      "expected": "character varying(100)",
                      "object": {
                        "kind": "column",
                        "name": "email",
                        "parent": "users"
                      },
                      "severity": "failure"
                    },
                    {
                      "actual": "CREATE INDEX idx_users_email ON users USING btree (email)",
                      "change": "extra",
                      "object": {
                        "kind": "index",
                        "name": "idx_users_email",
                        "parent": "users"
                      },
                      "severity": "failure"
                    }
                  ],
                  "facts": [
                    {
                      "place": {
                        "file": "migrations/2_email.up.sql",
                        "label": "the up then fails when it runs again",
                        "position": {
                          "column": 1,
                          "line": 2
                        }
                      }
                    },
                    {
                      "database": {
                        "message": "relation \"idx_users_email\" already exists",
                        "sqlstate": "42P07"
                      }
                    }
                  ],
                  "file": "migrations/2_email.down.sql",
                  "help": [
                    {
                      "code": {
                        "language": "sql",
                        "text": "DROP INDEX idx_users_email;\n-- rows whose email does not fit character varying(100) need another value first\nALTER TABLE users ALTER COLUMN email TYPE character varying(100);\n"
                      },
                      "text": "add to the down script, which may be edited even if it has shipped"
                    }
                  ],
                  "kind": "residue",
                  "severity": "failure",
                  "sides": "before_and_after_down",
                  "title": "the down of 2_email does not restore the schema",
                  "version": {
                    "id": 2,
                    "name": "email"
                  }
                },
                {
                  "differences": [
                    {
                      "actual": [
                        "id",
                        "email",
                        "nick"
                      ],
                      "attribute": "column_order",
                      "change": "changed",
                      "expected": [
                        "id",
                        "nick",
                        "email"
                      ],
                      "object": {
                        "kind": "table",
                        "name": "users"
                      },
                      "severity": "note"
                    }
                  ],
                  "file": "migrations/3_nick.down.sql",
                  "kind": "column_order",
                  "severity": "note",
                  "sides": "before_and_after_down",
                  "title": "the down of 3_nick restores columns in a different order: PostgreSQL adds a column at the end",
                  "version": {
                    "id": 3,
                    "name": "nick"
                  }
                },
                {
                  "facts": [
                    {
                      "excerpt": {
                        "line": "  SELECT * FROM nothing;",
                        "position": {
                          "column": 17,
                          "line": 2
                        }
                      }
                    },
                    {
                      "database": {
                        "message": "relation \"nothing\" does not exist",
                        "sqlstate": "42P01"
                      }
                    }
                  ],
                  "file": "migrations/4_broken.up.sql",
                  "help": [
                    {
                      "text": "correct the up script: it fails in every database that has the versions before it"
                    }
                  ],
                  "kind": "up_fails",
                  "position": {
                    "column": 17,
                    "line": 2
                  },
                  "severity": "failure",
                  "sides": "model_and_head",
                  "title": "the up of 4_broken fails",
                  "version": {
                    "id": 4,
                    "name": "broken"
                  }
                }
              ],
              "status": "failed",
              "suite": "tests::migrations"
            }
            {
              "check": "single_head",
              "duration_ms": "…",
              "findings": [
                {
                  "file": "migrations/4_broken.up.sql",
                  "help": [
                    {
                      "declare": {
                        "setting": "irreversible",
                        "value": {
                          "versions": [
                            4
                          ]
                        }
                      },
                      "text": "write the down script, or declare the version irreversible"
                    }
                  ],
                  "kind": "up_without_down",
                  "severity": "failure",
                  "sides": "model_and_head",
                  "title": "4_broken has no down script: `sqlx migrate revert` skips it and reverts 3_nick instead",
                  "version": {
                    "id": 4,
                    "name": "broken"
                  }
                }
              ],
              "status": "failed",
              "suite": "tests::migrations"
            }
            {
              "check": "naming",
              "duration_ms": "…",
              "error": "failed to run the up of 4_broken\n  --> migrations/4_broken.up.sql:2:17\n  2 |   SELECT * FROM nothing;\n    |                 ^\n  ERROR 42P01: relation \"nothing\" does not exist",
              "findings": [
                {
                  "facts": [
                    {
                      "excerpt": {
                        "line": "  SELECT * FROM nothing;",
                        "position": {
                          "column": 17,
                          "line": 2
                        }
                      }
                    },
                    {
                      "database": {
                        "message": "relation \"nothing\" does not exist",
                        "sqlstate": "42P01"
                      }
                    }
                  ],
                  "file": "migrations/4_broken.up.sql",
                  "kind": "up_fails",
                  "position": {
                    "column": 17,
                    "line": 2
                  },
                  "severity": "failure",
                  "sides": "model_and_head",
                  "title": "the up of 4_broken fails",
                  "version": {
                    "id": 4,
                    "name": "broken"
                  }
                }
              ],
              "status": "error",
              "suite": "tests::migrations"
            }
        "#]],
    );
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0].status, Status::Failed);
    assert_eq!(lines[2].status, Status::Error);
    assert_eq!(lines[2].findings[0].position.map(|p| p.line), Some(2));
    assert!(lines[0].findings.iter().any(|f| f.severity == Severity::Note));
}

#[test]
fn lines_of_many_processes_stay_whole() {
    let project = Project::new(HISTORY);
    let file = project.path().join("report.jsonl");
    let suite = gauntlet_runtime::suite::Suite::new("a".repeat(20_000), project.path());
    let report = suite.report(Check::SingleHead);
    let line = serde_json::to_string(&report).unwrap() + "\n";
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| append(&file, &line).unwrap()));
        }
    });
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 200);
    assert!(text.lines().all(|line| serde_json::from_str::<Report>(line).is_ok()));
}

#[test]
fn a_passing_check_prints_its_notes_only() {
    let project = Project::new(
        "--- 1_t.up.sql\nSET TimeZone = 'Asia/Tokyo';\nCREATE TABLE t (id int);\n--- 1_t.down.sql\nDROP TABLE t;\n",
    );
    let output = run(project.path(), "stairway", &[]);
    assert!(output.status.success());
    expect![[r#"
        stairway: note: the up of 1_t leaves the setting TimeZone changed in its session
           --> migrations/1_t.up.sql
             expected  UTC
             actual    Asia/Tokyo
           help: use SET LOCAL, or add at the end of the script:
                 RESET TimeZone;
    "#]]
    .assert_eq(&stderr(&output, project.path()));
}

#[test]
fn what_a_failed_test_worked_on_stays_when_it_is_asked_for() {
    let project = Project::new(HISTORY);
    let area = tempfile::Builder::new().prefix("gk").tempdir_in("/tmp").unwrap();
    let keep: &[(&str, &Path)] =
        &[("GAUNTLET_KEEP", Path::new("1")), ("GAUNTLET_RUNTIME_DIR", area.path())];
    for check in ["stairway", "custom"] {
        let output = run(project.path(), check, keep);
        assert!(!output.status.success());
        let text = String::from_utf8(output.stderr).unwrap();
        let line = text.lines().find(|line| line.trim_start().starts_with("kept gauntlet_"));
        let line = line.unwrap_or_else(|| panic!("nothing is kept:\n{text}"));
        let (_, psql) = line.split_once(": ").unwrap();
        let tables = Command::new("sh")
            .args(["-c", &format!("{psql} -XAtc \"SELECT to_regclass('_sqlx_migrations')\"")])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(tables.stdout).unwrap().trim(), "_sqlx_migrations", "{line}");
        let remove = text.lines().find_map(|line| line.trim_start().strip_prefix("to remove it: "));
        let done = Command::new("sh").args(["-c", remove.unwrap()]).status().unwrap();
        assert!(done.success());
    }
}

#[test]
fn the_example_of_the_docs_is_a_report() {
    let page = include_str!("../../../docs/json.md");
    let (_, rest) = page.split_once("```json\n").unwrap();
    let (example, rest) = rest.split_once("\n```").unwrap();
    let report: Report = serde_json::from_str(example).unwrap();
    let value: serde_json::Value = serde_json::from_str(example).unwrap();
    assert_eq!(serde_json::to_value(&report).unwrap(), value);
    let (_, rest) = rest.split_once("```text\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    assert_eq!(gauntlet_runtime::report::render(&report), text);
}
