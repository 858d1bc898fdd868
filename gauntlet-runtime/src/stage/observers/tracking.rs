//! The catalog of a stage, followed from step to step.

use crate::catalog::{Catalog, CatalogError, ReadOptions, Tracker};
use crate::driver::PgConnection;
use crate::engines::{Step, StepError};
use crate::runtime::BoxFuture;
use crate::stage::observer::{Observer, StepView};

/// A tracker that looks after each step.
#[derive(Debug)]
pub(crate) struct Tracking {
    /// Follows the catalog over a connection of its own.
    pub(crate) tracker: Tracker,
    options: ReadOptions,
}

impl Tracking {
    /// Follows the catalog with this tracker, which reads it in this way.
    pub(crate) fn new(tracker: Tracker, options: ReadOptions) -> Tracking {
        Tracking { tracker, options }
    }

    async fn look(
        &mut self,
        step: &Step,
        view: StepView<'_>,
        conn: &mut PgConnection,
    ) -> Result<(), CatalogError> {
        if step.open {
            // Only the connection of the step sees what it did.
            self.tracker.take(Catalog::read(conn, &self.options).await?);
            Ok(())
        } else {
            match &step.counts {
                // The answer is from before what other connections have written, and reported, since.
                Some(_) if view.others_wrote() => self.tracker.look_asking(&view.script()).await,
                Some(counts) => self.tracker.look_by_counts(&view.script(), counts).await,
                None => self.tracker.look().await,
            }
        }
    }
}

impl Observer for Tracking {
    fn after<'a>(
        &'a mut self,
        view: StepView<'a>,
        conn: &'a mut PgConnection,
        result: &'a mut Result<Step, StepError>,
    ) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            match result {
                Ok(step) => self.look(step, view, conn).await.map_err(|e| view.failure(&e)),
                Err(_) => Ok(()),
            }
        })
    }
}
