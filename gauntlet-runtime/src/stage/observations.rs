//! The reports of the stages of a check or custom test: the findings of their observers, and what is left of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::finding::{Finding, Leftover};

/// The findings and leftovers of all stages of a check. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observations(Arc<Mutex<Observed>>);

#[derive(Debug, Default)]
struct Observed {
    findings: Vec<Finding>,
    leftovers: Vec<Leftover>,
}

impl Observations {
    /// Adds findings.
    pub(crate) fn report(&self, findings: Vec<Finding>) {
        self.lock().findings.extend(findings);
    }

    /// All findings so far, as they were reported.
    pub(crate) fn all(&self) -> Vec<Finding> {
        self.lock().findings.clone()
    }

    /// Adds what a stage has left in place, if it has.
    pub(crate) fn leave(&self, leftover: Option<Leftover>) {
        self.lock().leftovers.extend(leftover);
    }

    /// Everything that stages have left in place so far.
    pub(crate) fn leftovers(&self) -> Vec<Leftover> {
        self.lock().leftovers.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Observed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
