//! A step that is taken a statement at a time, with the footprint of each.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracing::Instrument as _;

use super::footprint::{Footprint, Recorder, Relations};
use super::observer::{StepView, connect, while_running};
use super::stage::Stage;
use crate::engines::StepError;
use crate::history::{Direction, Migration};

impl Stage {
    /// Applies one version in a session of its own, a statement at a time: the footprints of its statements, and the
    /// relations that existed before it.
    ///
    /// # Errors
    ///
    /// As for [`apply`](Self::apply).
    pub(crate) async fn apply_by_statement(
        &mut self,
        migration: &Migration,
    ) -> Result<(Vec<Footprint>, Relations), StepError> {
        let direction = Direction::Up;
        let span = self.span();
        let others_wrote = AtomicBool::new(false);
        let unanswered = |error: &dyn std::fmt::Display| {
            let message = format!("no session for the up of {}: {error}", migration.version());
            StepError::of(migration.version(), direction, message)
        };
        self.end_run().await.map_err(|error| unanswered(&error))?;
        let (mut conn, pid) = connect(self.sandbox()).await.map_err(|error| unanswered(&error))?;
        let Stage { lease, config, engine, session, observers, observations, .. } = self;
        let sandbox = &lease.sandbox;
        let view = StepView {
            migration,
            direction,
            sandbox,
            config,
            pid,
            observations,
            others_wrote: &others_wrote,
        };
        observers.before(view, &mut session.conn).await?;
        let recorder = Recorder::start(&mut conn, &mut session.conn, sandbox.home_schema()).await;
        let mut recorder = recorder.map_err(|error| unanswered(&error))?;
        let engine = Arc::clone(engine);
        let run = engine.run_by_statement(&mut conn, migration, &mut recorder);
        let mut result = while_running(run.instrument(span), observers.during(view)).await;
        drop(conn);
        if result.is_ok()
            && let Err(error) = engine.mark_applied(&mut session.conn, migration).await
        {
            result = Err(StepError::of(migration.version(), direction, error.to_string()));
        }
        observers.after(view, &mut session.conn, result).await?;
        Ok(recorder.finish())
    }
}
