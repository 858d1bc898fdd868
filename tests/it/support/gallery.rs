//! A case of the defect gallery: files, a check, and the text that a person reads.

use std::rc::Rc;

use expect_test::Expect;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::{Fact, Finding, Language, Report, Status};
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::report::{render, render_notes};
use gauntlet_runtime::server::Embedded;
use gauntlet_runtime::suite::Suite;

use super::Project;
use super::oracle::{Extent, extent};

/// Runs a check on a history, and compares the text that a person would read, in both [`isolations`].
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

/// The isolations in which a case with so many bytes is judged: both, or, in short, schema isolation for one case in four.
pub(crate) fn isolations(length: usize) -> &'static [Isolation] {
    let both = &[Isolation::Database, Isolation::Schema];
    match extent() {
        Extent::Sample if !length.is_multiple_of(4) => &both[..1],
        _ => both,
    }
}

/// Compares what a person reads in some isolations.
#[track_caller]
pub(crate) fn expect_same(
    isolations: &[Isolation],
    text: impl Fn(Isolation) -> String,
    expected: Expect,
) {
    let (first, others) = isolations.split_first().unwrap();
    let first = text(*first);
    expected.assert_eq(&first);
    for other in others {
        assert_eq!(text(*other), first, "the text is different in {other} isolation");
    }
}

/// A history with a known defect, or with none.
pub(crate) struct Case {
    check: Check,
    project: Project,
    settings: Vec<Rc<dyn Fn(Suite) -> Suite>>,
    source: Embedded,
    isolations: &'static [Isolation],
    /// The length of its files, by which cases are chosen for what is tried on a part of them; see [`isolations`].
    length: usize,
}

impl Case {
    #[track_caller]
    pub(crate) fn new(check: Check, files: &str) -> Case {
        let isolations = &[Isolation::Database, Isolation::Schema];
        let (project, source) = (Project::new(files), crate::support::embedded());
        Case { check, project, settings: Vec::new(), source, isolations, length: files.len() }
    }

    /// On the server of another source.
    pub(crate) fn on(mut self, source: &Embedded) -> Case {
        self.source = source.clone();
        self
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

    /// The isolations to judge it in.
    fn isolations(&self) -> &'static [Isolation] {
        match self.isolations {
            [_, _] => isolations(self.length),
            one => one,
        }
    }

    #[track_caller]
    pub(crate) fn expect(self, expected: Expect) {
        expect_same(self.isolations(), |isolation| self.text(isolation), expected);
    }

    /// It passes, without notes.
    #[track_caller]
    pub(crate) fn expect_ok(self) {
        for isolation in self.isolations() {
            assert_eq!(self.text(*isolation), format!("{}: ok\n", self.check.name()));
        }
    }

    pub(crate) fn text(&self, isolation: Isolation) -> String {
        printed(&self.judge(isolation)).replace(&self.project.path().display().to_string(), "…")
    }

    /// The report. The SQL that it proposes is run, or, in short, that of one case in three.
    pub(crate) fn judge(&self, isolation: Isolation) -> Report {
        let report = self.report(isolation);
        let chosen = extent() != Extent::Sample || self.length.is_multiple_of(3);
        if chosen && isolation == Isolation::Database && report.error.is_none() {
            self.prove_that_help_helps(&report);
        }
        report
    }

    /// Runs the SQL that the findings propose, in a copy of the project: then none of them is left.
    fn prove_that_help_helps(&self, report: &Report) {
        let copy = self.project.copy();
        let folder = copy.path().join("migrations");
        let simple = !std::fs::read_dir(&folder)
            .unwrap()
            .any(|entry| entry.unwrap().file_name().to_string_lossy().ends_with(".up.sql"));
        let mut migration = String::new();
        let mut advised: Vec<&Finding> = Vec::new();
        for finding in &report.findings {
            let sql = finding.help.iter().filter_map(|help| Some((help, help.code.as_ref()?)));
            for (help, code) in sql.filter(|(_, code)| code.language == Language::Sql) {
                let place = finding.file.clone().or_else(|| {
                    finding.facts.iter().find_map(|fact| match fact {
                        Fact::Place { file, .. } => Some(file.clone()),
                        _ => None,
                    })
                });
                match help.text.as_str() {
                    text if text.starts_with("if the model is right, add a migration")
                        || text.starts_with("rename ") =>
                    {
                        migration.push_str(&code.text);
                        migration.push('\n');
                    }
                    text if text.starts_with("a down that restores the schema")
                        || text.starts_with("or add a down that restores the schema") =>
                    {
                        std::fs::write(copy.path().join(place.unwrap()), &code.text).unwrap();
                    }
                    text if text.contains("add to ") || text.contains("add at the end of ") => {
                        let Some(place) = place.filter(|place| copy.path().join(place).exists())
                        else {
                            continue;
                        };
                        let file = copy.path().join(place);
                        let script = std::fs::read_to_string(&file).unwrap();
                        std::fs::write(file, script + "\n" + &code.text + "\n").unwrap();
                    }
                    other => panic!("no test runs the SQL of the help {other:?}"),
                }
                advised.push(finding);
            }
        }
        if advised.is_empty() {
            return;
        }
        if !migration.is_empty() {
            let name =
                if simple { "99999999999999_mend.sql" } else { "99999999999999_mend.up.sql" };
            std::fs::write(folder.join(name), migration).unwrap();
        }
        let mended = Case {
            check: self.check,
            project: copy,
            settings: self.settings.clone(),
            source: self.source.clone(),
            isolations: self.isolations,
            length: self.length,
        };
        let again = mended.report(Isolation::Database);
        // One help of a failure may be for one of several faults, so it is the finding itself that has to be gone.
        let same = |finding: &Finding| {
            advised.iter().any(|old| {
                old.kind == finding.kind
                    && old.severity == finding.severity
                    && old.version == finding.version
                    && old.object == finding.object
                    && old.title == finding.title
            })
        };
        assert!(
            again.error.is_none() && !again.findings.iter().any(same),
            "the help does not help:\n{}\nbefore:\n{}",
            printed(&again),
            printed(report)
        );
    }

    /// The folder of the crate.
    pub(crate) fn path(&self) -> &std::path::Path {
        self.project.path()
    }

    /// The suite, without the settings of the case.
    pub(crate) fn suite(&self, isolation: Isolation) -> Suite {
        self.project.suite().isolation(isolation).db(self.source.clone())
    }

    /// The report, without a run of the SQL that it proposes.
    pub(crate) fn report(&self, isolation: Isolation) -> Report {
        let mut suite = self.suite(isolation);
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
pub(crate) fn printed(report: &Report) -> String {
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
