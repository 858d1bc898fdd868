//! The meaning of expected and actual.

use serde::{Deserialize, Serialize};

/// The meaning of expected and actual in a finding's differences, so that each reads in the words of its situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sides {
    /// Expected is the model, actual is head.
    #[default]
    ModelAndHead,
    /// Expected is the schema before an up, actual the one after its down.
    BeforeAndAfterDown,
    /// Expected is the schema after the first run of an up, actual the one after the second.
    FirstAndSecondUp,
    /// Expected is head where each version has run in a session of its own, actual where all have run in one.
    ApartAndTogether,
    /// Expected is head on a new database, actual the one on a database that has applied what has shipped, and then the
    /// new versions.
    NewAndDeployed,
    /// Expected is what was outside of a test's own schema before a step, actual what is there after it.
    Outside,
    /// Expected is the schema to which the migrations lead, actual that of a database.
    MigrationsAndDatabase,
    /// Expected is the schema that the first versions make, actual the one of the baseline that stands for them.
    VersionsAndBaseline,
    /// Expected is the schema after a run of an up that nothing disturbed, actual the one after a run that was cut off and
    /// another one.
    UndisturbedAndAgain,
    /// Expected is the schema before an up, actual the one after a run of it that was cut off.
    BeforeAndCutOff,
    /// Expected and actual are the first and the second of two schemas that somebody compares.
    FirstAndSecond,
}
