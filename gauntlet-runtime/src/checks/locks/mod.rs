//! `locks`: no new version rewrites or scans a table while it makes reads or writes of it wait.
//!
//! Each new version runs a statement at a time on the version before it, and what each statement locks, rewrites and reads
//! is recorded (`stage::footprint`); nothing is concluded from the words of a statement that can be seen by running it. The
//! words only say how the same is done without the long lock (`safe_way`).
//!
//! Examples that pass and fail: `tests/it/gallery/locks`.

mod judge;
mod safe_way;
mod small;
mod statement;
mod walk;
mod words;

pub(super) use walk::run;
