//! Parts that the database tests share: servers and databases, a small project in a temporary folder and the text that
//! its checks give, changes of catalogs as data, and `pg_dump` as an oracle.

pub(crate) mod area;
pub(crate) mod database;
mod gallery;
pub(crate) mod generated;
/// The generated histories of the benchmark.
#[path = "../../../benches/suite/history/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the benchmark uses all of it")]
pub(crate) mod histories;
pub(crate) mod mutations;
pub(crate) mod oracle;
mod project;
mod repository;
mod said;
mod server;

pub(crate) use gallery::{
    Case, check, check_with, expect_same, isolations, printed, without_names,
};
pub(crate) use project::Project;
pub(crate) use repository::Repository;
pub(crate) use said::Said;
pub(crate) use server::{RUN, context, embedded, run};
