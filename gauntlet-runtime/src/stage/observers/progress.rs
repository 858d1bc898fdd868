//! The progress of a step that takes long.
//!
//! With `--nocapture` on a terminal one line shows the version and the elapsed time. In any case, a step that has run for
//! a minute is reported, with what it waits for. Both go to the sink that the front end gave.

use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};

use crate::driver::{self, PgConnection};
use crate::isolation::Sandbox;
use crate::runtime::BoxFuture;
use crate::server::Server;
use crate::sink::Sink;
use crate::stage::config::StageConfig;
use crate::stage::observer::{Observer, StepView, while_running};

/// How often the progress line is written.
const TICK: Duration = Duration::from_millis(200);

/// Reports the progress of each step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress;

impl Observer for Progress {
    fn during<'a>(&'a mut self, step: StepView<'a>) -> Option<BoxFuture<'a, ()>> {
        Some(Box::pin(async move {
            report(&step, (step.sandbox, step.pid), step.config).await;
        }))
    }

    fn of_copy(&self) -> Option<Box<dyn Observer>> {
        Some(Box::new(Progress))
    }
}

/// Drives something other than a step to its end, and reports its progress.
pub(super) async fn reported<T>(
    work: impl Future<Output = T>,
    what: &str,
    backend: (&Sandbox, i32),
    config: &StageConfig,
) -> T {
    while_running(work, report(&what, backend, config)).await
}

/// Reports, until it is dropped, what a backend waits for.
async fn report(what: &impl fmt::Display, (sandbox, pid): (&Sandbox, i32), config: &StageConfig) {
    let begin = Instant::now();
    let shows = config.sink.shows();
    let tick = if shows { TICK.min(config.patience) } else { config.patience };
    let mut line = ProgressLine { sink: &*config.sink, shown: false };
    let mut reports = 0;
    loop {
        tokio::time::sleep(tick).await;
        let elapsed = begin.elapsed();
        if elapsed >= config.patience * (reports + 1) {
            reports += 1;
            let reason = waits_for(sandbox.server(), pid).await;
            line.clear();
            let seconds = elapsed.as_secs_f32();
            config.sink.report(&format!(
                "{}: {what} has been running for {seconds:.0} s; {reason}\n",
                config.suite
            ));
        }
        if shows {
            line.show(&format!("{what} … {:.1} s", elapsed.as_secs_f32()));
        }
    }
}

/// The line on a terminal that is written over again and again, and cleared in the end.
struct ProgressLine<'a> {
    sink: &'a dyn Sink,
    shown: bool,
}

impl ProgressLine<'_> {
    fn show(&mut self, text: &str) {
        self.shown = true;
        self.sink.show(Some(text));
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            self.sink.show(None);
        }
    }
}

impl Drop for ProgressLine<'_> {
    fn drop(&mut self) {
        self.clear();
    }
}

/// The lock or event that a backend waits for, as the server reports it.
async fn waits_for(server: &Server, pid: i32) -> String {
    let reported = async {
        let mut conn = server.connect().await.map_err(|error| error.to_string())?;
        ask(&mut conn, pid).await.map_err(|error| error.to_string())
    };
    match tokio::time::timeout(Duration::from_secs(10), reported).await {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => format!("what it waits for is unknown: {error}"),
        Err(_) => "what it waits for is unknown: the server does not answer".to_owned(),
    }
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
