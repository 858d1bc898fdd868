//! Settings that a migration leaves changed on its connection.
//!
//! In production later migrations would run under them. Here they are told, and put back, so that neither the
//! bookkeeping nor the verdict on later versions depends on them.

use std::fmt;

use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

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

/// What a connection looked like before the first migration.
#[derive(Debug, Clone)]
pub(super) struct Session {
    user: String,
    /// `none`, or the role of `as_role`.
    role: String,
}

impl Session {
    pub(super) async fn of(conn: &mut PgConnection) -> sqlx::Result<Session> {
        let (user, role) =
            sqlx::query_as("SELECT session_user::text, pg_catalog.current_setting('role')")
                .fetch_one(conn)
                .await?;
        Ok(Session { user, role })
    }

    /// Lists the settings that differ from those of a fresh connection, and puts them back. Also says whether a
    /// transaction that has written is still open.
    pub(super) async fn restore(
        &self,
        conn: &mut PgConnection,
    ) -> sqlx::Result<(Vec<SettingChange>, bool)> {
        let (user, open): (String, bool) = sqlx::query_as(
            "SELECT session_user::text, pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL",
        )
        .fetch_one(&mut *conn)
        .await?;
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
        if !changes.is_empty() {
            conn.execute(AssertSqlSafe("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL"))
                .await?;
        }
        Ok((changes, open))
    }
}
