//! Values of a type, as the text that the server reads: what is usual, the edges, and series of different ones.

mod constants;
mod pattern;
mod texts;

pub(super) use constants::Constants;
pub(super) use texts::{series, values};
