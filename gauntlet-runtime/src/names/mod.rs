//! Names of PostgreSQL objects: quoting, patterns, and the names that the server makes.
//!
//! Everything that puts a name into SQL text goes through [`quote_ident`], or through [`quote_if_needed`] where a person
//! reads the text. Leaves to [`naming`](crate::naming) which names are right.

mod globs;
mod keywords;
mod object_name;
mod quote;

pub use globs::GlobError;
pub(crate) use globs::Globs;
pub use object_name::make_object_name;
pub use quote::{
    MAX_IDENTIFIER_BYTES, quote_ident, quote_if_needed, quote_literal, truncate_ident,
};
