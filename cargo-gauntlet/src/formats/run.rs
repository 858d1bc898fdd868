//! One run of the checks.

use gauntlet_runtime::finding::Report;

/// One run of the checks on one folder.
#[derive(Debug)]
pub(crate) struct Run {
    /// The folder, as it was named.
    pub(crate) name: String,
    /// The checks, in the order of the plan.
    pub(crate) outcomes: Vec<Outcome>,
}

/// What came of a check.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It ran, or failed to.
    Ran(Box<Report>),
    /// It did not run.
    Ignored { check: &'static str, reason: String },
}

impl Run {
    /// The reports of the checks that ran.
    pub(crate) fn reports(&self) -> impl Iterator<Item = &Report> {
        self.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Ran(report) => Some(&**report),
            Outcome::Ignored { .. } => None,
        })
    }
}
