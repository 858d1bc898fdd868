//! SQL text: where its statements begin and end, and which line and column an offset is.
//!
//! Only as much of the grammar as `psql` itself knows to find the end of a statement: comments, strings,
//! dollar quotes, quoted names, parentheses and `BEGIN ATOMIC` bodies. What a statement means is
//! PostgreSQL's business.

mod position;
mod qualifiers;
mod rows;
mod split;
mod words;

pub use position::Position;
pub use qualifiers::qualifiers;
pub use rows::leaves_rows_alone;
pub use split::{Statement, is_blank, split};
pub use words::words;
