//! The interface between a stage and the concerns that observe its steps.

use std::any::Any;
use std::fmt;
use std::future::{Future, ready};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{Either, join_all, select};

use super::config::StageConfig;
use super::observations::Observations;
use super::waits::still_there;
use crate::driver::{self, PgConnection};
use crate::engines::{Step, StepError, TIME_UP};
use crate::error::Result;
use crate::history::{Direction, Migration, Script};
use crate::isolation::Sandbox;
use crate::runtime::BoxFuture;
use crate::sql::SqlText;

/// A concern that has to do something before, during or after each step of a stage.
///
/// All methods of all observers get the same [`StepView`]. The observers are called in the order of their list, before a
/// step as well as after it.
pub(crate) trait Observer: Any + fmt::Debug + Send {
    /// Called before the script runs, with the connection on which it will run. An error keeps the script from running.
    fn before<'a>(
        &'a mut self,
        _step: StepView<'a>,
        _conn: &'a mut PgConnection,
    ) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(ready(Ok(())))
    }

    /// The future that runs at the same time as the script; it is dropped when the script has ended. The script commits
    /// before it returns, so what is visible only inside of its transaction (locks, waiting) is visible here alone, over
    /// [a second connection](StepView::connect).
    fn during<'a>(&'a mut self, _step: StepView<'a>) -> Option<BoxFuture<'a, ()>> {
        None
    }

    /// Called when the script has ended, with its result and its connection. The observer may add to the step or to the
    /// error. An error of its own fails a step that has passed so far; the connection of a step that has failed may be in
    /// any state.
    fn after<'a>(
        &'a mut self,
        _step: StepView<'a>,
        _conn: &'a mut PgConnection,
        _result: &'a mut Result<Step, StepError>,
    ) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(ready(Ok(())))
    }

    /// Called when something other than a step may have written to the database.
    fn disturbed(&mut self) {}

    /// The observer of a copy of the database, if a copy needs one.
    fn of_copy(&self) -> Option<Box<dyn Observer>> {
        None
    }
}

/// A step, and what the stage offers to those who observe it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StepView<'a> {
    pub(crate) migration: &'a Migration,
    pub(crate) direction: Direction,
    pub(crate) sandbox: &'a Arc<Sandbox>,
    pub(crate) config: &'a StageConfig,
    /// The backend that runs the step.
    pub(crate) pid: i32,
    /// Where findings are reported.
    pub(crate) observations: &'a Observations,
    pub(super) others_wrote: &'a AtomicBool,
}

impl StepView<'_> {
    /// The SQL of the script that runs.
    pub(crate) fn script(&self) -> SqlText {
        self.script_of_step().map_or_else(|| SqlText::from(""), |script| script.text.clone())
    }

    fn script_of_step(&self) -> Option<&Script> {
        match self.direction {
            Direction::Up => Some(self.migration.up()),
            Direction::Down => self.migration.down(),
        }
    }

    /// A second connection to the same database or schema, with the backend that serves it.
    pub(crate) async fn connect(&self) -> Result<(PgConnection, i32)> {
        connect(self.sandbox).await
    }

    /// Notes that an observer has written to the database.
    pub(crate) fn note_writing(&self) {
        self.others_wrote.store(true, Ordering::Relaxed);
    }

    /// Returns true if an observer has written to the database since the step began.
    pub(crate) fn others_wrote(&self) -> bool {
        self.others_wrote.load(Ordering::Relaxed)
    }

    /// The server gives no session to the step.
    pub(super) fn no_session(&self, error: &impl fmt::Display) -> StepError {
        let fault = "the server gave no connection";
        StepError::unanswered(self.migration.version(), self.direction, fault, error.to_string())
    }

    /// Drives the step itself, for as long as one may take.
    pub(super) async fn in_time<T>(
        &self,
        run: impl Future<Output = Result<T, StepError>>,
    ) -> Result<T, StepError> {
        let limit = self.config.timeout;
        let mut run = pin!(run);
        if let Ok(result) = tokio::time::timeout(limit, run.as_mut()).await {
            return result;
        }
        // While its sessions are there: they end with it.
        let (version, direction) = (self.migration.version(), self.direction);
        let session = (self.pid, self.sandbox.database_name());
        let (fault, message) = match still_there(self.sandbox.server(), session, limit).await {
            Some(does) => (TIME_UP, format!("it has run for {limit:?}: {does}")),
            None => (
                "the server did not answer",
                format!("no answer within {limit:?}; `timeout` sets how long a step may take"),
            ),
        };
        let mut error = StepError::unanswered(version, direction, fault, message);
        error.file = self.script_of_step().and_then(Script::file).map(Path::to_path_buf);
        Err(error)
    }

    /// An error of an observer, at this step.
    pub(crate) fn failure(&self, error: &impl fmt::Display) -> StepError {
        let message = format!("the script passes, and reading the catalog after it fails: {error}");
        let mut error = StepError::of(self.migration.version(), self.direction, message);
        error.file = self.script_of_step().and_then(Script::file).map(Path::to_path_buf);
        error
    }
}

impl fmt::Display for StepView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} of {}", self.direction, self.migration.version())
    }
}

/// The observers of one stage, in the order in which they are called.
#[derive(Debug, Default)]
pub(crate) struct Observers(Vec<Box<dyn Observer>>);

impl Observers {
    /// A list of observers.
    pub(crate) fn new(list: Vec<Box<dyn Observer>>) -> Observers {
        Observers(list)
    }

    /// Adds one at the end, or puts it in the place of the one of the same type.
    pub(crate) fn set<T: Observer>(&mut self, observer: T) {
        match self.find::<T>() {
            Some(old) => *old = observer,
            None => self.0.push(Box::new(observer)),
        }
    }

    /// The observer of a type, for what a check wants to know from it.
    pub(crate) fn find<T: Observer>(&mut self) -> Option<&mut T> {
        self.0.iter_mut().find_map(|one| (&mut **one as &mut dyn Any).downcast_mut())
    }

    /// Calls all before a step.
    pub(super) async fn before(
        &mut self,
        step: StepView<'_>,
        conn: &mut PgConnection,
    ) -> Result<(), StepError> {
        for one in 0..self.0.len() {
            let result = self.0[one].before(step, conn).await;
            if result.is_err() {
                self.disturbed();
                return result;
            }
        }
        Ok(())
    }

    /// The future that runs at the same time as a step.
    pub(super) async fn during(&mut self, step: StepView<'_>) {
        join_all(self.0.iter_mut().filter_map(|one| one.during(step))).await;
    }

    /// Calls all after a step, and returns what the step has come to.
    pub(super) async fn after(
        &mut self,
        step: StepView<'_>,
        conn: &mut PgConnection,
        mut result: Result<Step, StepError>,
    ) -> Result<Step, StepError> {
        for one in &mut self.0 {
            let observed = one.after(step, conn, &mut result).await;
            result = match (result, observed) {
                (Ok(_), Err(error)) => Err(error),
                (result, _) => result,
            };
        }
        result
    }

    /// The observers of a copy of the database.
    pub(crate) fn of_copy(&self) -> Observers {
        Observers(self.0.iter().filter_map(|one| one.of_copy()).collect())
    }

    /// Tells all that something other than a step may have written.
    pub(crate) fn disturbed(&mut self) {
        self.0.iter_mut().for_each(|one| one.disturbed());
    }
}

/// Drives `work` to its end, and `beside` at the same time, as long as that takes.
pub(crate) async fn while_running<T>(
    work: impl Future<Output = T>,
    beside: impl Future<Output = ()>,
) -> T {
    match select(pin!(work), pin!(beside)).await {
        Either::Left((value, _)) => value,
        Either::Right(((), work)) => work.await,
    }
}

/// A connection, and the backend that serves it.
pub(super) async fn connect(sandbox: &Sandbox) -> Result<(PgConnection, i32)> {
    let mut conn = sandbox.connect().await?;
    let pid =
        driver::query_scalar("SELECT pg_catalog.pg_backend_pid()").fetch_one(&mut conn).await?;
    tracing::debug!(sandbox = sandbox.name(), pid, "connected");
    Ok((conn, pid))
}
