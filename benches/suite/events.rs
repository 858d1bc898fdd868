//! Counts of what a run does, from the events that the library traces: exact, whatever else the machine does.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static EVENTS: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

/// Counts from now on.
pub(crate) fn count() {
    tracing::subscriber::set_global_default(Counter).expect("no other subscriber");
}

/// The counts, on one line.
pub(crate) fn counts() -> String {
    let events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    events.iter().map(|(what, n)| format!("{n} × {what}")).collect::<Vec<_>>().join(", ")
}

struct Counter;

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && (metadata.target().starts_with("gauntlet") || metadata.target() == "sqlx::query")
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        if message.0.contains("a segment") {
            event.record(&mut Details(&mut message.0));
        }
        if event.metadata().target() == "sqlx::query" {
            "statements".clone_into(&mut message.0);
        }
        let mut events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
        *events.entry(message.0).or_default() += 1;
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The numbers of an event, behind its text.
struct Details<'a>(&'a mut String);

impl Visit for Details<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() != "message" {
            self.0.push_str(&format!(" {} {value:?}", field.name()));
        }
    }
}

/// The text of an event.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
