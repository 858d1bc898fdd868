//! What sessions wait for, as the server says it.

use std::fmt::Write as _;
use std::time::Duration;

use crate::driver::{self, PgConnection};
use crate::server::Server;

/// How long the server may take to say it.
const ANSWER: Duration = Duration::from_secs(5);

/// The sessions of this role, in one database or in all, that have been at one statement for so many seconds, the longest first.
const BUSY: &str =
    "SELECT pid, pg_catalog.left(pg_catalog.regexp_replace(query, '\\s+', ' ', 'g'), 120)
    FROM pg_catalog.pg_stat_activity
    WHERE usename = session_user AND state = 'active' AND pid <> pg_catalog.pg_backend_pid()
      AND query_start < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => $1)
      AND datname = coalesce($2, datname)
    ORDER BY query_start LIMIT 3";

/// What the sessions of the tests are at that have been at one statement for `time`, a line or more for each.
pub(crate) async fn busy_for(server: &Server, time: Duration) -> String {
    match answer(server, async |conn| say_busy(conn, time, None).await).await {
        Ok(text) if text.is_empty() => "no session is at work".to_owned(),
        Ok(text) => text,
        Err(error) => format!("what it is at is unknown: {error}"),
    }
}

async fn say_busy(
    conn: &mut PgConnection,
    time: Duration,
    database: Option<&str>,
) -> driver::Result<String> {
    let busy: Vec<(i32, String)> = driver::query_as(BUSY)
        .bind(time.as_secs_f64())
        .bind(database)
        .fetch_all(&mut *conn)
        .await?;
    let mut text = String::new();
    for (pid, query) in busy {
        let waits = ask(conn, pid).await?;
        let line = if text.is_empty() { "" } else { "\n" };
        let _ = write!(text, "{line}{query}\n  {}", waits.replace('\n', "\n  "));
    }
    Ok(text)
}

async fn answer(
    server: &Server,
    ask: impl AsyncFnOnce(&mut PgConnection) -> driver::Result<String>,
) -> Result<String, String> {
    // In a box, since it is a part of the future of each step.
    let asked = Box::pin(async {
        let mut conn = server.connect().await.map_err(|error| error.to_string())?;
        ask(&mut conn).await.map_err(|error| error.to_string())
    });
    match tokio::time::timeout(ANSWER, asked).await {
        Ok(result) => result,
        Err(_) => Err("the server does not answer".to_owned()),
    }
}

/// The lock or event that a backend waits for, as the server reports it.
pub(super) async fn waits_for(server: &Server, pid: i32) -> String {
    match answer(server, async |conn| ask(conn, pid).await).await {
        Ok(text) => text,
        Err(error) => format!("what it waits for is unknown: {error}"),
    }
}

/// What a step is at that has not ended in `time`, where the server says it: the backend, or, where a step has sessions of its own,
/// those in its database.
pub(super) async fn still_there(
    server: &Server,
    (pid, database): (i32, &str),
    time: Duration,
) -> Option<String> {
    let asked = answer(server, async |conn| {
        let active = "SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = $1 AND state = 'active')";
        if driver::query_scalar(active).bind(pid).fetch_one(&mut *conn).await? {
            return ask(conn, pid).await;
        }
        // It may have begun a moment after the step.
        match say_busy(conn, time / 2, Some(database)).await? {
            text if text.is_empty() => Ok("no session of it is at work any more".to_owned()),
            text => Ok(text),
        }
    });
    asked.await.ok()
}

/// One blocker: its number, its state, how long its transaction has been open, its last statement.
type Blocker = (i32, String, String, f64, String);

async fn ask(conn: &mut PgConnection, pid: i32) -> driver::Result<String> {
    let event: Option<(Option<String>, Option<String>)> = driver::query_as(
        "SELECT wait_event_type, wait_event FROM pg_catalog.pg_stat_activity WHERE pid = $1",
    )
    .bind(pid)
    .fetch_optional(&mut *conn)
    .await?;
    let blockers: Vec<Blocker> = driver::query_as(
        "SELECT DISTINCT a.pid, coalesce(a.usename::text, ''), coalesce(a.state, 'unknown'),
                coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start), 0)::float8,
                pg_catalog.left(pg_catalog.regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 120)
         FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) AS blocking (pid)
         JOIN pg_catalog.pg_stat_activity AS a ON a.pid = blocking.pid ORDER BY 1",
    )
    .bind(pid)
    .fetch_all(&mut *conn)
    .await?;
    let mut text = match event {
        None => "its connection is gone".to_owned(),
        Some((Some(kind), Some(event))) => format!("it waits for {kind}: {event}"),
        Some(_) => "it waits for nothing: the server is working on it".to_owned(),
    };
    for (pid, user, state, open, query) in blockers {
        text.push_str(&format!(
            "\n  held up by {user}'s connection {pid} ({state}, in a transaction for {open:.0} s): {query}"
        ));
    }
    Ok(text)
}
