//! Questions to git, asked through the `git` program: where a folder lies in its repository, which files a ref has in it,
//! what they hold, which attributes apply to them. Nothing is ever written, and nothing here knows migrations.

mod attributes;
mod error;
mod program;
mod reference;
mod repository;
#[cfg(test)]
mod tests;
mod tree;

pub(crate) use attributes::Attributes;
pub use error::GitError;
pub(crate) use repository::Repository;
pub(crate) use tree::{Tree, TreeFile};
