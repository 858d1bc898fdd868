//! The findings of observers, collected for the check (or custom test) whose stages they observe.

use std::sync::{Arc, Mutex, PoisonError};

use crate::finding::Finding;

/// The findings that the observers of all stages of a check have reported. Clones share one list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observations(Arc<Mutex<Vec<Finding>>>);

impl Observations {
    /// Adds findings.
    pub(crate) fn report(&self, findings: Vec<Finding>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(findings);
    }

    /// All findings so far, as they were reported.
    pub(crate) fn all(&self) -> Vec<Finding> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
