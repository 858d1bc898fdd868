//! Two runs of the engine at the same time, on one database: two instances of a program that migrate when they start.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures_util::future::join;

use super::interrupt::{end_session, until_waiting};
use super::observer::{StepView, connect};
use super::stage::Stage;
use crate::driver::{self, PgConnection};
use crate::engines::{EngineError, Runner, StepError};
use crate::history::{Direction, Migration};

/// The errors of two runs at the same time.
#[derive(Debug)]
pub(crate) struct Both {
    /// That of the run that has the lock first.
    pub(crate) first: Option<StepError>,
    /// That of the run that waits for the lock in the meantime.
    pub(crate) second: Option<StepError>,
}

/// The session in front has to find a deadlock, as where it has worked for longer than `deadlock_timeout` before.
const FINDS_DEADLOCKS: &str = "SELECT pg_catalog.set_config('deadlock_timeout', $1, false)
    WHERE pg_catalog.current_setting('is_superuser')::bool";

impl Stage {
    /// Applies versions in two runs at the same time: while the first one works, the second waits for the engine's lock.
    /// `None` where the engine takes none.
    ///
    /// # Errors
    ///
    /// [`StepError`] when the server does not answer, or the lock of a killed run keeps others out. The stage can then only
    /// be closed.
    pub(crate) async fn run_twice(
        &mut self,
        migrations: &[&Migration],
    ) -> Result<Option<Both>, StepError> {
        let Some(migration) = migrations.first() else { return Ok(None) };
        let result = self.take_twice(migration, migrations).await;
        self.observations.see_fault(result.as_ref().err());
        result
    }

    async fn take_twice(
        &mut self,
        migration: &Migration,
        migrations: &[&Migration],
    ) -> Result<Option<Both>, StepError> {
        let others_wrote = AtomicBool::new(false);
        let sandbox = &self.lease.sandbox;
        let view = StepView {
            migration,
            direction: Direction::Up,
            sandbox,
            config: &self.config,
            pid: self.session.pid,
            observations: &self.observations,
            others_wrote: &others_wrote,
        };
        let engine = Arc::clone(&self.engine);
        let unanswered = |error: EngineError| view.no_session(&error);
        let run = async {
            let session =
                || async { connect(sandbox).await.map_err(|error| view.no_session(&error)) };
            let (mut aside, _) = session().await?;
            let (mut killed, pid) = session().await?;
            if !engine.engine().lock(&mut killed).await.map_err(unanswered)? {
                return Ok(None);
            }
            end_session(&mut aside, pid).await.map_err(|error| view.no_session(&error))?;
            let (mut first, first_pid) = session().await?;
            let (mut second, second_pid) = session().await?;
            let asked = async {
                for (conn, timeout) in [(&mut first, "10ms"), (&mut second, "1h")] {
                    driver::query(FINDS_DEADLOCKS).bind(timeout).fetch_optional(conn).await?;
                }
                Ok(())
            };
            asked.await.map_err(|error: driver::Error| view.no_session(&error))?;
            engine.engine().lock(&mut first).await.map_err(unanswered)?;
            let works = async {
                let waiting = until_waiting(&mut aside, second_pid, first_pid).await;
                waiting.map_err(|error| view.no_session(&error))?;
                let error = apply(&engine, &mut first, migrations).await.err();
                if error.is_none() {
                    engine.engine().unlock(&mut first).await.map_err(unanswered)?;
                } else {
                    // Its process ends.
                    let ended = end_session(&mut aside, first_pid).await;
                    ended.map_err(|error| view.no_session(&error))?;
                }
                Ok(error)
            };
            let follows = async {
                engine.engine().lock(&mut second).await.map_err(unanswered)?;
                let applied = engine.applied(&mut second).await.map_err(unanswered)?;
                let is_due = |migration: &&&Migration| !applied.contains(migration.id());
                let due: Vec<&Migration> = migrations.iter().filter(is_due).copied().collect();
                Ok(apply(&engine, &mut second, &due).await.err())
            };
            let (first, second) = join(works, follows).await;
            Ok(Some(Both { first: first?, second: second? }))
        };
        let both = view.in_time(run).await?;
        let recovered = self.recover().await;
        recovered.map_err(|error| {
            let fault = "the server did not answer";
            StepError::unanswered(migration.version(), Direction::Up, fault, error.to_string())
        })?;
        Ok(both)
    }
}

async fn apply(
    engine: &Runner,
    conn: &mut PgConnection,
    migrations: &[&Migration],
) -> Result<(), StepError> {
    for migration in migrations {
        engine.apply(conn, migration).await?;
    }
    Ok(())
}
