//! Every SQL statement, its duration and its connection, at `debug`.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// Fields as one text.
#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, "{field}={value:?} ");
    }
}

/// Keeps what is logged, with the spans around it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_new_span(&self, attrs: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        attrs.record(&mut fields);
        if let Some(span) = cx.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        if *event.metadata().level() > Level::DEBUG {
            return;
        }
        let mut line = Fields(format!("{} ", event.metadata().target()));
        for span in cx.event_scope(event).into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<Fields>() {
                line.0.push_str(&fields.0);
            }
        }
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
}


#[test]
fn every_statement_is_logged_with_its_duration_and_its_connection() {
    let log = Log::default();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(log.clone())).unwrap();
    gauntlet::Suite::new("logged", env!("CARGO_MANIFEST_DIR")).custom(
        "logged",
        async |mut db| {
            db.upgrade_to("create_users").await.unwrap();
            db.execute("INSERT INTO users (email, name) VALUES ('ann@example.com', 'Ann')").await.unwrap();
        },
        |()| false,
    );
    let lines = log.0.lock().unwrap();
    for statement in ["CREATE TABLE users", "INSERT INTO users"] {
        let line = lines
            .iter()
            .find(|line| line.starts_with("sqlx::query ") && line.contains(statement))
            .unwrap_or_else(|| panic!("{statement} is not in {lines:#?}"));
        for field in ["pid=", "sandbox=", "elapsed="] {
            assert!(line.contains(field), "no {field} in {line}");
        }
    }
}
