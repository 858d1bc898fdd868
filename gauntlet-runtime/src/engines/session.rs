//! The question that follows each step: what the script left in its session.
//!
//! A script that leaves nothing leaves a session like a new one, and the next step may use it. So that this costs one
//! round trip, the question is answered by a sum over the settings and a look at the temporary schema; only where they
//! are not those of a new session, or the words of the script say so, a second question lists what was left.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::left::{SessionItem, SettingChange};
use super::session_words::SessionWords;
use crate::driver::{self, PgConnection, PgRow, Row as _};
use crate::names::quote_literal;
use crate::sql::SqlText;

// `role` is hidden from pg_settings (GUC_NO_SHOW_ALL), and so are settings that no library owns.
const LEFT: &str = "
    SELECT 'setting', name::text, coalesce(reset_val, ''), coalesce(setting, '') FROM pg_catalog.pg_settings
    WHERE source = 'session' AND setting IS DISTINCT FROM reset_val
    UNION ALL
    SELECT 'setting', 'role', $1, pg_catalog.current_setting('role')
    WHERE pg_catalog.current_setting('role') <> $1
    UNION ALL
    SELECT 'setting', name, '', pg_catalog.current_setting(name, true) FROM pg_catalog.unnest($2::text[]) AS custom (name)
    WHERE pg_catalog.current_setting(name, true) <> ''
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_settings AS known WHERE pg_catalog.lower(known.name) = custom.name)
    UNION ALL
    SELECT 'temporary', relname::text,
        CASE relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'c' THEN 'type' ELSE 'table' END, ''
    FROM pg_catalog.pg_class WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind IN ('r', 'p', 'f', 'v', 'S', 'c')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend
        WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objid = pg_class.oid AND deptype IN ('a', 'i'))
    UNION ALL
    SELECT 'temporary', typname::text, 'type', '' FROM pg_catalog.pg_type
    WHERE typnamespace = pg_catalog.pg_my_temp_schema() AND typtype IN ('d', 'e', 'r')
    UNION ALL
    SELECT 'temporary', proname::text, 'function', '' FROM pg_catalog.pg_proc
    WHERE pronamespace = pg_catalog.pg_my_temp_schema()
    UNION ALL
    SELECT 'prepared', name, '', '' FROM pg_catalog.pg_prepared_statements WHERE from_sql
    UNION ALL
    SELECT 'cursor', name, '', '' FROM pg_catalog.pg_cursors WHERE is_holdable
    UNION ALL
    SELECT 'channel', pg_catalog.pg_listening_channels(), '', ''
    UNION ALL
    SELECT 'lock', CASE objsubid WHEN 1 THEN ((classid::bigint << 32) | objid::bigint)::text
        ELSE classid::text || ', ' || objid::text END, '', ''
    FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid() AND granted
    ORDER BY 1, 2";

/// The settings that a session may change, and that every role may see.
const SETTABLE: &str = "
    SELECT pg_catalog.array_agg(name::text ORDER BY name) FROM pg_catalog.pg_settings
    WHERE context IN ('user', 'superuser') AND name NOT IN ('dynamic_library_path', 'session_preload_libraries')";

/// Settings that exist once the language's library is loaded.
const OF_PLPGSQL: [&str; 5] = [
    "plpgsql.check_asserts",
    "plpgsql.extra_errors",
    "plpgsql.extra_warnings",
    "plpgsql.print_strict_params",
    "plpgsql.variable_conflict",
];

/// The sessions of one database: what a new one is like.
#[derive(Debug, Clone)]
pub(super) struct Session {
    user: String,
    /// `none`, or the role of `as_role`.
    role: String,
    /// Asks for the user, the role, whether a transaction is open that has written, a sum over the settings, and whether
    /// there is a temporary schema; has what was counted reported. Reading `pg_settings` takes ten times as long.
    glance: Arc<str>,
    /// True if the server counts exactly what is written; each glance has it reported.
    counts: bool,
    /// The glance with what else is asked.
    asked: Option<Arc<str>>,
    known: Arc<Known>,
}

/// What was learned on the way.
#[derive(Debug)]
struct Known {
    /// The sum over the settings of a new session.
    calm: AtomicI64,
    /// How often a script has removed the prepared statements, and those of the glance with them.
    forgotten: AtomicU64,
    /// What the functions that the scripts so far have made may do.
    functions: Mutex<SessionWords>,
}

/// The things that a script left in its session.
pub(super) struct Left {
    pub(super) items: Vec<SessionItem>,
    /// True if a transaction that has written is still open.
    pub(super) open: bool,
    /// True if only a new connection is a new session after this script.
    pub(super) unseen: bool,
    /// True if what no question shows may decide the outcome of later scripts.
    pub(super) affects: bool,
    /// The answer to what else is asked, where the server's statistics count all that the script wrote.
    pub(super) counts: Option<Vec<i64>>,
}

impl Session {
    pub(super) async fn of(conn: &mut PgConnection) -> driver::Result<Session> {
        let mut names: Vec<String> = driver::query_scalar(SETTABLE).fetch_one(&mut *conn).await?;
        names.extend(OF_PLPGSQL.map(str::to_owned));
        names.dedup();
        let values: Vec<String> = names
            .iter()
            .map(|name| format!("pg_catalog.current_setting({}, true)", quote_literal(name)))
            .collect();
        let (user, role, counts): (String, String, bool) = driver::query_as(
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
             THEN pg_catalog.hashtextextended(ARRAY[{}]::text, 0) ELSE 0 END, \
             pg_catalog.pg_my_temp_schema() <> 0::oid{report}",
            quote_literal(&user),
            quote_literal(&role),
            values.join(", ")
        )
        .into();
        let calm = Glance::of(&ask(conn, &glance, 0).await?)?.sum;
        let known = Known {
            calm: AtomicI64::new(calm),
            forgotten: AtomicU64::new(0),
            functions: Mutex::default(),
        };
        Ok(Session { user, role, glance, counts, asked: None, known: Arc::new(known) })
    }

    /// The same session so far, for another database: what is learned from now on is learned for one of them.
    pub(super) fn apart(&self) -> Session {
        let known = Known {
            calm: AtomicI64::new(self.known.calm.load(Ordering::Relaxed)),
            forgotten: AtomicU64::new(self.known.forgotten.load(Ordering::Relaxed)),
            functions: Mutex::new(self.functions().clone()),
        };
        Session { known: Arc::new(known), ..self.clone() }
    }

    /// Asks for an expression, an `int8[]` of the server's statistics, with each glance.
    pub(super) fn count(&mut self, expression: &str) {
        if self.counts {
            self.asked = Some(format!("{}, {expression} AS {COUNTS}", self.glance).into());
        }
    }

    /// Whether a script may behave in another way in a session in which something ran before, although nothing that can be
    /// asked for is left of it.
    pub(super) fn wants_a_new_one(&self, script: &SqlText) -> bool {
        script.fact(SessionWords::of).wants_new || self.functions().unseen
    }

    /// Whether a script may remove the prepared statements of its session.
    pub(super) fn forgets_statements(&self, script: &SqlText) -> bool {
        self.words(script).forgets_statements
    }

    /// Takes notice of the functions that a script has made.
    pub(super) fn learn(&self, script: &SqlText) {
        self.words(script);
    }

    fn functions(&self) -> std::sync::MutexGuard<'_, SessionWords> {
        self.known.functions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn words(&self, script: &SqlText) -> SessionWords {
        let mut words = SessionWords::clone(&script.fact(SessionWords::of));
        let mut functions = self.functions();
        if words.outlives() {
            functions.or_calls(&words);
        }
        words.or_calls(&functions);
        words
    }

    /// Asks what `script` left behind.
    pub(super) async fn left(
        &self,
        conn: &mut PgConnection,
        script: &SqlText,
    ) -> driver::Result<Left> {
        let words = self.words(script);
        if words.forgets_statements {
            self.known.forgotten.fetch_add(1, Ordering::Relaxed);
        }
        let forgotten = self.known.forgotten.load(Ordering::Relaxed);
        let row = ask(conn, self.asked.as_ref().unwrap_or(&self.glance), forgotten).await?;
        let Glance { user, role, open, sum, temporary } = Glance::of(&row)?;
        let counts = match &self.asked {
            Some(_) if !words.meddles_with_counts => Some(row.try_get(COUNTS)?),
            _ => None,
        };
        let (unseen, affects) = (words.unseen, words.affects);
        let own = user == self.user && role == self.role;
        let calm = own && sum == self.known.calm.load(Ordering::Relaxed);
        if calm && !temporary && !words.leaves {
            return Ok(Left { items: Vec::new(), open, unseen, affects, counts });
        }
        let mut items = self.list(conn, &words.custom, forgotten).await?;
        if user != self.user {
            let is_role =
                |item: &SessionItem| matches!(item, SessionItem::Setting(c) if c.name == "role");
            items.retain(|item| !is_role(item));
            items.push(SessionItem::Setting(SettingChange {
                name: "session_authorization".into(),
                before: self.user.clone(),
                after: user,
            }));
        } else if own && !items.iter().any(|item| matches!(item, SessionItem::Setting(_))) {
            // A library was loaded that has settings of its own, or new sessions have got other ones.
            self.known.calm.store(sum, Ordering::Relaxed);
        }
        Ok(Left { items, open, unseen, affects, counts })
    }

    async fn list(
        &self,
        conn: &mut PgConnection,
        custom: &BTreeSet<String>,
        forgotten: u64,
    ) -> driver::Result<Vec<SessionItem>> {
        let custom: Vec<&str> = custom.iter().map(String::as_str).collect();
        let rows: Vec<(String, String, String, String)> =
            driver::query_as(&numbered(LEFT, forgotten))
                .bind(&self.role)
                .bind(custom)
                .fetch_all(conn)
                .await?;
        let item = |(what, name, second, third): (String, String, String, String)| match &*what {
            "temporary" => SessionItem::Temporary { kind: second, name },
            "prepared" => SessionItem::Prepared(name),
            "cursor" => SessionItem::Cursor(name),
            "channel" => SessionItem::Channel(name),
            "lock" => SessionItem::AdvisoryLock(name),
            _ => SessionItem::Setting(SettingChange { name, before: second, after: third }),
        };
        Ok(rows.into_iter().map(item).collect())
    }
}

/// Makes a session in which only settings were changed like a new one, which is cheaper than a new connection.
pub(super) async fn reset(conn: &mut PgConnection) -> driver::Result<()> {
    driver::execute(conn, "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL").await.map(|_| ())
}

/// The name of the answer to the expression.
const COUNTS: &str = "counts";

struct Glance {
    user: String,
    role: String,
    /// True if a transaction is open that has written.
    open: bool,
    /// The sum over the settings.
    sum: i64,
    /// True if there is a temporary schema.
    temporary: bool,
}

impl Glance {
    fn of(row: &PgRow) -> driver::Result<Glance> {
        Ok(Glance {
            user: row.try_get(0)?,
            role: row.try_get(1)?,
            open: row.try_get(2)?,
            sum: row.try_get(3)?,
            temporary: row.try_get(4)?,
        })
    }
}

async fn ask(conn: &mut PgConnection, glance: &Arc<str>, forgotten: u64) -> driver::Result<PgRow> {
    let text = match forgotten {
        0 => Arc::clone(glance),
        n => numbered(glance, n).into(),
    };
    driver::query(&text).fetch_one(conn).await
}

/// A text of its own for each time that the prepared statements were removed: the driver believes that it still has those.
fn numbered(text: &str, forgotten: u64) -> String {
    match forgotten {
        0 => text.to_owned(),
        n => format!("{text} -- {n}"),
    }
}
