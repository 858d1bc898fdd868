//! What a terminal shows while a run goes on.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use gauntlet_runtime::sink::Sink;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar on a terminal, with the number of checks that have ended and what runs now; plain lines elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar, hidden where there is no terminal.
    pub(crate) fn new(quiet: bool) -> Progress {
        let bar = if quiet || !io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(0)
        };
        if let Ok(style) = ProgressStyle::with_template("{pos}/{len} checks {elapsed} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress { bar }
    }

    /// Sets the number of checks.
    pub(crate) fn expect(&self, checks: usize) {
        self.bar.set_length(checks as u64);
    }

    /// One more check has ended.
    pub(crate) fn ended(&self) {
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Sink for Progress {
    fn report(&self, text: &str) {
        // Nothing could report that standard error is closed.
        self.bar.suspend(|| drop(io::stderr().lock().write_all(text.as_bytes())));
    }

    fn show(&self, line: Option<&str>) {
        self.bar.set_message(line.unwrap_or_default().to_owned());
    }

    fn shows(&self) -> bool {
        !self.bar.is_hidden()
    }
}

/// Reports, but no line that changes: for commands that take a moment.
#[derive(Debug)]
pub(crate) struct Hidden;

impl Sink for Hidden {
    fn report(&self, text: &str) {
        drop(io::stderr().lock().write_all(text.as_bytes()));
    }

    fn show(&self, _line: Option<&str>) {}

    fn shows(&self) -> bool {
        false
    }
}
