//! The floors of the crates, and the test that holds them: an import never goes up, and no files form a circle.
//!
//! Test code (`#[cfg(test)]`) is left out: it may use whatever it needs.

mod arrows;
mod circles;
mod parse;
mod rooms;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod tree;
mod verdict;

pub(crate) use rooms::rooms;
pub(crate) use verdict::check;
