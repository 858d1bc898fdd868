//! The installation of a PostgreSQL on a machine that has none, by a package client that the machine has.
//!
//! A client either brings PostgreSQL into a folder of its own, which is then renamed to where the search finds it, or installs for
//! the whole machine, where the search finds it as well. What a client downloads, it checks.

mod apt_get;
mod brew;
mod client;
mod clients;
mod folder;
mod installer;
mod npm;
mod pip;
mod program;
mod report;
mod uv;
mod wheel;

pub(super) use folder::folders;
pub(super) use installer::Installer;
