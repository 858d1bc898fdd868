//! The data of a report: what the checks of the suites of a run reported.

use serde::{Deserialize, Serialize};

use super::schema::Schema;
use crate::error::Error;
use crate::finding::{Report, Severity, Sides, Status, VersionSteps};
use crate::report::{Settings, words};
use crate::suite::{Overview, Suite, VersionOverview};

/// The run that a result belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunId {
    /// The process.
    pub(super) process: String,
    /// The run of a runner that starts a process for each test, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) runner: Option<String>,
}

impl RunId {
    /// The run of a process, or of a runner that starts many.
    pub fn new(process: impl Into<String>, runner: Option<String>) -> RunId {
        RunId { process: process.into(), runner }
    }

    /// True if both are of one run.
    fn same(&self, other: &RunId) -> bool {
        match (&self.runner, &other.runner) {
            (Some(a), Some(b)) => a == b,
            (None, None) => self.process == other.process,
            _ => false,
        }
    }
}

/// The data of a report.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub(super) suites: Vec<Section>,
}

/// What is known of one suite.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Section {
    pub(super) suite: String,
    /// The folder in which the paths of findings start.
    pub(super) folder: String,
    pub(super) run: RunId,
    /// When the last result came, in seconds since 1970.
    pub(super) at: u64,
    /// Settings are those of `gauntlet.toml`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) toml: bool,
    pub(super) results: Vec<Report>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ignored: Vec<Ignored>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) whole: Option<Whole>,
    /// What the versions took and changed, in no order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<Steps>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A check that did not run.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ignored {
    pub(super) check: String,
    pub(super) reason: String,
}

/// The history and the schema at head.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Whole {
    pub(super) versions: Vec<VersionRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) schema: Option<Schema>,
    /// Why the schema, or the history, is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

/// A version of the history.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct VersionRow {
    /// As steps and findings name it.
    pub(super) id: String,
    /// With its name.
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    pub(super) has_down: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) new: Option<bool>,
}

/// What the steps of a version took, in microseconds, and changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Steps {
    pub(super) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) up: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) down: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) changes: Option<Vec<String>>,
}

/// How many changes of a version are kept.
const CHANGES: usize = 20;

impl Steps {
    fn of(steps: &VersionSteps) -> Steps {
        let micros =
            |time: &std::time::Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let changes = steps.changes.as_ref().map(|changes| {
            let more = changes.len().saturating_sub(CHANGES);
            // What was there before an up and what is there after it.
            let words = changes.iter().take(CHANGES).map(|c| words::headline(c, Sides::Outside));
            words.chain((more > 0).then(|| format!("and {more} more"))).collect()
        });
        Steps {
            id: steps.version.to_string(),
            up: steps.up.as_ref().map(micros),
            down: steps.down.as_ref().map(micros),
            changes,
        }
    }
}

impl Document {
    /// Adds the report of a check of a suite, in the place of an earlier one. What is there of an earlier run of the suite
    /// goes; so does everything of an earlier run of the same runner.
    pub fn add(&mut self, suite: &Suite, report: &Report, run: &RunId, at: u64) {
        let section = self.section(suite, run);
        section.at = section.at.max(at);
        for steps in report.steps.iter().map(Steps::of) {
            section.learn(steps);
        }
        match section.results.iter_mut().find(|known| known.check == report.check) {
            Some(known) => *known = report.clone(),
            None => section.results.push(report.clone()),
        }
    }

    /// Says that a check of a suite was ignored.
    pub fn ignore(&mut self, suite: &Suite, run: &RunId, check: &str, reason: String) {
        let ignored = Ignored { check: check.to_owned(), reason };
        self.section(suite, run).ignored.push(ignored);
    }

    /// Says that the settings of a suite are those of a file or of the attribute.
    pub fn set_settings(&mut self, suite: &Suite, run: &RunId, settings: Settings) {
        self.section(suite, run).toml = settings == Settings::Toml;
    }

    /// True if the history and the schema of a suite are not known yet.
    pub fn wants_overview(&self, suite: &Suite, run: &RunId) -> bool {
        !self.suites.iter().any(|section| section.is(suite, run) && section.whole.is_some())
    }

    /// Adds the history and the schema of a suite, or why they are not known.
    pub fn set_overview(
        &mut self,
        suite: &Suite,
        run: &RunId,
        overview: Result<&Overview, &Error>,
    ) {
        let whole = match overview {
            Ok(overview) => Whole {
                versions: overview.versions.iter().map(VersionRow::of).collect(),
                schema: overview.schema.as_ref().ok().map(|catalog| Schema::of(catalog)),
                error: overview.schema.as_ref().err().map(|error| format!("{error:?}")),
            },
            Err(error) => {
                Whole { versions: Vec::new(), schema: None, error: Some(format!("{error:?}")) }
            }
        };
        self.section(suite, run).whole = Some(whole);
    }

    fn section(&mut self, suite: &Suite, run: &RunId) -> &mut Section {
        if run.runner.is_some() {
            // A runner says which results are of one run.
            self.suites.retain(|section| section.run.same(run));
        }
        let same = |section: &Section| section.names(suite);
        let index = if let Some(index) = self.suites.iter().position(same) {
            if !self.suites[index].run.same(run) {
                self.suites[index] = Section::new(suite, run);
            }
            index
        } else {
            self.suites.push(Section::new(suite, run));
            self.suites.len() - 1
        };
        &mut self.suites[index]
    }
}

impl VersionRow {
    fn of(version: &VersionOverview) -> VersionRow {
        VersionRow {
            id: version.version.id.to_string(),
            name: version.version.to_string(),
            file: version.file.as_ref().map(|file| file.display().to_string()),
            has_down: version.has_down,
            new: version.new,
        }
    }
}

impl Section {
    fn new(suite: &Suite, run: &RunId) -> Section {
        Section {
            suite: suite.name().to_owned(),
            folder: suite.folder().display().to_string(),
            run: run.clone(),
            at: 0,
            toml: false,
            results: Vec::new(),
            ignored: Vec::new(),
            whole: None,
            steps: Vec::new(),
        }
    }

    fn names(&self, suite: &Suite) -> bool {
        self.suite == suite.name() && self.folder == suite.folder().display().to_string()
    }

    fn is(&self, suite: &Suite, run: &RunId) -> bool {
        self.names(suite) && self.run.same(run)
    }

    /// Adds what a check has seen of a version's steps. What is known of them stays.
    fn learn(&mut self, steps: Steps) {
        match self.steps.iter_mut().find(|known| known.id == steps.id) {
            Some(known) => {
                known.up = known.up.or(steps.up);
                known.down = known.down.or(steps.down);
                known.changes = known.changes.take().or(steps.changes);
            }
            None => self.steps.push(steps),
        }
    }

    /// The number of checks that ended so.
    pub(super) fn ended(&self, status: Status) -> usize {
        self.results.iter().filter(|report| report.status() == status).count()
    }

    /// The number of findings of this weight.
    pub(super) fn findings(&self, severity: Severity) -> usize {
        let all = self.results.iter().flat_map(|report| &report.findings);
        all.filter(|finding| finding.severity == severity).count()
    }

    pub(super) fn settings(&self) -> Settings {
        if self.toml { Settings::Toml } else { Settings::Attribute }
    }
}
