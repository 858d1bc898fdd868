//! A front end that keeps what it is told.

use std::sync::Mutex;

use gauntlet_runtime::sink::Sink;

/// What a run says while it runs.
#[derive(Debug, Default)]
pub(crate) struct Said(Mutex<String>);

impl Sink for Said {
    fn report(&self, text: &str) {
        self.0.lock().unwrap().push_str(text);
    }

    fn show(&self, line: Option<&str>) {
        self.report(line.unwrap_or_default());
    }

    fn shows(&self) -> bool {
        true
    }
}

impl Said {
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}
