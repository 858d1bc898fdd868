//! The progress of a step that takes long.
//!
//! With `--nocapture` on a terminal one line shows the version and the elapsed time. In any case, a step that has run for
//! a minute is reported, with what it waits for. Both go to the sink that the front end gave.

use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};

use crate::isolation::Sandbox;
use crate::runtime::BoxFuture;
use crate::sink::Sink;
use crate::stage::config::StageConfig;
use crate::stage::observer::{Observer, StepView, while_running};
use crate::stage::waits::waits_for;

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
