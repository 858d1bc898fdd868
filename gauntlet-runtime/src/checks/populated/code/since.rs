//! What is broken after the last new version and was not before the first one, and since which version it is.

use std::collections::BTreeSet;

use super::findings::{function_broken, writes_fail};
use super::probe::{Failure, Focus, Kind, State};
use crate::finding::Finding;
use crate::history::Migration;

/// Failures of one cause.
struct Cause<'s> {
    /// The place of the new version since which there is something broken.
    version: usize,
    failures: Vec<&'s Failure>,
}

/// What is broken in the last state and was not in the first one, if anything is.
pub(in crate::checks::populated) fn focus(first: &State, last: &State) -> Option<Focus> {
    let new = last.broken.iter().filter(|failure| !fails_in(first, failure, last));
    let failing: BTreeSet<String> = new.map(|failure| failure.subject.name.clone()).collect();
    let known = last.tried.iter().map(|subject| subject.name.clone()).collect();
    (!failing.is_empty()).then_some(Focus { failing, known })
}

/// The findings about what is broken, by the version. The states are the one before the first new version, then the one after
/// each; `None` where nothing is known.
pub(in crate::checks::populated) fn broken_since<'m>(
    states: &[Option<State>],
    new: &[&'m Migration],
) -> Vec<(&'m Migration, Finding)> {
    let (functions, mut writes): (Vec<Cause<'_>>, Vec<Cause<'_>>) = causes(states)
        .into_iter()
        .partition(|cause| cause.failures[0].subject.kind == Kind::Function);
    let mut all: Vec<(usize, Vec<&Failure>, Vec<&Failure>)> = Vec::new();
    for function in functions {
        let by_it: Vec<Cause<'_>> =
            writes.extract_if(.., |write| write.is_due_to(&function)).collect();
        let by_it = by_it.into_iter().flat_map(|write| write.failures).collect();
        all.push((function.version, function.failures, by_it));
    }
    all.extend(writes.into_iter().map(|write| (write.version, Vec::new(), write.failures)));
    all.sort_by_key(|(version, ..)| *version);
    let finding = |(version, functions, writes): (usize, Vec<&Failure>, Vec<&Failure>)| {
        let migration = *new.get(version)?;
        let finding = match functions.first() {
            Some(function) => function_broken(migration, function, &writes),
            None => writes_fail(migration, &writes)?,
        };
        Some((migration, finding))
    };
    all.into_iter().filter_map(finding).collect()
}

/// Whether what is broken in the last state is broken in another one too, under another name perhaps.
fn fails_in(state: &State, failure: &Failure, last: &State) -> bool {
    let moved = |old: &Failure| old.error == failure.error && !last.tried.contains(&old.subject);
    state.has(failure) || state.broken.iter().any(moved)
}

fn causes(states: &[Option<State>]) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    let (Some(Some(first)), Some(Some(last))) = (states.first(), states.last()) else {
        return causes;
    };
    for failure in last.broken.iter().filter(|failure| !fails_in(first, failure, last)) {
        let works = |state: &Option<State>| {
            state.as_ref().is_some_and(|state| !fails_in(state, failure, last))
        };
        let version = states.iter().rposition(works).unwrap_or(0);
        let is_same = |cause: &&mut Cause<'_>| {
            let one = cause.failures[0];
            cause.version == version
                && one.subject.kind == Kind::Table
                && failure.subject.kind == Kind::Table
                && one.error == failure.error
        };
        match causes.iter_mut().find(is_same) {
            Some(cause) => cause.failures.push(failure),
            None => causes.push(Cause { version, failures: vec![failure] }),
        }
    }
    causes
}

impl Cause<'_> {
    /// Whether writes fail since they run a function that is broken.
    fn is_due_to(&self, function: &Cause<'_>) -> bool {
        let (write, function) = (self.failures[0], function.failures[0]);
        let name = function.subject.name.split('(').next().unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or_default();
        write.error.sqlstate == function.error.sqlstate
            && write.error.message == function.error.message
            && write.error.context.as_deref().is_some_and(|context| context.contains(name))
    }
}
