//! The suite as a whole: `TestDb`, JSON, what processes share, the words of the macros.

mod failing;
mod json;
mod sharing;
mod test_db;
