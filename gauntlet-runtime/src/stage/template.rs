//! A frozen stage: a database that nobody is connected to, so that PostgreSQL can copy it.

use std::sync::Arc;

use super::config::StageConfig;
use super::lease::Lease;
use super::observations::Observations;
use super::observer::{Observers, connect};
use super::session::{Session, Sessions};
use super::stage::Stage;
use crate::catalog::uncopied;
use crate::driver::{self, Connection as _, PgConnection};
use crate::engines::Runner;
use crate::error::Result;
use crate::isolation::{Isolation, Sandbox};

/// A database that nobody is connected to.
#[derive(Debug)]
pub(super) struct Template {
    lease: Lease,
    config: Arc<StageConfig>,
    engine: Arc<Runner>,
    observers: Observers,
    observations: Observations,
    /// The statements that give a copy what PostgreSQL does not copy.
    uncopied: Arc<[String]>,
}

impl Template {
    /// Returns true if PostgreSQL can copy it: it can copy databases, not schemas.
    pub(super) fn can_copy(isolation: Isolation) -> bool {
        isolation == Isolation::Database
    }

    /// Closes the connection of a stage. Nothing follows its catalog any longer.
    pub(super) async fn freeze(mut stage: Stage) -> Result<Template> {
        let options = stage.read_options();
        let uncopied = uncopied(&mut stage.session.conn, &options).await?.into();
        let Stage { lease, config, engine, session, aside, observers, observations, .. } = stage;
        // Some hold connections of their own.
        let observers = observers.of_copy();
        if let Some(aside) = aside {
            aside.close().await?;
        }
        session.conn.close().await?;
        Ok(Template { lease, config, engine, observers, observations, uncopied })
    }

    /// Makes a copy with a connection of its own.
    pub(super) async fn copy(&mut self, label: &str) -> Result<Stage> {
        let original = &self.lease.sandbox;
        let mut sandbox = Sandbox::create_from(original.server(), original.name(), label).await?;
        let connected = complete(&mut sandbox, &self.config, &self.uncopied).await;
        let lease = Lease { sandbox: Arc::new(sandbox), ..self.lease.clone() };
        let copy = Template {
            lease,
            config: Arc::clone(&self.config),
            engine: Arc::new(self.engine.of_copy()),
            observers: self.observers.of_copy(),
            observations: self.observations.clone(),
            uncopied: Arc::clone(&self.uncopied),
        };
        copy.stage(connected).await
    }

    /// The database alone, with the statements that a copy needs in addition. The template itself, while somebody else holds
    /// the database.
    pub(super) fn into_sandbox(self) -> Result<(Sandbox, Vec<String>), Template> {
        let Template { lease, config, engine, observers, observations, uncopied } = self;
        let Lease { sandbox, roles, keep, sink } = lease;
        match Arc::try_unwrap(sandbox) {
            Ok(sandbox) => Ok((sandbox, uncopied.to_vec())),
            Err(sandbox) => {
                let lease = Lease { sandbox, roles, keep, sink };
                Err(Template { lease, config, engine, observers, observations, uncopied })
            }
        }
    }

    /// Opens a connection again.
    pub(super) async fn thaw(self) -> Result<Stage> {
        let connected = connect(&self.lease.sandbox).await;
        self.stage(connected).await
    }

    async fn stage(self, connected: Result<(PgConnection, i32)>) -> Result<Stage> {
        match connected {
            Ok(connected) => {
                let Template { lease, config, engine, observers, observations, .. } = self;
                let session = Session::new(connected);
                let (sessions, aside) = (Sessions::default(), None);
                Ok(Stage {
                    lease,
                    config,
                    engine,
                    session,
                    sessions,
                    aside,
                    observers,
                    observations,
                })
            }
            Err(error) => {
                self.close().await;
                Err(error)
            }
        }
    }

    /// Drops the database.
    pub(super) async fn close(self) {
        drop(self.observers);
        self.observations.leave(self.lease.close(false).await);
    }
}

/// Gives a copy of a database what PostgreSQL has not copied, and connects to it.
pub(super) async fn complete(
    copy: &mut Sandbox,
    config: &StageConfig,
    uncopied: &[String],
) -> Result<(PgConnection, i32)> {
    if let Some(role) = &config.as_role {
        copy.give_to(role).await?;
    }
    if !uncopied.is_empty() {
        let mut conn = copy.connect_setup().await?;
        for statement in uncopied {
            driver::execute(&mut conn, statement).await?;
        }
        conn.close().await?;
    }
    connect(copy).await
}
