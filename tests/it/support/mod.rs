//! What the database tests have in common: a small project in a temporary folder and the text that its checks give;
//! the servers of this machine.

mod gallery;
mod project;
mod servers;

pub(crate) use gallery::{Case, check, check_with, told};
pub(crate) use project::Project;
pub(crate) use servers::{data_files, dump, load, major, newest, pg_dump_for, servers};
