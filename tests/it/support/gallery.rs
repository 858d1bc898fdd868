//! A case of the defect gallery: files, a check, and the text that a person reads.

use std::rc::Rc;

use expect_test::Expect;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::{Report, Severity, Status};
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::report::{render, render_notes};
use gauntlet_runtime::suite::Suite;

use super::Project;

/// Runs a check on a history, in both isolations, and compares the text that a person would read.
#[track_caller]
pub(crate) fn check(check: Check, files: &str, expected: Expect) {
    Case::new(check, files).expect(expected);
}

/// The same, with settings.
#[track_caller]
pub(crate) fn check_with(
    check: Check,
    files: &str,
    settings: impl Fn(Suite) -> Suite + 'static,
    expected: Expect,
) {
    Case::new(check, files).with(settings).expect(expected);
}

/// A history with a known defect, or with none.
pub(crate) struct Case {
    check: Check,
    project: Project,
    settings: Vec<Rc<dyn Fn(Suite) -> Suite>>,
    isolations: &'static [Isolation],
}

impl Case {
    #[track_caller]
    pub(crate) fn new(check: Check, files: &str) -> Case {
        let isolations = &[Isolation::Database, Isolation::Schema];
        Case { check, project: Project::new(files), settings: Vec::new(), isolations }
    }

    pub(crate) fn with(mut self, settings: impl Fn(Suite) -> Suite + 'static) -> Case {
        self.settings.push(Rc::new(settings));
        self
    }

    /// Adds a file that is not UTF-8, or whose exact bytes matter.
    pub(crate) fn bytes(self, name: &str, bytes: &[u8]) -> Case {
        self.project.write(name, bytes);
        self
    }

    /// In database isolation only: the history reaches out of its schema.
    pub(crate) fn database_only(mut self) -> Case {
        self.isolations = &[Isolation::Database];
        self
    }

    /// In schema isolation only.
    pub(crate) fn schema_only(mut self) -> Case {
        self.isolations = &[Isolation::Schema];
        self
    }

    #[track_caller]
    pub(crate) fn expect(self, expected: Expect) {
        let mut texts: Vec<String> = self.isolations.iter().map(|i| self.text(*i)).collect();
        let first = texts.remove(0);
        expected.assert_eq(&first);
        for other in texts {
            assert_eq!(other, first, "the text is different in schema isolation");
        }
    }

    /// It passes, without notes.
    #[track_caller]
    pub(crate) fn expect_ok(self) {
        for isolation in self.isolations {
            assert_eq!(self.text(*isolation), format!("{}: ok\n", self.check.name()));
        }
    }

    pub(crate) fn text(&self, isolation: Isolation) -> String {
        let report = self.report(isolation);
        let text = told(&report).replace(&self.project.path().display().to_string(), "…");
        if self.check == Check::Stairway && isolation == Isolation::Database {
            self.prove_that_help_helps(&report);
        }
        text
    }

    /// Does in a copy what the findings advise to do with the downs: then none of them is left.
    fn prove_that_help_helps(&self, report: &Report) {
        let mut advised = Vec::new();
        let copy = self.project.copy();
        for finding in &report.findings {
            let (Some(file), Some(version)) = (&finding.file, &finding.version) else { continue };
            for help in &finding.help {
                let Some(sql) = &help.code else { continue };
                let file = copy.path().join(file);
                let down = match help.text.as_str() {
                    "add to the down script" => {
                        std::fs::read_to_string(&file).unwrap() + "\n" + &sql.text
                    }
                    "a down that restores the schema" => sql.text.clone(),
                    _ => continue,
                };
                std::fs::write(file, down).unwrap();
                advised.push(version.id.clone());
            }
        }
        if advised.is_empty() {
            return;
        }
        let mended = Case {
            check: self.check,
            project: copy,
            settings: self.settings.clone(),
            isolations: self.isolations,
        };
        let again = mended.report(Isolation::Database);
        let left = again.findings.iter().any(|finding| {
            finding.severity == Severity::Failure
                && finding.version.as_ref().is_some_and(|v| advised.contains(&v.id))
        });
        assert!(!left, "the help does not help:\n{}", told(&again));
    }

    fn report(&self, isolation: Isolation) -> Report {
        let mut suite = self.project.suite().isolation(isolation).db(crate::support::embedded());
        if self.check.needs_model() && self.project.path().join("schema.sql").exists() {
            suite = suite.model("schema.sql");
        }
        for settings in &self.settings {
            suite = settings(suite);
        }
        suite.report(self.check)
    }
}

/// The text of a report, without the parts that change from run to run.
pub(crate) fn told(report: &Report) -> String {
    for finding in &report.findings {
        let word = format!("`{}`", finding.kind);
        assert!(
            include_str!("../../../docs/json.md").contains(&word),
            "{word} is not in docs/json.md"
        );
    }
    let text = text(report);
    // Any other output can be made from the JSON of a run.
    let line = serde_json::to_string(report).unwrap();
    let again: Report = serde_json::from_str(&line).unwrap();
    assert_eq!(self::text(&again), text, "the text of a report and of its JSON differ");
    without_names(&text)
}

fn text(report: &Report) -> String {
    match report.status() {
        Status::Passed => match render_notes(report) {
            notes if notes.is_empty() => format!("{}: ok\n", report.check),
            notes => format!("{}: ok\n{notes}", report.check),
        },
        _ => render(report),
    }
}

/// Replaces the names of databases and schemas, which are different in each run.
pub(crate) fn without_names(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("gauntlet_") {
        let name: String =
            rest[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        out.push_str(&rest[..start]);
        let ours =
            name.len() > 41 && name[name.len() - 32..].bytes().all(|b| b.is_ascii_hexdigit());
        out.push_str(if ours { "gauntlet_…" } else { &name });
        rest = &rest[start + name.len()..];
    }
    out + rest
}
