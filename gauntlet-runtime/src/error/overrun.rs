//! A budget that was exceeded.

use std::time::Duration;

use crate::history::Version;

/// A budget that was exceeded.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Overrun {
    /// The version; `None` when the budget is that of the whole upgrade.
    pub version: Option<Version>,
    /// How long it may take.
    pub budget: Duration,
    /// How long it took.
    pub took: Duration,
    /// For a whole upgrade: the slowest versions, the slowest first.
    pub slowest: Vec<(Version, Duration)>,
}

impl Overrun {
    /// What took too long, as a sentence without a full stop.
    pub fn title(&self) -> String {
        let what = match &self.version {
            Some(version) => format!("the up of {version}"),
            None => "the upgrade from base to head".to_owned(),
        };
        format!("{what} is over its budget of {:?}: it took {:.1?}", self.budget, self.took)
    }

    /// The slowest versions, a line each.
    pub fn lines(&self) -> Vec<String> {
        self.slowest.iter().map(|(version, took)| format!("{took:>9.1?}  {version}")).collect()
    }
}

impl std::fmt::Display for Overrun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.title())?;
        self.lines().iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}
