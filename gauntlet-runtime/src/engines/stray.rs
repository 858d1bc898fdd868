//! Whether the next run of an engine, in a new session, finds the table that this one has written.

use super::{EngineError, Runner};
use crate::driver::{self, PgConnection};
use crate::sql::Parts;

/// The next run does not find the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stray {
    pub(crate) instead: Instead,
    /// True if a new session reads the table, as long as no run has made another one.
    pub(crate) readable: bool,
}

/// What the next run does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Instead {
    /// It makes an empty table in this schema.
    MakesIn(String),
    /// It can neither find nor make one, for this reason.
    Fails(String),
}

impl Runner {
    /// Begins a run in a new session, as the engine does, and takes it back.
    ///
    /// # Errors
    ///
    /// When the server does not answer.
    pub(crate) async fn stray(
        &self,
        conn: &mut PgConnection,
    ) -> Result<Option<Stray>, EngineError> {
        const OTHER: &str = "
            SELECT nspname::text FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
            WHERE pg_class.oid = $1::text::pg_catalog.regclass AND pg_class.oid <> $2::text::pg_catalog.regclass";
        const READABLE: &str = "
            SELECT coalesce(pg_catalog.to_regclass($1::text)::oid = $2::text::pg_catalog.regclass::oid, false)";
        let readable: bool = driver::query_scalar(READABLE)
            .bind(self.name())
            .bind(self.table())
            .fetch_one(&mut *conn)
            .await
            .map_err(EngineError::Bookkeeping)?;
        driver::execute(conn, "BEGIN").await.map_err(EngineError::Bookkeeping)?;
        let name = match self.begin(conn).await {
            Ok(name) => name,
            Err(error) => {
                let instead = Instead::Fails(message(&error));
                return Ok(Some(Stray { instead, readable }));
            }
        };
        let other: Option<String> = driver::query_scalar(OTHER)
            .bind(&name)
            .bind(self.table())
            .fetch_optional(&mut *conn)
            .await
            .map_err(EngineError::Bookkeeping)?;
        driver::execute(conn, "ROLLBACK").await.map_err(EngineError::Bookkeeping)?;
        Ok(other.map(|schema| Stray { instead: Instead::MakesIn(schema), readable }))
    }
}

/// Whether a script may change where new sessions look for tables.
pub(crate) fn may_stray(script: &str) -> bool {
    static PARTS: Parts<2> = Parts::new(["search_path", "schema"]);
    PARTS.any_in(script)
}

fn message(error: &EngineError) -> String {
    match error {
        EngineError::Script(driver::Error::Database(error))
        | EngineError::Bookkeeping(driver::Error::Database(error)) => error.message().to_owned(),
        other => other.to_string(),
    }
}
