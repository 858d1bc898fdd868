//! SQL text: its tokens, its statements, and the lines and columns of offsets.
//!
//! Owns the one lexer ([`tokens`]) and as much of the grammar as `psql` itself knows to find the end of a statement:
//! parentheses and `BEGIN ATOMIC` bodies. Leaves to PostgreSQL what a statement means.

mod lexer;
mod position;
mod qualifiers;
mod rows;
mod split;
mod words;

pub use lexer::{Lexer, Token, TokenKind, nested_tokens, tokens};
pub use position::Position;
pub use qualifiers::qualifiers;
pub use rows::leaves_rows_alone;
pub use split::{Statement, is_blank, split, split_psql};
pub use words::words;
