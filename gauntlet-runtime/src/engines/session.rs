//! Settings that a migration leaves changed on its connection.
//!
//! In production later migrations would run under them. Here they are told, and put back, so that neither the
//! bookkeeping nor the verdict on later versions depends on them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Row as _};

use crate::names::quote_literal;
use crate::sql::{self, TokenKind};

/// A session setting that a migration left changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SettingChange {
    /// The setting's name, as in `SHOW`; `role` and `session_authorization` are told as well.
    pub name: String,
    /// Its value before.
    pub before: String,
    /// Its value after.
    pub after: String,
}

impl fmt::Display for SettingChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {:?} to {:?}", self.name, self.before, self.after)
    }
}

// `role` and `session_authorization` are hidden from pg_settings (GUC_NO_SHOW_ALL).
const CHANGED: &str = "
    SELECT name::text, coalesce(reset_val, ''), coalesce(setting, '') FROM pg_catalog.pg_settings
    WHERE source = 'session' AND setting IS DISTINCT FROM reset_val
    UNION ALL
    SELECT 'role', $1, pg_catalog.current_setting('role')
    WHERE pg_catalog.current_setting('role') <> $1
    ORDER BY 1";

/// The settings that a session may change, and that every role may see.
const SETTABLE: &str = "
    SELECT pg_catalog.array_agg(name::text ORDER BY name) FROM pg_catalog.pg_settings
    WHERE context IN ('user', 'superuser') AND name NOT IN ('dynamic_library_path', 'session_preload_libraries')";

/// Settings that are there once the language's library is loaded.
const OF_PLPGSQL: [&str; 5] = [
    "plpgsql.check_asserts",
    "plpgsql.extra_errors",
    "plpgsql.extra_warnings",
    "plpgsql.print_strict_params",
    "plpgsql.variable_conflict",
];

/// What a connection looked like before the first migration.
#[derive(Debug, Clone)]
pub(super) struct Session {
    user: String,
    /// `none`, or the role of `as_role`.
    role: String,
    /// Asks for the user, the role, whether a transaction is open that has written, and a sum over the settings; has what
    /// was counted reported. Reading `pg_settings` takes ten times as long.
    glance: Arc<str>,
    /// The sum over the settings when nothing was changed.
    calm: Arc<AtomicI64>,
    /// Whether the server counts exactly what is written; each glance has it reported.
    counts: bool,
    /// The glance with what else is asked.
    asked: Option<Arc<str>>,
}

/// What a script left behind in its session.
pub(super) struct Left {
    /// The settings that differ from those of a fresh connection; they were put back.
    pub(super) settings: Vec<SettingChange>,
    /// Whether a transaction that has written is still open.
    pub(super) open: bool,
    /// The answer to what else is asked, where the server's statistics count all that the script wrote.
    pub(super) counts: Option<Vec<i64>>,
}

impl Session {
    pub(super) async fn of(conn: &mut PgConnection) -> sqlx::Result<Session> {
        let mut names: Vec<String> = sqlx::query_scalar(SETTABLE).fetch_one(&mut *conn).await?;
        names.extend(OF_PLPGSQL.map(str::to_owned));
        names.dedup();
        let values: Vec<String> = names
            .iter()
            .map(|name| format!("pg_catalog.current_setting({}, true)", quote_literal(name)))
            .collect();
        let (user, role, counts): (String, String, bool) = sqlx::query_as(
            "SELECT session_user::text, pg_catalog.current_setting('role'), pg_catalog.current_setting('track_counts') = 'on'",
        )
        .fetch_one(&mut *conn)
        .await?;
        let counts = counts && conn.server_version_num().is_some_and(|n| n >= 150_000);
        let report = if counts { ", pg_catalog.pg_stat_force_next_flush()" } else { "" };
        // Another role may not be allowed to see all of them.
        let glance: Arc<str> = format!(
            "SELECT session_user::text, pg_catalog.current_setting('role'), \
             pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL, \
             CASE WHEN session_user = {} AND pg_catalog.current_setting('role') = {} \
             THEN pg_catalog.hashtextextended(ARRAY[{}]::text, 0) ELSE 0 END{report}",
            quote_literal(&user),
            quote_literal(&role),
            values.join(", ")
        )
        .into();
        let (_, _, _, calm) = answer(&ask(conn, &glance).await?)?;
        let calm = Arc::new(AtomicI64::new(calm));
        Ok(Session { user, role, glance, calm, counts, asked: None })
    }

    /// Asks for an expression, an `int8[]` of the server's statistics, with each glance.
    pub(super) fn count(&mut self, expression: &str) {
        if self.counts {
            self.asked = Some(format!("{}, {expression} AS {COUNTS}", self.glance).into());
        }
    }

    /// Looks at what `script` left behind, and puts the settings back.
    pub(super) async fn restore(
        &self,
        conn: &mut PgConnection,
        script: &str,
    ) -> sqlx::Result<Left> {
        let row = ask(conn, self.asked.as_ref().unwrap_or(&self.glance)).await?;
        let (user, role, open, sum) = answer(&row)?;
        let counts = match &self.asked {
            Some(_) if !meddles_with_counts(script) => Some(row.try_get(COUNTS)?),
            _ => None,
        };
        let calm = sum == self.calm.load(Ordering::Relaxed);
        if calm && user == self.user && role == self.role && !names_a_setting(script) {
            return Ok(Left { settings: Vec::new(), open, counts });
        }
        let mut changes: Vec<SettingChange> = sqlx::query_as(CHANGED)
            .bind(&self.role)
            .fetch_all(&mut *conn)
            .await?
            .into_iter()
            .map(|(name, before, after)| SettingChange { name, before, after })
            .collect();
        if user != self.user {
            changes.retain(|c| c.name != "role");
            changes.push(SettingChange {
                name: "session_authorization".into(),
                before: self.user.clone(),
                after: user,
            });
        }
        if changes.is_empty() {
            // A library was loaded that has settings of its own.
            self.calm.store(sum, Ordering::Relaxed);
        } else {
            conn.execute(AssertSqlSafe("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL"))
                .await?;
        }
        Ok(Left { settings: changes, open, counts })
    }
}

/// What the answer to the expression is called.
const COUNTS: &str = "counts";

async fn ask(conn: &mut PgConnection, glance: &Arc<str>) -> sqlx::Result<PgRow> {
    sqlx::query(AssertSqlSafe(Arc::clone(glance))).fetch_one(conn).await
}

/// User, role, whether a transaction is open that has written, sum over the settings.
fn answer(row: &PgRow) -> sqlx::Result<(String, String, bool, i64)> {
    Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))
}

/// Whether a script may keep the server from counting what it writes, or set the counts back.
fn meddles_with_counts(script: &str) -> bool {
    let script = script.to_ascii_lowercase();
    script.contains("track_counts") || script.contains("pg_stat_reset")
}

/// Whether a script may set what the sum does not hold: a setting with a dot in its name, of a library that was not
/// loaded when the sum was first made, or one that is for superusers only.
fn names_a_setting(script: &str) -> bool {
    let mut tokens = sql::nested_tokens(script).filter(|token| token.kind != TokenKind::Space);
    let (mut behind_set, mut name) = (false, false);
    let sets = tokens.any(|token| {
        if name && token.is_mark(".") {
            return true;
        }
        name = behind_set && token.name().is_some();
        behind_set = token.is_word("set")
            || behind_set && (token.is_word("session") || token.is_word("local"));
        false
    });
    let script = script.to_ascii_lowercase();
    sets || script.contains("set_config") || script.contains("_librar")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_meddles_with_counts_is_known() {
        assert!(meddles_with_counts("SET LOCAL Track_Counts = off"));
        assert!(meddles_with_counts("SELECT pg_stat_reset()"));
        assert!(!meddles_with_counts("CREATE TABLE counts (track integer)"));
    }

    #[test]
    fn settings_with_a_dot_are_looked_for() {
        assert!(names_a_setting("SET pg_trgm.similarity_threshold = 0.5"));
        assert!(names_a_setting("set  session\n my.tenant TO 'a'"));
        assert!(names_a_setting("SELECT SET_CONFIG('a.b', '1', false)"));
        assert!(!names_a_setting("UPDATE t SET a = 1; ALTER TABLE a.t ALTER b SET NOT NULL"));
    }
}
