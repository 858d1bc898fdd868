//! `populated`: every new version meets rows: the user's seeds, and generated rows in the tables that have none.
//!
//! A version that fails on rows is applied without them to be sure that it is the rows, and the walk goes on from there.
//! One that passes goes down and up again where it has a way back, and the rows are compared column by column. A sequence that
//! begins again below the keys of the rows is found by where it stands. The functions
//! and triggers of the database are tried on the rows before the first new version and after each of them.
//!
//! Examples that pass and fail: `tests/it/gallery/populated`.

mod code;
mod culprit;
mod findings;
mod not_valid;
mod release;
mod sequences;
mod walk;

pub(super) use walk::run;
