//! Roles, their settings and memberships, tablespaces and the server's own settings belong to a server, not to a database, so an own
//! database does not isolate them.
//!
//! A suite whose scripts change any of them therefore works one test at a time on a server (an advisory lock, across
//! processes). What a test has made goes with its database, and settings get back the values that they had. What a test
//! needs again while an earlier database of the same test still refers to it is renamed first, which PostgreSQL always allows.
//!
//! Only roles that the suite's own scripts name are ever touched, only what came or changed while the lock was held, and
//! only of the sorts that the scripts change.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::config::StageConfig;
use super::server_thing::{self, ServerThing};
use crate::driver::{self, Connection as _, PgConnection};
use crate::error::{Error, Result};
use crate::names::{quote_ident, quote_literal};
use crate::runtime::{at_last, runtime};
use crate::server::Server;

/// The key of the lock that serves all suites on a server.
const LOCK: i64 = 0x6761_756e_726f_6c65;

/// The comment on a role that was made for `as_role`, and so belongs to no single test.
const MARK: &str = "made by gauntlet for as_role";

/// The right to make roles on a server, until it is released.
#[derive(Debug)]
pub(crate) struct RoleGuard(Option<Inner>);

#[derive(Debug)]
struct Inner {
    embedded: bool,
    conn: Mutex<PgConnection>,
    config: Arc<StageConfig>,
    names: Vec<String>,
    before: BTreeSet<String>,
    things_before: BTreeSet<ServerThing>,
}

impl RoleGuard {
    /// Waits until no other test changes the server.
    pub(crate) async fn acquire(
        server: &Arc<Server>,
        config: &Arc<StageConfig>,
    ) -> Result<RoleGuard> {
        let mut conn = server.connect().await.map_err(Error::from)?;
        driver::query("SELECT pg_catalog.pg_advisory_lock($1)")
            .bind(LOCK)
            .execute(&mut conn)
            .await?;
        let mut inner = Inner {
            embedded: server.is_embedded(),
            conn: Mutex::new(conn),
            config: Arc::clone(config),
            names: config.reach.roles().cloned().collect(),
            before: BTreeSet::new(),
            things_before: BTreeSet::new(),
        };
        // On the embedded server, such a role is left from a run that was killed.
        if inner.embedded {
            inner.clear(&BTreeSet::new()).await?;
        }
        inner.before = inner.there().await?;
        inner.things_before = inner.things().await?;
        Ok(RoleGuard(Some(inner)))
    }

    /// What has come since, and settings that have got another value.
    pub(crate) async fn created(&self) -> Result<BTreeSet<ServerThing>> {
        let Some(inner) = &self.0 else { return Ok(BTreeSet::new()) };
        let mut things: BTreeSet<ServerThing> =
            inner.things().await?.difference(&inner.things_before).cloned().collect();
        things.extend(inner.created().await?.into_iter().map(ServerThing::Role));
        Ok(things)
    }

    /// Makes the roles that the scripts make and the server lacks, for what names them and runs without the scripts. Where
    /// the role of the URL may not make roles, there are none.
    pub(crate) async fn make_missing(&self) -> Result<()> {
        match &self.0 {
            Some(inner) => inner.make_missing().await,
            None => Ok(()),
        }
    }

    /// Makes room for the same roles once more; what refers to them keeps them under another name.
    pub(crate) async fn put_aside(&self) -> Result<()> {
        match &self.0 {
            Some(inner) => inner.clear(&BTreeSet::new()).await,
            None => Ok(()),
        }
    }

    /// The same for all roles but those of a database that goes on.
    pub(crate) async fn put_others_aside(&self, own: &BTreeSet<String>) -> Result<()> {
        match &self.0 {
            Some(inner) => inner.clear(own).await,
            None => Ok(()),
        }
    }

    /// Removes the roles that have come, and lets the next test make its own. To be called when the databases that
    /// refer to them are gone.
    pub(crate) async fn release(guard: Option<Arc<RoleGuard>>) {
        let guard = guard.and_then(Arc::into_inner);
        if let Some(inner) = guard.and_then(|mut guard| guard.0.take()) {
            inner.release().await;
        }
    }
}

/// The guard of a test that panicked.
impl Drop for RoleGuard {
    fn drop(&mut self) {
        if let Some(inner) = self.0.take() {
            at_last(runtime().handle(), Box::pin(async move { inner.release().await }));
        }
    }
}

impl Inner {
    async fn there(&self) -> Result<BTreeSet<String>> {
        let roles: Vec<String> = driver::query_scalar(
            // `shobj_description` would be called for each role, after each step.
            "SELECT r.rolname::text FROM pg_catalog.pg_roles r
             WHERE r.rolname = ANY ($1) AND NOT EXISTS (
               SELECT FROM pg_catalog.pg_shdescription d WHERE d.objoid = r.oid
               AND d.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.description = $2)",
        )
        .bind(&self.names)
        .bind(MARK)
        .fetch_all(&mut *self.conn.lock().await)
        .await?;
        Ok(roles.into_iter().collect())
    }

    async fn make_missing(&self) -> Result<()> {
        let conn = &mut *self.conn.lock().await;
        let missing: Vec<String> = driver::query_scalar(
            "SELECT name FROM pg_catalog.unnest($1::text[]) AS name
             WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = name)",
        )
        .bind(&self.names)
        .fetch_all(&mut *conn)
        .await?;
        for role in missing {
            match driver::execute(conn, &format!("CREATE ROLE {}", quote_ident(&role))).await {
                // insufficient_privilege
                Err(driver::Error::Database(error)) if error.code().as_deref() == Some("42501") => {
                    break;
                }
                result => result.map(|_| ())?,
            }
        }
        Ok(())
    }

    async fn created(&self) -> Result<BTreeSet<String>> {
        Ok(self.there().await?.difference(&self.before).cloned().collect())
    }

    async fn things(&self) -> Result<BTreeSet<ServerThing>> {
        server_thing::read(&mut *self.conn.lock().await, &self.config.reach).await
    }

    /// Makes settings and tablespaces those that existed before, and roles that existed what they were. What belongs to a
    /// role that has come goes with it; until then its database needs it.
    async fn restore(&self) -> Result<()> {
        let now = self.things().await?;
        if now == self.things_before {
            return Ok(());
        }
        let there = self.there().await?;
        let created: BTreeSet<&String> = there.difference(&self.before).collect();
        let lost: BTreeSet<&String> = self.before.difference(&there).collect();
        let conn = &mut *self.conn.lock().await;
        let goes = |thing: &ServerThing| thing.roles().any(|role| created.contains(role));
        for thing in now.difference(&self.things_before).filter(|thing| !goes(thing)) {
            match (driver::execute(conn, &thing.removal()).await, thing) {
                (Ok(_), _) => {}
                // A database that uses it still exists.
                (Err(_), ServerThing::Tablespace(name)) => {
                    let name = quote_ident(name);
                    let rename = format!("ALTER TABLESPACE {name} RENAME TO {}", aside());
                    driver::execute(conn, &rename).await?;
                }
                (Err(error), _) => return Err(error.into()),
            }
        }
        let old = self.things_before.difference(&now);
        let old = old.filter(|thing| !thing.roles().any(|role| lost.contains(role)));
        for statement in old.filter_map(ServerThing::restoration) {
            driver::execute(conn, &statement).await?;
        }
        if self.config.reach.system_settings {
            driver::execute(conn, "SELECT pg_catalog.pg_reload_conf()").await?;
        }
        Ok(())
    }

    /// Makes the server as it was before, except for these roles.
    async fn clear(&self, except: &BTreeSet<String>) -> Result<()> {
        self.restore().await?;
        for role in self.created().await?.difference(except) {
            let conn = &mut *self.conn.lock().await;
            let quoted = quote_ident(role);
            if driver::execute(conn, &format!("DROP ROLE {quoted}")).await.is_err() {
                let rename = format!("ALTER ROLE {quoted} RENAME TO {}", aside());
                driver::execute(conn, &rename).await?;
            }
        }
        Ok(())
    }

    async fn release(self) {
        if let Err(error) = self.clear(&BTreeSet::new()).await {
            tracing::warn!(%error, "something that the scripts changed is left on the server");
        }
        // Roles that were put aside, now that nothing refers to them any more.
        let mut conn = self.conn.into_inner();
        let left: Vec<String> = driver::query_scalar(
            "SELECT 'ROLE ' || pg_catalog.quote_ident(rolname) FROM pg_catalog.pg_roles
             WHERE rolname LIKE 'gauntlet\\_left\\_%'
             UNION ALL
             SELECT 'TABLESPACE ' || pg_catalog.quote_ident(spcname) FROM pg_catalog.pg_tablespace
             WHERE spcname LIKE 'gauntlet\\_left\\_%'",
        )
        .fetch_all(&mut conn)
        .await
        .unwrap_or_default();
        for thing in left {
            // One that a kept database refers to stays.
            let _ = driver::execute(&mut conn, &format!("DROP {thing}")).await;
        }
        // The lock ends with the connection, also when the farewell does not arrive.
        let _ = conn.close().await;
    }
}

/// A name for what is put aside, quoted.
fn aside() -> String {
    quote_ident(&format!("gauntlet_left_{}", uuid::Uuid::new_v4().simple()))
}

/// Makes sure that the role of `as_role` exists: the embedded server gets it, any other server has to have it.
pub(crate) async fn ensure(server: &Server, role: &str) -> Result<()> {
    let mut conn = server.connect().await.map_err(Error::from)?;
    let there: bool =
        driver::query_scalar("SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1)")
            .bind(role)
            .fetch_one(&mut conn)
            .await?;
    if there {
        return Ok(());
    }
    if !server.is_embedded() {
        return Err(Error::Usage(format!(
            "cannot run the migrations as the role `{role}` (`as_role`): {} has no such role; \
             create it there, or use `db = gauntlet::db::embedded()`, where it is made",
            server.origin()
        )));
    }
    let quoted = quote_ident(role);
    let create = format!(
        "CREATE ROLE {quoted} NOLOGIN; COMMENT ON ROLE {quoted} IS {}",
        quote_literal(MARK)
    );
    match driver::execute(&mut conn, &create).await {
        // Another test was faster.
        Err(driver::Error::Database(error))
            if matches!(error.code().as_deref(), Some("42710" | "23505")) =>
        {
            Ok(())
        }
        result => Ok(result.map(|_| ())?),
    }
}
