//! The way back to the state after the first up of a version, in the same database.

use std::sync::Arc;

use super::state::{AfterUp, CameTo, State, moments};
use super::walk::Walk;
use crate::error::Error;
use crate::history::Migration;

impl Walk {
    /// Makes the state that of after the first up again, where it is not, and compares.
    ///
    /// What a down left or took is repaired by SQL, and seeds that it took are planted again: that costs far less than a
    /// database of only ups. What came of it is compared, not believed.
    pub(super) async fn restored(
        &mut self,
        migration: &Migration,
        after_up: &AfterUp,
        came_to: CameTo,
    ) -> Result<State, Error> {
        let mut state = match came_to {
            CameTo::State(state) => state,
            CameTo::Failure => self.compare_with_first(),
        };
        if state == State::Different {
            if !self.repaired().await? {
                return Ok(State::Different);
            }
            state = self.compare_with_first();
        }
        if state == State::Different || self.stage.made_on_server() != after_up.roles {
            return Ok(State::Different);
        }
        if self.stage.fingerprint().await? != after_up.rows {
            let planted = self.stage.replant(migration).await?;
            if !planted || self.stage.fingerprint().await? != after_up.rows {
                return Ok(State::Different);
            }
        }
        if came_to == CameTo::Failure {
            self.stage.record(migration).await?;
        }
        Ok(state)
    }

    /// Runs the SQL that turns the catalog into the one after the first up. `false` where there is none, or it fails.
    async fn repaired(&mut self) -> Result<bool, Error> {
        let rules = Arc::clone(&self.basis.rules);
        let tracker = self.tracker();
        let (expected, actual) = tracker.between(1, tracker.moment());
        let differences = expected.diff_with(&actual, &moments()).differences;
        match rules.mend(&tracker.at(1), tracker.catalog(), &differences) {
            Some(sql) => self.stage.amend(&sql).await,
            None => Ok(false),
        }
    }

    /// Compares the catalog with the one after the first up.
    fn compare_with_first(&mut self) -> State {
        let rules = Arc::clone(&self.basis.rules);
        let now = self.tracker().moment();
        let (first, now) = self.tracker().between(1, now);
        State::of(&first, &now, || rules.changes(&first, &now))
    }
}
