//! The interface of a package client.

use std::path::PathBuf;

use super::program::Programs;
use crate::server::oldest::{NEWEST, OLDEST};

/// A package client.
pub(super) struct Client {
    /// Its name in messages.
    pub(super) name: &'static str,
    /// The program that has to be in `PATH`.
    pub(super) program: &'static str,
    /// The user that it needs.
    pub(super) user: User,
    /// Brings a PostgreSQL. The error says which program failed, and how.
    pub(super) bring: fn(&Job<'_>) -> Result<Brought, String>,
}

/// The user that a client needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum User {
    Any,
    Root,
    NotRoot,
}

/// What a client works with.
pub(super) struct Job<'a> {
    /// The major version.
    pub(super) wanted: Option<u32>,
    /// An empty folder, which is removed afterwards where nothing in it is kept.
    pub(super) folder: PathBuf,
    /// Runs programs in that folder.
    pub(super) programs: Programs<'a>,
}

/// What a client has brought.
#[derive(Debug)]
pub(super) enum Brought {
    /// The folder in the job's with `bin/postgres`: all of the job's is kept.
    Tree(PathBuf),
    /// A PostgreSQL for the whole machine, where the search finds it.
    Machine,
}

impl Job<'_> {
    /// Returns true if a major version is the one that is wanted, or one that the tool is tested with.
    pub(super) fn takes(&self, major: u32) -> bool {
        self.wanted.map_or((OLDEST..=NEWEST).contains(&major), |wanted| wanted == major)
    }
}
