//! What the database tests have in common: a small project in a temporary folder and the text that its checks give.

mod gallery;
mod project;

pub(crate) use gallery::{Case, check, check_with, told, without_names};
pub(crate) use project::Project;
