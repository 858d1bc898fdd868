//! The stages of one check or custom test, and what they share.

use std::sync::{Arc, Once, OnceLock, Weak};

use tokio::sync::Mutex;

use super::baseline::{self, Laid};
use super::config::StageConfig;
use super::lease::Lease;
use super::observations::Observations;
use super::observer::{Observers, connect};
use super::observers::{self, Seeds};
use super::roles::{self, RoleGuard};
use super::session::{Session, Sessions};
use super::setup;
use super::stage::Stage;
use super::template::Template;
use crate::driver::{self, Connection as _, PgConnection};
use crate::engines::Runner;
use crate::error::{Error, Result};
use crate::isolation::{Isolation, Sandbox};
use crate::model::SetAside;
use crate::names::quote_if_needed;
use crate::server::Server;
use crate::sql::qualifiers;

/// Makes the stages of one check or custom test.
#[derive(Debug)]
pub struct Stages {
    server: Arc<Server>,
    config: Arc<StageConfig>,
    observations: Observations,
    /// The right to create roles, while a stage holds it.
    roles: Mutex<Weak<RoleGuard>>,
    /// The statements of the baseline that were set aside; the same in every stage.
    set_aside: OnceLock<Vec<SetAside>>,
}

/// A database in which the steps can begin: engine, connection, backend, observers.
pub(super) type Prepared = (Runner, PgConnection, i32, Observers);

impl Stages {
    /// Stages on this server. What their observers find goes to `observations`.
    pub(crate) fn new(
        server: Arc<Server>,
        config: Arc<StageConfig>,
        observations: Observations,
    ) -> Stages {
        Stages { server, config, observations, roles: Mutex::default(), set_aside: OnceLock::new() }
    }

    /// Makes a stage at base: the setup has run, the baseline is there, the bookkeeping table exists. The suite's seeds are
    /// planted when the steps come to their versions.
    ///
    /// # Errors
    ///
    /// When the database cannot be created or the setup fails.
    pub async fn at_base(&self, label: &str) -> Result<Stage> {
        self.make(label, Seeds::all_due(), true).await
    }

    /// Makes a stage at base that no seed is planted in, for what concerns the schema only.
    ///
    /// # Errors
    ///
    /// When the database cannot be created or the setup fails.
    pub async fn without_seeds(&self, label: &str) -> Result<Stage> {
        self.make(label, Seeds::none_due(&self.config), true).await
    }

    /// Makes a stage without the baseline, that no seed is planted in: what a model, or the versions that the baseline stands
    /// for, are loaded into.
    ///
    /// # Errors
    ///
    /// When the database cannot be created or the setup fails.
    pub(crate) async fn below_the_baseline(&self, label: &str) -> Result<Stage> {
        self.make(label, Seeds::none_due(&self.config), false).await
    }

    /// The statements of the baseline that were set aside instead of run, once a stage was made on it.
    pub(crate) fn set_aside(&self) -> &[SetAside] {
        self.set_aside.get().map_or(&[], Vec::as_slice)
    }

    pub(super) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    pub(super) fn config(&self) -> &Arc<StageConfig> {
        &self.config
    }

    /// Whether the state after some versions follows from the scripts alone.
    pub(super) fn follows_from_scripts(&self) -> bool {
        self.config.reach.follows_from_scripts()
    }

    pub(super) fn makes(&self, isolation: Isolation) -> bool {
        self.isolation() == isolation
    }

    /// Whether no script makes a role or anything else of the whole server, which no copy of a database has.
    pub(super) fn changes_nothing_of_the_server(&self) -> bool {
        self.config.reach.is_empty()
    }

    /// The history has a step for each of these.
    pub(super) fn migrations(&self) -> &[crate::history::Migration] {
        self.config.history.migrations()
    }

    /// Whether several stages can go through the history at the same time, and copies of one are like the original: not in
    /// schemas, with roles or anything else that belongs to the server, or with seeds by code, which may count its runs.
    pub(crate) fn can_be_copied(&self) -> bool {
        let config = &self.config;
        Template::can_copy(self.isolation())
            && config.reach.stays_in_copies()
            && config.seeds.iter().all(|planned| planned.seed.is_sql())
    }

    /// How many more connections the server accepts now from the roles of the suite.
    ///
    /// # Errors
    ///
    /// When the server does not answer.
    pub(crate) async fn free_connections(&self) -> Result<i64> {
        const FREE: &str = "
            SELECT (least(pg_catalog.current_setting('max_connections')::int8
                - pg_catalog.current_setting('superuser_reserved_connections')::int8,
                (SELECT min(rolconnlimit) FROM pg_catalog.pg_roles
                 WHERE rolconnlimit >= 0 AND (rolname = current_user OR rolname = $1)))
              - (SELECT sum(numbackends) FROM pg_catalog.pg_stat_database))::int8";
        let mut conn = self.server.connect().await?;
        let free = driver::query_scalar(FREE).bind(self.config.as_role.as_deref());
        let free = free.fetch_one(&mut conn).await?;
        conn.close().await?;
        Ok(free)
    }

    /// True if the databases of failed checks stay.
    pub(crate) fn keeps(&self) -> bool {
        self.config.keep
    }

    pub(crate) fn isolation(&self) -> Isolation {
        self.config.isolation.unwrap_or_else(|| Isolation::usual(&self.server))
    }

    async fn make(&self, label: &str, seeds: Seeds, baseline: bool) -> Result<Stage> {
        self.config.history.runnable()?;
        self.stays_inside()?;
        let roles = self.roles().await?;
        let mut sandbox = Sandbox::create_apart(&self.server, self.isolation(), label).await?;
        self.say_which_isolation();
        let baseline = self.config.baseline.as_ref().filter(|_| baseline);
        let prepared = self.prepare(&mut sandbox, roles.as_ref(), seeds, baseline).await;
        self.stage(sandbox, roles, prepared).await
    }

    /// The stage in a database that was prepared. One that could not be is removed.
    pub(super) async fn stage(
        &self,
        sandbox: Sandbox,
        roles: Option<Arc<RoleGuard>>,
        prepared: Result<Prepared>,
    ) -> Result<Stage> {
        let sink = Arc::clone(&self.config.sink);
        let lease = Lease { sandbox: Arc::new(sandbox), roles, keep: self.config.keep, sink };
        match prepared {
            Ok((engine, conn, pid, observers)) => Ok(Stage {
                lease,
                config: Arc::clone(&self.config),
                engine: Arc::new(engine),
                session: Session::new((conn, pid)),
                sessions: Sessions::default(),
                aside: None,
                observers,
                observations: self.observations.clone(),
            }),
            Err(error) => {
                self.observations.leave(lease.close(false).await);
                Err(error)
            }
        }
    }

    /// Checks that the engine makes nothing outside of an own schema, where the tests of all projects would share it.
    fn stays_inside(&self) -> Result<()> {
        if self.isolation() == Isolation::Database {
            return Ok(());
        }
        let engine = &self.config.engine;
        let tables = engine.tables();
        let elsewhere = tables.iter().find(|table| !qualifiers(table).is_empty());
        let what = match (&engine.schemas()[..], elsewhere) {
            ([], None) => return Ok(()),
            ([], Some(table)) => format!("keeps its records in {table}"),
            (schemas, _) => {
                format!("makes the schema {} before the first version", schemas.join(", "))
            }
        };
        Err(Error::Usage(format!(
            "{} {what}, which a schema for each test cannot keep apart\n  run with `isolation = \"database\"`, as a role that may create databases",
            engine.name()
        )))
    }

    /// Says once a process that tests share a database, where nobody has chosen that.
    fn say_which_isolation(&self) {
        static SAID: Once = Once::new();
        if self.config.isolation.is_some() || self.server.can_create_databases() {
            return;
        }
        let options = self.server.options();
        let role = options.get_username();
        let line = format!(
            "the role {role} may not create databases: each test gets a schema of its own in {} \
             (`isolation = \"schema\"` chooses that; ALTER ROLE {} CREATEDB gives each test a database)\n",
            options.get_database().unwrap_or(role),
            quote_if_needed(role),
        );
        SAID.call_once(|| self.config.sink.report(&line));
    }

    async fn prepare(
        &self,
        sandbox: &mut Sandbox,
        roles: Option<&Arc<RoleGuard>>,
        seeds: Seeds,
        baseline: Option<&Laid>,
    ) -> Result<Prepared> {
        let config = &self.config;
        if let Some(role) = &config.as_role {
            roles::ensure(sandbox.server(), role).await?;
            sandbox.give_to(role).await?;
        }
        setup::run(config, sandbox).await?;
        if let Some(laid) = baseline {
            let set_aside = baseline::lay(laid, &config.manifest_dir, sandbox).await?;
            self.set_aside.get_or_init(|| set_aside);
        }
        let (mut conn, pid) = connect(sandbox).await?;
        let engine =
            Runner::prepare(&mut conn, Arc::clone(&config.engine), sandbox.home_schema()).await?;
        if let Some(laid) = baseline {
            baseline::record(laid, &engine, &mut conn).await?;
        }
        let place = (&mut conn, engine.tables());
        let observers = observers::of_new_stage(sandbox, roles, seeds, place).await?;
        Ok((engine, conn, pid, observers))
    }

    /// The right to change the server, if the suite's scripts do that; shared by all stages that exist at a time. The scripts
    /// can create their roles again: those of other stages have gone or bear other names.
    async fn roles(&self) -> Result<Option<Arc<RoleGuard>>> {
        let reach = &self.config.reach;
        let harmless = match self.isolation() {
            Isolation::Database => reach.is_empty(),
            Isolation::Schema => reach.is_within_databases(),
        };
        if harmless {
            return Ok(None);
        }
        let mut held = self.roles.lock().await;
        if let Some(guard) = held.upgrade() {
            guard.put_aside().await?;
            return Ok(Some(guard));
        }
        let guard = Arc::new(RoleGuard::acquire(&self.server, &self.config).await?);
        *held = Arc::downgrade(&guard);
        Ok(Some(guard))
    }
}
