//! The code that lives in the database, such as the functions of triggers: what the new versions break of it.
//!
//! It is tried in the state before the first new version and in the one after the last. What fails in this one and not in that
//! one is a finding. Only then is it tried in the states between them, too, to find the version since which it fails.
//! Everything is taken back.

mod findings;
mod probe;
mod since;
mod watch;

pub(super) use probe::{Focus, State};
pub(super) use since::{broken_since, focus};
pub(super) use watch::Watch;
