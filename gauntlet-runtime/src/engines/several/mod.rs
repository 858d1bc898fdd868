//! Several histories in one database: each with its own engine and its own records, run one after the other.
//!
//! To all other rooms they are one history whose versions bear the name of their part (`core/20240105`), so that every check
//! says which folder it talks of.

mod engine;
mod names;

pub use engine::Several;
