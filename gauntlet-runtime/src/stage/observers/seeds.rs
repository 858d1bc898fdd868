//! The suite's seeds, planted when the steps come to their versions.
//!
//! Each is planted once in a database, and never again on the way up after a down. A copy of the database has the seeds of
//! the original.

use std::collections::BTreeSet;

use super::progress;
use crate::driver::{self, Connection as _, PgConnection};
use crate::engines::{Step, StepError};
use crate::error::{Error, Result};
use crate::history::{Direction, Migration};
use crate::isolation::Sandbox;
use crate::runtime::BoxFuture;
use crate::stage::config::StageConfig;
use crate::stage::observer::{Observer, StepView, connect};
use crate::stage::seed::{Seed, SeedPlace, When};

/// Which seeds of the suite have been planted in a database, by their places in the list.
#[derive(Debug)]
pub(crate) struct Seeds {
    planted: BTreeSet<usize>,
    /// The connection of the last seed, if it is like a new one.
    conn: Option<(PgConnection, i32)>,
}

impl Seeds {
    /// All are still to be planted.
    pub(crate) fn all_due() -> Seeds {
        Seeds { planted: BTreeSet::new(), conn: None }
    }

    /// None is to be planted.
    pub(crate) fn none_due(config: &StageConfig) -> Seeds {
        Seeds { planted: (0..config.seeds.len()).collect(), conn: None }
    }

    /// Whether a seed of a version is still to be planted.
    pub(crate) fn is_due(&self, config: &StageConfig, migration: &Migration, when: When) -> bool {
        self.due(config, migration, when).next().is_some()
    }

    /// Leaves out the seeds of a version that are still to be planted.
    pub(crate) fn leave_out(&mut self, config: &StageConfig, migration: &Migration) {
        for when in [When::Before, When::At] {
            let due: Vec<usize> = self.due(config, migration, when).collect();
            self.planted.extend(due);
        }
    }

    fn due<'a>(
        &'a self,
        config: &'a StageConfig,
        migration: &'a Migration,
        when: When,
    ) -> impl Iterator<Item = usize> + 'a {
        let seeds = config.seeds.iter().enumerate();
        seeds
            .filter(move |(number, seed)| {
                seed.version == *migration.id()
                    && seed.when == when
                    && !self.planted.contains(number)
            })
            .map(|(number, _)| number)
    }

    async fn plant_due(&mut self, step: StepView<'_>, when: When) -> Result<(), StepError> {
        let (migration, config) = (step.migration, step.config);
        if step.direction == Direction::Down {
            return Ok(());
        }
        for (number, seed) in config.seeds.iter().enumerate() {
            let due = seed.version == *migration.id() && seed.when == when;
            if due && self.planted.insert(number) {
                step.note_writing();
                let place = SeedPlace::Version(when, migration.version());
                let planted = async {
                    if self.conn.is_none() {
                        self.conn = Some(step.connect().await?);
                    }
                    self.plant(&seed.seed, place, (step.sandbox, config)).await
                };
                planted.await.map_err(|error| match error {
                    Error::Step(error) => *error,
                    other => StepError::of(migration.version(), Direction::Up, other.to_string()),
                })?;
            }
        }
        Ok(())
    }

    /// Plants a seed in a session like a new one, and has the server's statistics count what it has written.
    pub(crate) async fn plant(
        &mut self,
        seed: &Seed,
        place: SeedPlace<'_>,
        (sandbox, config): (&Sandbox, &StageConfig),
    ) -> Result<()> {
        let (mut conn, pid) = match self.conn.take() {
            Some(kept) => kept,
            None => connect(sandbox).await?,
        };
        plant(seed, place, (&mut conn, pid), (sandbox, config)).await?;
        if conn.server_version_num().is_some_and(|version| version >= 150_000) {
            driver::execute(&mut conn, "SELECT pg_catalog.pg_stat_force_next_flush()").await?;
        }
        if seed.is_sql() {
            // The driver has prepared nothing that it asks for again.
            driver::execute(&mut conn, "DISCARD ALL").await?;
            self.conn = Some((conn, pid));
        } else {
            conn.close().await?;
        }
        Ok(())
    }
}

impl Observer for Seeds {
    fn before<'a>(
        &'a mut self,
        step: StepView<'a>,
        _: &'a mut PgConnection,
    ) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(self.plant_due(step, When::Before))
    }

    fn after<'a>(
        &'a mut self,
        step: StepView<'a>,
        _: &'a mut PgConnection,
        result: &'a mut Result<Step, StepError>,
    ) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            match result {
                Ok(_) => self.plant_due(step, When::At).await,
                Err(_) => Ok(()),
            }
        })
    }

    fn of_copy(&self) -> Option<Box<dyn Observer>> {
        Some(Box::new(Seeds { planted: self.planted.clone(), conn: None }))
    }
}

/// Plants a seed, and reports the progress.
pub(crate) async fn plant(
    seed: &Seed,
    place: SeedPlace<'_>,
    (conn, pid): (&mut PgConnection, i32),
    (sandbox, config): (&Sandbox, &StageConfig),
) -> Result<()> {
    let what = format!("the seed {seed} planted {place}");
    let url = sandbox.url();
    let planting = seed.plant(&config.manifest_dir, conn, &url, place);
    progress::reported(planting, &what, (sandbox, pid), config).await
}
