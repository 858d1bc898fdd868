//! Histories: the ordered versions of a project with their scripts, what is wrong with them, and what is declared about
//! them. Data only: reading and running them is the affair of `engines`, judging them that of `checks`.

mod direction;
mod error;
mod find;
#[allow(clippy::module_inception, reason = "named for its type, as the other files are")]
mod history;
mod irreversible;
mod migration;
mod problem;
mod script;
pub mod shipped;
mod source_file;
mod version;

pub use direction::Direction;
pub use error::HistoryError;
pub use find::UnknownVersion;
pub use history::History;
pub use irreversible::Irreversible;
pub use migration::Migration;
pub use problem::{Misnaming, Problem};
pub use script::Script;
pub use source_file::SourceFile;
pub use version::{Version, VersionId};
