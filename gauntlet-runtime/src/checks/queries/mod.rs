//! `queries`: every query of the program fits the schema at head.
//!
//! The schema half of `cargo sqlx prepare --check`, without a build: each query that sqlx has prepared, and each that the
//! suite gives, is prepared at head. One that fails, or takes or returns something else than the program was built with, is
//! prepared again after each version, so that the finding names the one at fault.
//!
//! Examples that pass and fail: `tests/it/gallery/queries`.

mod report;
mod walk;

pub(super) use walk::run;
