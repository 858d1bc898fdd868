//! A migrated database that processes share, and the stages that are copies of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::observers::{self, Seeds};
use super::stage::Stage;
use super::stages::{Prepared, Stages};
use super::template::complete;
use crate::engines::Runner;
use crate::error::Result;
use crate::history::Migration;
use crate::isolation::{IsolationError, Original, Sandbox};
use crate::runtime::Concurrent;

type Copied = std::result::Result<Option<Sandbox>, IsolationError>;

/// The label of a copy that is made before a test asks for it.
const SPARE: &str = "migrated";

/// A database at some version, of which processes make copies.
///
/// While a test that is not the first works, the copy for the next one is made, so that it need not wait. What the last test
/// has no use for is removed by the next process, or goes with the server.
#[derive(Debug)]
pub(super) struct SharedHead {
    original: Arc<Original>,
    /// True once a copy was asked for.
    used: AtomicBool,
    spare: Mutex<Option<Concurrent<Copied>>>,
    /// What the first copy of this process has asked the server for.
    runner: OnceLock<Runner>,
}

impl SharedHead {
    pub(super) fn new(original: Original) -> SharedHead {
        let (original, used, spare) =
            (Arc::new(original), AtomicBool::new(false), Mutex::default());
        SharedHead { original, used, spare, runner: OnceLock::new() }
    }

    /// A copy for a test. `None` where the original is gone.
    async fn copy(&self, label: &str) -> Copied {
        let spare = self.spare().take();
        let made = match spare {
            // One that cannot be made is made again, by the one who needs it.
            Some(spare) => spare.join().await.ok().flatten(),
            None => None,
        };
        let copied = match made {
            Some(copy) => Ok(Some(copy)),
            None => self.original.copy(label).await,
        };
        // Where tests are processes, a second one never comes.
        if self.used.swap(true, Ordering::Relaxed) && matches!(copied, Ok(Some(_))) {
            let original = Arc::clone(&self.original);
            let work = Box::pin(async move { original.copy(SPARE).await });
            self.spare().get_or_insert_with(|| Concurrent::start(work));
        }
        copied
    }

    fn spare(&self) -> MutexGuard<'_, Option<Concurrent<Copied>>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stages {
    /// A stage at which this many versions are applied: a copy. `None` where the original is gone.
    pub(super) async fn copy_of(
        &self,
        head: &SharedHead,
        versions: usize,
        label: &str,
    ) -> Result<Option<Stage>> {
        let Some(mut copy) = head.copy(label).await? else { return Ok(None) };
        let prepared = self.prepare_copy(&mut copy, head, versions).await;
        Ok(Some(self.stage(copy, None, prepared).await?))
    }

    async fn prepare_copy(
        &self,
        copy: &mut Sandbox,
        head: &SharedHead,
        versions: usize,
    ) -> Result<Prepared> {
        let config = self.config();
        let (mut conn, pid) = complete(copy, config, head.original.statements()).await?;
        let runner = if let Some(runner) = head.runner.get() {
            runner.of_copy()
        } else {
            let engine = Arc::clone(&config.engine);
            let runner = Runner::prepare(&mut conn, engine, copy.home_schema()).await?;
            runner.learn(self.migrations()[..versions].iter().map(Migration::up));
            head.runner.get_or_init(|| runner).of_copy()
        };
        let place = (&mut conn, runner.tables());
        let observers = observers::of_new_stage(copy, None, Seeds::none_due(config), place).await?;
        Ok((runner, conn, pid, observers))
    }
}
