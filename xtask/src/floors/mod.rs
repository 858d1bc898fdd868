//! The floors of the crates, and the test that holds them: an import never goes up, no files form a circle, and nothing
//! below the front prints, panics by itself or reads the process.
//!
//! Test code (`#[cfg(test)]`) is left out: it may use whatever it needs.

mod arrows;
mod circles;
mod owners;
mod parse;
mod rooms;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod tree;
mod verdict;
mod words;

pub(crate) use rooms::rooms;
pub(crate) use verdict::check;
