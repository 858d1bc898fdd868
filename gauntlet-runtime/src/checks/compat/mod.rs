//! `compat`: the deployed program works on the schema of every new version.
//!
//! During a deployment the old program runs on the new schema. Its queries, those at the git ref, are prepared on the schema
//! that is deployed and after each new version, on a new connection and on one that was open all the time. Nothing is run.
//!
//! Examples that pass and fail: `tests/it/gallery/compat`.

mod report;
mod walk;

pub(crate) use report::OLD_BUILD;
pub(super) use walk::run;
