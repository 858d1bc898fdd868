//! What is broken after the last new version and was not before the first one, and since which version it is.

use super::findings::{function_broken, writes_fail};
use super::probe::{Failure, Kind, State};
use crate::finding::Finding;
use crate::history::Migration;

/// Failures of one cause.
struct Cause<'s> {
    /// The place of the new version since which there is something broken.
    version: usize,
    failures: Vec<&'s Failure>,
}

/// Whether something is broken in the last state and was not in the first one.
pub(in crate::checks::populated) fn is_worse(first: &State, last: &State) -> bool {
    last.broken.iter().any(|failure| is_new(failure, first, last))
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

/// Not what was broken before, under another name perhaps.
fn is_new(failure: &Failure, first: &State, last: &State) -> bool {
    let moved = |old: &Failure| old.error == failure.error && !last.tried.contains(&old.subject);
    !first.has(failure) && !first.broken.iter().any(moved)
}

fn causes(states: &[Option<State>]) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    let (Some(Some(first)), Some(Some(last))) = (states.first(), states.last()) else {
        return causes;
    };
    for failure in last.broken.iter().filter(|failure| is_new(failure, first, last)) {
        let works = |state: &Option<State>| state.as_ref().is_some_and(|state| !state.has(failure));
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
