//! Rows for the tables of a stage: the seeds that are due, then generated ones.

use std::sync::atomic::{AtomicBool, Ordering};

use super::observer::{Observer as _, StepView};
use super::observers::{Seeds, Tracking};
use super::seed::When;
use super::stage::Stage;
use crate::driver::{self, Connection as _, PgConnection};
use crate::engines::StepError;
use crate::error::Result;
use crate::fill::{Filled, Filler};
use crate::history::{Direction, Migration};
use crate::isolation::Isolation;

/// What fills the tables of one stage, over a connection of its own.
#[derive(Debug, Default)]
pub(crate) struct Filling {
    filler: Filler,
    conn: Option<PgConnection>,
}

impl Filling {
    /// What fills the tables of another stage of the same history.
    #[must_use]
    pub(crate) fn elsewhere(mut self) -> Filling {
        self.filler.forget_tables();
        Filling { filler: self.filler, conn: None }
    }

    /// Ends the connection, which the next question opens again.
    ///
    /// # Errors
    ///
    /// When the connection is lost already.
    pub(crate) async fn disconnect(&mut self) -> Result<()> {
        match self.conn.take() {
            Some(conn) => Ok(conn.close().await?),
            None => Ok(()),
        }
    }

    /// A new session that may write to the tables.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub(crate) async fn session(stage: &Stage) -> Result<PgConnection> {
        connect(stage).await
    }

    /// A connection for questions about rows.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub(crate) async fn conn(&mut self, stage: &Stage) -> Result<&mut PgConnection> {
        Ok(match &mut self.conn {
            Some(conn) => conn,
            none => none.insert(connect(stage).await?),
        })
    }
}

/// Where the tables and the code of a user are.
#[derive(Debug)]
pub(crate) struct Extent {
    /// The bookkeeping tables, which are left alone; as SQL.
    pub(crate) apart: Vec<String>,
    /// The schema in which unqualified names land.
    pub(crate) home: String,
    /// True if nothing outside of this schema counts.
    pub(crate) only_home: bool,
}

/// Only a superuser may write to every table; any other role writes to those that it owns.
async fn connect(stage: &Stage) -> Result<PgConnection> {
    let mut conn = stage.sandbox().connect_setup().await?;
    let is_superuser: bool =
        driver::query_scalar("SELECT pg_catalog.current_setting('is_superuser')::bool")
            .fetch_one(&mut conn)
            .await?;
    if is_superuser {
        return Ok(conn);
    }
    conn.close().await?;
    Ok(stage.sandbox().connect().await?)
}

impl Stage {
    /// Whether a seed of a version is still to be planted, right before it or right after it.
    pub(crate) fn has_seeds_due(&mut self, migration: &Migration) -> (bool, bool) {
        let Stage { observers, config, .. } = self;
        let Some(seeds) = observers.find::<Seeds>() else { return (false, false) };
        let due = |when| seeds.is_due(config, migration, when);
        (due(When::Before), due(When::At))
    }

    /// Plants the seeds that come right before a version, ahead of its up.
    ///
    /// # Errors
    ///
    /// When a seed fails.
    pub(crate) async fn plant_before(&mut self, migration: &Migration) -> Result<(), StepError> {
        let others_wrote = AtomicBool::new(false);
        let Stage { lease, config, session, observers, observations, .. } = self;
        let view = StepView {
            migration,
            direction: Direction::Up,
            sandbox: &lease.sandbox,
            config,
            pid: session.pid,
            observations,
            others_wrote: &others_wrote,
        };
        if let Some(seeds) = observers.find::<Seeds>() {
            seeds.before(view, &mut session.conn).await?;
        }
        if others_wrote.load(Ordering::Relaxed) {
            if let Some(Tracking { tracker, .. }) = observers.find() {
                tracker.look().await.map_err(|error| view.failure(&error))?;
            }
            self.wrote(false);
        }
        Ok(())
    }

    /// Leaves out the seeds of a version that are still to be planted.
    pub(crate) fn leave_out_seeds(&mut self, migration: &Migration) {
        let Stage { observers, config, .. } = self;
        if let Some(seeds) = observers.find::<Seeds>() {
            seeds.leave_out(config, migration);
        }
    }

    /// Where rows are put and code is tried.
    pub(crate) fn extent(&self) -> Extent {
        Extent {
            apart: self.engine.tables(),
            home: self.sandbox().home_schema().to_owned(),
            only_home: self.sandbox().isolation() == Isolation::Schema,
        }
    }

    /// Puts generated rows into the tables that hold none; see [`Filler::fill`].
    ///
    /// # Errors
    ///
    /// When the server does not answer or the catalog cannot be read.
    pub(crate) async fn fill(&mut self, filling: &mut Filling) -> Result<Filled> {
        let Extent { apart, home, only_home } = self.extent();
        filling.conn(self).await?;
        let Filling { filler, conn: Some(conn) } = filling else { return Ok(Filled::default()) };
        let filled = filler.fill(conn, &apart, (&home, only_home)).await?;
        if !filled.rows.is_empty() {
            let counted = conn.server_version_num().is_some_and(|version| version >= 150_000);
            if counted {
                driver::execute(conn, "SELECT pg_catalog.pg_stat_force_next_flush()").await?;
            }
            self.wrote(counted);
        }
        Ok(filled)
    }
}
