//! The state after a version, compared with the one after its first up.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, DiffOptions, Difference};
use crate::stage::{Fingerprint, ServerThing};

/// The state after the first up, as far as the tracker does not hold it.
pub(super) struct AfterUp {
    pub(super) rows: Fingerprint,
    pub(super) roles: BTreeSet<ServerThing>,
}

/// What the last step of a version came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CameTo {
    State(State),
    Failure,
}

/// How the state after a version compares with the one after its first up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Equal,
    /// Except for what the user ignores.
    Alike,
    Different,
}

impl State {
    /// Compares two moments of one database; `ruled` compares them by the suite's rules.
    pub(super) fn of(
        first: &Catalog,
        now: &Catalog,
        ruled: impl FnOnce() -> Vec<Difference>,
    ) -> State {
        if first.diff_with(now, &moments()).differences.is_empty() {
            State::Equal
        } else if ruled().is_empty() {
            State::Alike
        } else {
            State::Different
        }
    }
}

/// Compares two moments of one database, and ignores nothing.
pub(super) fn moments() -> DiffOptions {
    DiffOptions::new().partition_children(true).one_database(true)
}
