//! `interrupted`: every new version is cut off and run again, as where a deployment is killed and begins once more; and two
//! migrators run at the same time.
//!
//! A version that has a transaction is cut off before its commit, and must leave nothing behind. One that has none, or that
//! commits on its way, is cut off wherever it has committed something, and in the middle of what is built concurrently:
//! run again, it must end as a run that nothing disturbed.
//!
//! Examples that pass and fail: `tests/it/gallery/interrupted`.

mod again;
mod findings;
mod migrators;
mod state;
mod states;
mod walk;

pub(crate) use migrators::NOT_TRIED;
pub(super) use walk::run;
