//! A migrated database that processes share, and the stages that are copies of it.

use std::sync::{Arc, OnceLock};

use super::observers::{self, Seeds};
use super::stage::Stage;
use super::stages::{Prepared, Stages};
use super::template::complete;
use crate::engines::Runner;
use crate::error::Result;
use crate::isolation::{Original, Sandbox};

/// A database at some version, of which processes make copies.
#[derive(Debug)]
pub(super) struct SharedHead {
    original: Original,
    /// What the first copy of this process has asked the server for.
    runner: OnceLock<Runner>,
}

impl SharedHead {
    pub(super) fn new(original: Original) -> SharedHead {
        SharedHead { original, runner: OnceLock::new() }
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
        let Some(mut copy) = head.original.copy(label).await? else { return Ok(None) };
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
            runner.learn(self.migrations()[..versions].iter().map(|migration| migration.up()));
            head.runner.get_or_init(|| runner).of_copy()
        };
        let place = (&mut conn, runner.tables());
        let observers = observers::of_new_stage(copy, None, Seeds::none_due(config), place).await?;
        Ok((runner, conn, pid, observers))
    }
}
