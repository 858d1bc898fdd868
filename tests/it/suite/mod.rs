//! The suite as a whole: `TestDb`, JSON, what processes share, the words of the macros.

mod at_head;
mod failing;
mod first_run;
mod html;
mod json;
mod migrated;
mod seeds;
mod shared_heads;
mod sharing;
mod test_db;
