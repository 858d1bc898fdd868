//! Roles belong to a server, not to a database, so an own database does not isolate them.
//!
//! A suite whose scripts make roles therefore works one test at a time on a server (an advisory lock, across
//! processes), and the roles that a test has made are removed with its database. A role that a test creates again while an
//! earlier database of the same test still refers to it is renamed first, which PostgreSQL always allows.
//!
//! Only roles that the suite's own scripts name are ever touched, and only if they came while the lock was held.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use regex_lite::Regex;
use tokio::sync::Mutex;

use crate::driver::{self, Connection as _, PgConnection};
use crate::error::{Error, Result};
use crate::history::{History, Script};
use crate::names::{quote_ident, quote_literal};
use crate::runtime::{runtime, settle, spawn};
use crate::server::Server;

/// The key of the lock that serves all suites on a server.
const LOCK: i64 = 0x6761_756e_726f_6c65;

/// The comment on a role that was made for `as_role`, and so belongs to no single test.
const MARK: &str = "made by gauntlet for as_role";

/// The roles that scripts make, by name. Empty with `any`, when a name is made up at run time.
#[derive(Debug, Default)]
pub(crate) struct CreatedRoles {
    any: bool,
    names: BTreeSet<String>,
}

impl CreatedRoles {
    /// Looks for `CREATE ROLE`, `USER` and `GROUP` in all scripts, also inside of `DO` blocks.
    pub(crate) fn by(history: &History, setup: Option<&str>) -> CreatedRoles {
        static CREATE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r#"(?i:\bcreate\s+(?:role|user|group)\s+)("(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*|%)"#,
            )
            .expect("the pattern is valid")
        });
        let mut made = CreatedRoles::default();
        let scripts = history
            .migrations()
            .iter()
            .flat_map(|m| [Some(m.up().sql()), m.down().map(Script::sql)])
            .chain([setup])
            .flatten();
        for found in scripts.flat_map(|script| CREATE.captures_iter(script)) {
            let name = &found[1];
            if name.eq_ignore_ascii_case("mapping") {
                continue;
            }
            made.any = true;
            if let Some(quoted) = name.strip_prefix('"') {
                made.names.insert(quoted[..quoted.len() - 1].replace("\"\"", "\""));
            } else if name != "%" {
                made.names.insert(name.to_lowercase());
            }
        }
        made
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.any
    }
}

/// The right to make roles on a server, until it is released.
#[derive(Debug)]
pub(crate) struct RoleGuard(Option<Inner>);

#[derive(Debug)]
struct Inner {
    embedded: bool,
    conn: Mutex<PgConnection>,
    names: Vec<String>,
    before: BTreeSet<String>,
}

impl RoleGuard {
    /// Waits until no other test makes roles on this server.
    pub(crate) async fn acquire(server: &Arc<Server>, created: &CreatedRoles) -> Result<RoleGuard> {
        let mut conn = server.connect().await.map_err(Error::from)?;
        driver::query("SELECT pg_catalog.pg_advisory_lock($1)")
            .bind(LOCK)
            .execute(&mut conn)
            .await?;
        let mut inner = Inner {
            embedded: server.is_embedded(),
            conn: Mutex::new(conn),
            names: created.names.iter().cloned().collect(),
            before: BTreeSet::new(),
        };
        // On the embedded server, such a role is left from a run that was killed.
        if inner.embedded {
            inner.clear().await?;
        }
        inner.before = inner.there().await?;
        Ok(RoleGuard(Some(inner)))
    }

    /// The roles that have come since.
    pub(crate) async fn created(&self) -> Result<BTreeSet<String>> {
        match &self.0 {
            Some(inner) => inner.created().await,
            None => Ok(BTreeSet::new()),
        }
    }

    /// Makes room for the same roles once more; what refers to them keeps them under another name.
    pub(crate) async fn put_aside(&self) -> Result<()> {
        match &self.0 {
            Some(inner) => inner.clear().await,
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
            let release = Box::pin(async move {
                settle().await;
                inner.release().await;
            });
            spawn(runtime().handle(), release);
        }
    }
}

impl Inner {
    async fn there(&self) -> Result<BTreeSet<String>> {
        let roles: Vec<String> = driver::query_scalar(
            "SELECT rolname::text FROM pg_catalog.pg_roles
             WHERE rolname = ANY ($1)
             AND pg_catalog.shobj_description(oid, 'pg_authid') IS DISTINCT FROM $2",
        )
        .bind(&self.names)
        .bind(MARK)
        .fetch_all(&mut *self.conn.lock().await)
        .await?;
        Ok(roles.into_iter().collect())
    }

    async fn created(&self) -> Result<BTreeSet<String>> {
        Ok(self.there().await?.difference(&self.before).cloned().collect())
    }

    async fn clear(&self) -> Result<()> {
        for role in self.created().await? {
            let conn = &mut *self.conn.lock().await;
            let quoted = quote_ident(&role);
            if driver::execute(conn, &format!("DROP ROLE {quoted}")).await.is_err() {
                let aside = format!("gauntlet_left_{}", uuid::Uuid::new_v4().simple());
                let rename = format!("ALTER ROLE {quoted} RENAME TO {}", quote_ident(&aside));
                driver::execute(conn, &rename).await?;
            }
        }
        Ok(())
    }

    async fn release(self) {
        if let Err(error) = self.clear().await {
            tracing::warn!(%error, "a role is left behind");
        }
        // Roles that were put aside, now that nothing refers to them any more.
        let mut conn = self.conn.into_inner();
        let left: Vec<String> = driver::query_scalar(
            "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname LIKE 'gauntlet\\_left\\_%'",
        )
        .fetch_all(&mut conn)
        .await
        .unwrap_or_default();
        for role in left {
            // One that a kept database refers to stays.
            let drop_role = format!("DROP ROLE {}", quote_ident(&role));
            let _ = driver::execute(&mut conn, &drop_role).await;
        }
        // The lock ends with the connection, also when the farewell does not arrive.
        let _ = conn.close().await;
    }
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
