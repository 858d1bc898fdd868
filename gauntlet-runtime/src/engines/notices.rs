//! The notices that PostgreSQL sends while a script runs.
//!
//! The driver gives them to `tracing` and to nobody else. So while a step is polled, the current subscriber of the thread
//! is one that keeps the driver's notices. It passes everything on to the subscriber that was current before, which sees
//! what it would see without this one.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::dispatcher::{self, Dispatch};
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber as _;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_core::span::Current;

use crate::driver::NOTICES;

/// How many notices of one script are kept.
const KEPT: usize = 200;

/// Drives `work` to its end, and returns the warnings and notices that the server sent meanwhile.
pub(super) async fn collect<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    let kept = Kept::default();
    let previous = dispatcher::get_default(Dispatch::clone);
    let level = LevelFilter::current().max(LevelFilter::INFO);
    let collector = Collector { previous, level, kept: Arc::clone(&kept) };
    let value = work.with_subscriber(Dispatch::new(collector)).await;
    let notices = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
    (value, notices)
}

type Kept = Arc<Mutex<Vec<String>>>;

struct Collector {
    previous: Dispatch,
    level: LevelFilter,
    kept: Kept,
}

fn is_notice(metadata: &Metadata<'_>) -> bool {
    metadata.target() == NOTICES && *metadata.level() <= Level::INFO
}

impl Subscriber for Collector {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let previous = self.previous.register_callsite(metadata);
        if is_notice(metadata) && previous.is_never() { Interest::sometimes() } else { previous }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.previous.enabled(metadata) || is_notice(metadata)
    }

    fn event(&self, event: &Event<'_>) {
        if !is_notice(event.metadata()) {
            return self.previous.event(event);
        }
        let mut message = Message { level: *event.metadata().level(), text: None };
        event.record(&mut message);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.extend(message.text);
        }
        drop(kept);
        if self.previous.enabled(event.metadata()) {
            self.previous.event(event);
        }
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.previous.new_span(span)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.previous.record(span, values);
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.previous.record_follows_from(span, follows);
    }

    fn enter(&self, span: &Id) {
        self.previous.enter(span);
    }

    fn exit(&self, span: &Id) {
        self.previous.exit(span);
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.previous.clone_span(id)
    }

    fn try_close(&self, id: Id) -> bool {
        self.previous.try_close(id)
    }

    fn current_span(&self) -> Current {
        self.previous.current_span()
    }
}

/// The message of an event.
struct Message {
    level: Level,
    text: Option<String>,
}

impl Message {
    fn keep(&mut self, field: &Field, text: String) {
        if field.name() == "message" {
            let severity = if self.level == Level::INFO { "NOTICE" } else { "WARNING" };
            self.text = Some(format!("{severity}: {text}"));
        }
    }
}

impl Visit for Message {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.keep(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts what it is given, and wants everything from INFO on, or nothing.
    struct Counter {
        wants: bool,
        seen: Arc<Mutex<Vec<String>>>,
    }

    impl Subscriber for Counter {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            self.wants && *metadata.level() <= Level::INFO
        }

        fn event(&self, event: &Event<'_>) {
            let mut message = Message { level: *event.metadata().level(), text: None };
            event.record(&mut message);
            self.seen.lock().unwrap().extend(message.text);
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    fn run(wants: bool) -> (Vec<String>, Vec<String>) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let user = Dispatch::new(Counter { wants, seen: Arc::clone(&seen) });
        let work = async {
            let ((), kept) = collect(async {
                tracing::info!(target: NOTICES, message = "relation exists, skipping");
                tracing::debug!(target: NOTICES, "a debug message");
                tracing::info!("of the user");
            })
            .await;
            tracing::info!(target: NOTICES, "after the step");
            kept
        };
        let kept = crate::runtime::block_on(work.with_subscriber(user));
        let seen = seen.lock().unwrap().clone();
        (kept, seen)
    }

    #[test]
    fn notices_are_kept_and_the_users_subscriber_sees_what_it_wants() {
        let skipping = "NOTICE: relation exists, skipping";
        let (kept, seen) = run(true);
        assert_eq!(kept, [skipping]);
        assert_eq!(seen, [skipping, "NOTICE: of the user", "NOTICE: after the step"]);
        let (kept, seen) = run(false);
        assert_eq!(kept, [skipping]);
        assert!(seen.is_empty(), "{seen:?}");
    }
}
