//! A step that is taken a statement at a time, with the footprint of each.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tracing::Instrument as _;

use super::footprint::{Footprint, Recorder, Relations, forget_scans};
use super::observer::{StepView, connect, while_running};
use super::stage::Stage;
use crate::driver::{self, PgConnection};
use crate::engines::StepError;
use crate::history::{Direction, Migration};

/// What the versions that are taken a statement at a time share.
#[derive(Debug, Default)]
pub(crate) struct ByStatement {
    /// A session like a new one.
    session: Option<(PgConnection, i32)>,
    relations: Relations,
}

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
        shared: &mut ByStatement,
    ) -> Result<(Vec<Footprint>, Relations), StepError> {
        let result = self.take_by_statement(migration, shared).await;
        self.observations.see_fault(result.as_ref().err());
        result
    }

    async fn take_by_statement(
        &mut self,
        migration: &Migration,
        shared: &mut ByStatement,
    ) -> Result<(Vec<Footprint>, Relations), StepError> {
        let direction = Direction::Up;
        let span = self.span();
        let others_wrote = AtomicBool::new(false);
        let unanswered = |error: &dyn std::fmt::Display| {
            let fault = "the server gave no connection";
            StepError::unanswered(migration.version(), direction, fault, error.to_string())
        };
        self.end_run().await.map_err(|error| unanswered(&error))?;
        let (mut conn, pid) = match shared.session.take() {
            Some(kept) => kept,
            None => connect(self.sandbox()).await.map_err(|error| unanswered(&error))?,
        };
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
        let read = shared.relations.update(&mut session.conn, sandbox.home_schema()).await;
        read.map_err(|error| unanswered(&error))?;
        let recorder =
            Recorder::start(&mut conn, shared.relations.clone(), sandbox.home_schema()).await;
        let mut recorder = recorder.map_err(|error| unanswered(&error))?;
        let engine = Arc::clone(engine);
        let run = engine.run_by_statement(&mut conn, migration, &mut recorder);
        let mut result =
            while_running(view.in_time(run.instrument(span)), observers.during(view)).await;
        // The driver has prepared nothing in it, and a failure leaves it in any state.
        if result.is_ok() && forget_session(&mut conn).await.is_ok_and(|forgotten| forgotten) {
            shared.session = Some((conn, pid));
        }
        if result.is_ok()
            && let Err(error) = engine.mark_applied(&mut session.conn, migration).await
        {
            result = Err(StepError::of(migration.version(), direction, error.to_string()));
        }
        observers.after(view, &mut session.conn, result).await?;
        Ok(recorder.finish())
    }
}

/// Makes a session like a new one, also in what the server counts for it. `false` where that is not possible.
async fn forget_session(conn: &mut PgConnection) -> driver::Result<bool> {
    driver::execute(conn, "DISCARD ALL").await?;
    forget_scans(conn).await
}
