//! The commands, each in a file of its name.

mod check;
mod clean;
mod completions;
mod diff;
mod drift;
mod explain;
mod init;
mod install;
mod man;
mod new;
mod output;
mod run;
mod schema;
mod workplace;

pub(crate) use run::run;
