//! The suite's seeds, planted when the steps come to their versions.
//!
//! Each is planted once in a database, and never again on the way up after a down. A copy of the database has the seeds of
//! the original.

use std::collections::BTreeSet;

use super::progress;
use crate::driver::{Connection as _, PgConnection};
use crate::engines::{Step, StepError};
use crate::error::{Error, Result};
use crate::history::Direction;
use crate::isolation::Sandbox;
use crate::stage::config::StageConfig;
use crate::stage::observer::{BoxFuture, Observer, StepView};
use crate::stage::seed::{Seed, SeedPlace, When};

/// Which seeds of the suite have been planted in a database, by their places in the list.
#[derive(Debug, Clone)]
pub(crate) struct Seeds {
    planted: BTreeSet<usize>,
}

impl Seeds {
    /// All are still to be planted.
    pub(crate) fn all_due() -> Seeds {
        Seeds { planted: BTreeSet::new() }
    }

    /// None is to be planted.
    pub(crate) fn none_due(config: &StageConfig) -> Seeds {
        Seeds { planted: (0..config.seeds.len()).collect() }
    }

    async fn plant_due(&mut self, step: StepView<'_>, when: When) -> Result<(), StepError> {
        let (migration, config) = (step.migration, step.config);
        if step.direction == Direction::Down {
            return Ok(());
        }
        for (number, seed) in config.seeds.iter().enumerate() {
            let due = seed.version == *migration.id() && seed.when == when;
            if due && self.planted.insert(number) {
                // It writes over a connection of its own, which reports late.
                step.note_writing();
                let place = SeedPlace { when, version: Some(migration.version()) };
                let planted = match step.connect().await {
                    Ok(own) => plant(&seed.seed, place, own, (step.sandbox, config)).await,
                    Err(error) => Err(error),
                };
                planted.map_err(|error| match error {
                    Error::Step(error) => *error,
                    other => StepError::of(migration.version(), Direction::Up, other.to_string()),
                })?;
            }
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
        Some(Box::new(self.clone()))
    }
}

/// Plants a seed on a connection of its own, so that what it sets there is gone with it.
pub(crate) async fn plant(
    seed: &Seed,
    place: SeedPlace<'_>,
    (mut conn, pid): (PgConnection, i32),
    (sandbox, config): (&Sandbox, &StageConfig),
) -> Result<()> {
    let what = format!("the seed {seed} planted {place}");
    let planting = seed.plant(&config.manifest_dir, &mut conn, place);
    progress::reported(planting, &what, (sandbox, pid), config).await?;
    Ok(conn.close().await?)
}
