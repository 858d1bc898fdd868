//! Naming rules: which names are right, and what the right name would be.
//!
//! Knows names and rules only. The check `naming` takes the names from the catalog and tells what it finds.

mod convention;
mod invented;
mod rule;
mod rules;
mod subject;

pub(crate) use convention::accept;
pub(crate) use invented::ends_like_invented;
pub use invented::is_invented;
pub use rule::{Pattern, Rule};
pub use rules::NamingRules;
pub use subject::{NameKind, Subject};
