//! What a check does to a stage between two steps, so that the next one begins where ups alone would have led: a session
//! after a step that failed, SQL that repairs the schema, seeds that are planted again, a version that is recorded.

use std::collections::BTreeSet;

use super::config::PlannedSeed;
use super::observers::{Roles, Rows, Seeds, Tracking};
use super::seed::{SeedPlace, When};
use super::server_thing::ServerThing;
use super::stage::Stage;
use crate::driver;
use crate::error::Result;
use crate::history::Migration;
use crate::sql::SqlText;

impl Stage {
    /// Ends the session of a step that failed, and follows what the step has changed all the same.
    ///
    /// # Errors
    ///
    /// When the server refuses a new session or the catalog cannot be read.
    pub(crate) async fn recover(&mut self) -> Result<()> {
        self.session.replace(&self.lease.sandbox).await?;
        self.observers.disturbed();
        if let Some(roles) = self.observers.find::<Roles>() {
            roles.refresh().await?;
        }
        match self.observers.find::<Tracking>() {
            Some(tracking) => Ok(tracking.tracker.look().await?),
            None => Ok(()),
        }
    }

    /// The roles that the scripts have made.
    pub(super) fn roles_made(&mut self) -> BTreeSet<String> {
        let role = |thing| match thing {
            ServerThing::Role(name) => Some(name),
            _ => None,
        };
        self.made_on_server().into_iter().filter_map(role).collect()
    }

    /// Whether roles, never changed once they are made, are all that the scripts touch beyond their database.
    pub(super) fn makes_only_roles(&self) -> bool {
        self.config.reach.is_only_roles()
    }

    /// Puts aside the roles of other databases of the same history, so that the next versions can create theirs.
    ///
    /// # Errors
    ///
    /// When a role can be neither dropped nor renamed.
    pub(crate) async fn put_roles_aside(&mut self) -> Result<()> {
        let own = self.roles_made();
        match &self.lease.roles {
            Some(guard) => guard.put_others_aside(&own).await,
            None => Ok(()),
        }
    }

    /// Runs SQL in the session of the steps, all of it or nothing, and follows what it has changed. `false` when it fails.
    ///
    /// # Errors
    ///
    /// When the server refuses a new session or the catalog cannot be read.
    pub(crate) async fn amend(&mut self, sql: &str) -> Result<bool> {
        self.session.renew(&self.lease.sandbox).await?;
        let conn = &mut self.session.conn;
        // One simple query is one transaction.
        if let Err(error) = driver::execute(conn, sql).await {
            tracing::debug!(%error, "the schema cannot be repaired");
            return Ok(false);
        }
        let text = SqlText::from(sql);
        let counts = self.engine.counts(conn, &text).await?;
        self.wrote(counts.is_some());
        if sql.contains("current_database()") {
            // Settings of the database are those of new sessions.
            self.session.replace(&self.lease.sandbox).await?;
        }
        if let Some(Tracking { tracker, .. }) = self.observers.find() {
            match counts {
                Some(counts) => tracker.look_by_counts(&text, &counts).await?,
                None => tracker.look().await?,
            }
        }
        Ok(true)
    }

    /// Plants once more the seeds that were planted when this version had been applied. `false` when there are none, or
    /// one of them fails.
    ///
    /// # Errors
    ///
    /// When the server refuses a connection or the catalog cannot be read.
    pub(crate) async fn replant(&mut self, migration: &Migration) -> Result<bool> {
        let (config, sandbox) = (&*self.config, &self.lease.sandbox);
        let Some(seeds) = self.observers.find::<Seeds>() else { return Ok(false) };
        let due = |seed: &&PlannedSeed| seed.version == *migration.id() && seed.when == When::At;
        let mut planted = false;
        for seed in config.seeds.iter().filter(due) {
            let place = SeedPlace::Version(seed.when, migration.version());
            if let Err(error) = seeds.plant(&seed.seed, place, (sandbox, config)).await {
                tracing::debug!(%error, "the seed cannot be planted again");
                return Ok(false);
            }
            planted = true;
        }
        if !planted {
            return Ok(false);
        }
        let tracking = self.observers.find::<Tracking>();
        let counts = tracking.as_ref().is_some_and(|t| t.tracker.question().is_some());
        if let Some(Tracking { tracker, .. }) = tracking {
            tracker.look_asking(&SqlText::from("")).await?;
        }
        self.wrote(counts);
        Ok(true)
    }

    /// Notes that rows may have been written.
    pub(super) fn wrote(&mut self, counted: bool) {
        if let Some(rows) = self.observers.find::<Rows>() {
            rows.written(counted);
        }
    }

    /// Records a version as applied, if it is not.
    ///
    /// # Errors
    ///
    /// When the bookkeeping table cannot be read or written.
    pub(crate) async fn record(&mut self, migration: &Migration) -> Result<()> {
        if !self.applied().await?.contains(migration.id()) {
            self.mark_applied(migration).await?;
        }
        Ok(())
    }
}
