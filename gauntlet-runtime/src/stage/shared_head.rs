//! A migrated database that tests share, and the stages that are copies of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::available_parallelism;

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

/// The database of which copies are made.
#[derive(Debug)]
pub(super) enum Source {
    /// Processes share it.
    Shared(Original),
    /// It belongs to this process; the statements complete a copy.
    Own(Sandbox, Vec<String>),
}

impl Source {
    async fn copy(&self, label: &str) -> Copied {
        match self {
            Source::Shared(original) => original.copy(label).await,
            Source::Own(own, _) => {
                Sandbox::create_from(own.server(), own.name(), label).await.map(Some)
            }
        }
    }

    /// What has to run in a copy to complete it.
    fn statements(&self) -> &[String] {
        match self {
            Source::Shared(original) => original.statements(),
            Source::Own(_, statements) => statements,
        }
    }
}

/// A database at some version, of which tests get copies.
///
/// While a test that is not the first works, the copy for the next one is made, so that it need not wait: one for each of the
/// tests that have wanted a copy at the same time, up to the number of cores. What the last tests have no use for is removed
/// where this is dropped; on the embedded server, by the next process, or it goes with the server.
#[derive(Debug)]
pub(super) struct SharedHead {
    original: Arc<Source>,
    spares: Mutex<Spares>,
    /// What the first copy of this process has asked the server for.
    runner: OnceLock<Runner>,
}

/// The copies that are made before a test asks for them.
#[derive(Debug, Default)]
struct Spares {
    /// In the order in which they were begun.
    making: VecDeque<Concurrent<Copied>>,
    /// True once a copy was asked for.
    used: bool,
    /// The most that have waited at a time, but no more than there are cores.
    most: usize,
}

impl SharedHead {
    pub(super) fn new(original: Source) -> SharedHead {
        SharedHead {
            original: Arc::new(original),
            spares: Mutex::default(),
            runner: OnceLock::new(),
        }
    }

    /// A copy for a test, one of so many that wait for one. `None` where the original is gone.
    async fn copy(&self, label: &str, waiting: usize) -> Copied {
        let spare = {
            let mut spares = self.spares();
            // The server copies no faster with more at a time than there are cores.
            let cores = available_parallelism().map_or(1, usize::from);
            spares.most = spares.most.max(waiting).min(cores);
            spares.making.pop_front()
        };
        let made = match spare {
            // One that cannot be made is made again, by the one who needs it.
            Some(spare) => spare.join().await.ok().flatten(),
            None => None,
        };
        let copied = match made {
            Some(copy) => Ok(Some(copy)),
            None => self.original.copy(label).await,
        };
        let mut spares = self.spares();
        // Where tests are processes, a second one never comes.
        if std::mem::replace(&mut spares.used, true) && matches!(copied, Ok(Some(_))) {
            while spares.making.len() < spares.most {
                let original = Arc::clone(&self.original);
                let work = Box::pin(async move { original.copy(SPARE).await });
                spares.making.push_back(Concurrent::start(work));
            }
        }
        drop(spares);
        copied
    }

    fn spares(&self) -> MutexGuard<'_, Spares> {
        self.spares.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stages {
    /// A stage at which this many versions are applied: a copy, for one of so many tests that wait. `None` where the original
    /// is gone.
    pub(super) async fn copy_of(
        &self,
        head: &SharedHead,
        versions: usize,
        label: &str,
        waiting: usize,
    ) -> Result<Option<Stage>> {
        let Some(mut copy) = head.copy(label, waiting).await? else { return Ok(None) };
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
