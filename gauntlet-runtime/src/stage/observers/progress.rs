//! Signs of life of a step that takes long.
//!
//! With `--nocapture` on a terminal one line shows the version and the elapsed time. Anywhere, a step that has made no
//! progress for a minute is told of, with what it waits for. Both are written past the harness, which would keep
//! them until a test has ended that may never end.

use std::future::Future;
use std::io::{IsTerminal as _, Write as _};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::PgConnection;

use crate::isolation::Sandbox;
use crate::server::Server;

/// How often the progress line is written anew.
const TICK: Duration = Duration::from_millis(200);

/// A step that is under way.
pub(crate) struct Doing<'a> {
    /// The step, in words: `the up of 3 add_status`.
    pub(crate) what: String,
    pub(crate) suite: &'a str,
    pub(crate) sandbox: &'a Arc<Sandbox>,
    /// The backend that works on it.
    pub(crate) pid: i32,
    /// How long it may be silent.
    pub(crate) patience: Duration,
}

/// Waits for a step and tells of it when it takes long.
pub(crate) async fn over<T>(doing: Doing<'_>, step: impl Future<Output = T>) -> T {
    let mut step = pin!(step);
    let begin = Instant::now();
    let shows = shows_progress();
    let tick = if shows { TICK.min(doing.patience) } else { doing.patience };
    let mut shown = false;
    let mut told = 0;
    loop {
        if let Ok(done) = tokio::time::timeout(tick, &mut step).await {
            if shown {
                write("\r\x1b[K");
            }
            return done;
        }
        let elapsed = begin.elapsed();
        if elapsed >= doing.patience * (told + 1) {
            told += 1;
            let reason = waits_for(doing.sandbox.server(), doing.pid).await;
            let seconds = elapsed.as_secs_f32();
            let Doing { what, suite, .. } = &doing;
            let start = if shown { "\r\x1b[K" } else { "" };
            write(&format!(
                "{start}{suite}: {what} has been running for {seconds:.0} s; {reason}\n"
            ));
        }
        if shows {
            shown = true;
            write(&format!("\r\x1b[K{} … {:.1} s", doing.what, elapsed.as_secs_f32()));
        }
    }
}

/// Past the harness, which replaces what `eprint!` writes to, not this.
fn write(text: &str) {
    let mut stderr = std::io::stderr().lock();
    // There is nobody to tell that there is nobody to tell.
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

fn shows_progress() -> bool {
    let uncaptured = std::env::args_os().any(|arg| arg == "--nocapture" || arg == "--no-capture")
        || std::env::var_os("RUST_TEST_NOCAPTURE").is_some_and(|value| value != "0");
    uncaptured && std::io::stderr().is_terminal()
}

/// What a backend waits for, as the server tells it.
async fn waits_for(server: &Server, pid: i32) -> String {
    let told = async {
        let mut conn = server.connect().await.map_err(|error| error.to_string())?;
        ask(&mut conn, pid).await.map_err(|error| error.to_string())
    };
    match tokio::time::timeout(Duration::from_secs(10), told).await {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => format!("what it waits for cannot be told: {error}"),
        Err(_) => "what it waits for cannot be told: the server does not answer".to_owned(),
    }
}

/// One blocker: its number, its state, how long its transaction has been open, its last statement.
type Blocker = (i32, String, String, f64, String);

async fn ask(conn: &mut PgConnection, pid: i32) -> sqlx::Result<String> {
    let event: Option<(Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT wait_event_type, wait_event FROM pg_catalog.pg_stat_activity WHERE pid = $1",
    )
    .bind(pid)
    .fetch_optional(&mut *conn)
    .await?;
    let blockers: Vec<Blocker> = sqlx::query_as(
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
