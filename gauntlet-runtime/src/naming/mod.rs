//! Naming rules: which names are right, and what the right name would be.
//!
//! Knows names and rules only. The check `naming` takes the names from the catalog and tells what it finds.

mod invented;
mod rules;

pub(crate) use invented::ends_like_invented;
pub use invented::is_invented;
pub use rules::{NameKind, NamingRules, Pattern, Rule, Subject};
