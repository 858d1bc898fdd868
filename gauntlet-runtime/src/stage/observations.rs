//! The reports of the stages of a check or custom test: the findings of their observers, what their steps took and
//! changed, and what is left of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::catalog::Difference;
use crate::engines::{Step, StepError};
use crate::finding::{Finding, Leftover, VersionSteps};
use crate::history::{Direction, VersionId};

/// The findings and leftovers of all stages of a check. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observations(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    observed: Mutex<Observed>,
    /// The first fault of the server.
    fault: watch::Sender<Option<String>>,
}

impl Default for Shared {
    fn default() -> Shared {
        Shared { observed: Mutex::default(), fault: watch::channel(None).0 }
    }
}

#[derive(Debug, Default)]
struct Observed {
    findings: Vec<Finding>,
    leftovers: Vec<Leftover>,
    steps: HashMap<VersionId, VersionSteps>,
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

    /// Notes what a step took. The first up and the first down of a version count.
    pub(super) fn took(&self, step: &Step) {
        let mut observed = self.lock();
        let steps = observed.steps_of(&step.version.id);
        let time = match step.direction {
            Direction::Up => &mut steps.up,
            Direction::Down => &mut steps.down,
        };
        time.get_or_insert(step.duration);
    }

    /// Notes what the up of a version changed.
    pub(super) fn changed(&self, version: &VersionId, changes: &[Difference]) {
        let mut observed = self.lock();
        observed.steps_of(version).changes.get_or_insert_with(|| changes.to_vec());
    }

    /// What is known of the steps so far, in no order.
    pub(crate) fn steps(&self) -> Vec<VersionSteps> {
        self.lock().steps.values().cloned().collect()
    }

    /// Takes notice of a step that failed, if the server was the reason.
    pub(super) fn see_fault(&self, error: Option<&StepError>) {
        if let Some(text) = error.and_then(StepError::fault_text) {
            // The first one is the reason for those that follow.
            self.0.fault.send_if_modified(|first| first.is_none() && first.replace(text).is_none());
        }
    }

    /// Waits for a fault of the server in the middle of a step: then nothing that the check says is worth anything.
    ///
    /// # Cancel safety
    ///
    /// The next call waits for the same.
    pub(crate) async fn fault(&self) -> String {
        let mut fault = self.0.fault.subscribe();
        let found = fault.wait_for(Option::is_some).await;
        // The sender lives as long as `self`.
        found.ok().and_then(|text| text.clone()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Observed> {
        self.0.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observed {
    fn steps_of(&mut self, version: &VersionId) -> &mut VersionSteps {
        let none = || VersionSteps::of(version.clone());
        self.steps.entry(version.clone()).or_insert_with(none)
    }
}
