//! Histories of migrations: versions, scripts, problems, and what is declared about them.

pub use gauntlet_runtime::history::{
    Direction, History, HistoryError, Irreversible, Migration, Misnaming, Problem, Script,
    SourceFile, UnknownVersion, Version, VersionId,
};
pub use gauntlet_runtime::sql::SqlText;
