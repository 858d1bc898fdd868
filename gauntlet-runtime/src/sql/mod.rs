//! SQL text: its tokens, its statements, and the lines and columns of offsets.
//!
//! Owns the one lexer ([`tokens`]) and as much of the grammar as `psql` itself knows to find the end of a statement:
//! parentheses and `BEGIN ATOMIC` bodies. Also owns the texts of PostgreSQL's
//! errors and their places. Leaves to PostgreSQL what a statement means.

mod beyond;
mod bytes;
mod comments;
mod definitions;
mod failure;
mod lexer;
mod number;
mod parts;
mod position;
mod qualifiers;
mod rights;
mod rows;
mod split;
mod text;
mod token;
mod transactions;
mod words;

pub(crate) use beyond::beyond;
pub(crate) use comments::with_comments;
pub use definitions::leaves_rows_alone;
pub(crate) use failure::{error_line, error_offset, postgres_error};
pub use lexer::{Lexer, nested_tokens, tokens};
pub(crate) use parts::Parts;
pub use position::Position;
pub use qualifiers::qualifiers;
pub(crate) use rights::{Right, rights};
pub(crate) use rows::{destroys_rows, with_needs_of_rows};
pub use split::{Statement, is_blank, split, split_psql, statements};
pub use text::SqlText;
pub use token::{Token, TokenKind};
pub(crate) use transactions::{controls_transactions, ends_transaction};
pub use words::words;
