//! Every SQL statement, its duration and its connection, at `debug`.

use std::io::Write;
use std::sync::{Arc, Mutex};

// [subscriber]
/// Writes all that is logged at `debug` to `out`: in a test of yours, to `std::io::stderr`.
fn log_to<W: Write + Send + 'static>(out: impl Fn() -> W + Send + Sync + 'static) {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(out)
        .with_ansi(false)
        .init();
}
// [/subscriber]

/// What is written, kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_statement_is_logged_with_its_duration_and_its_connection() {
    let kept = Kept::default();
    let out = kept.clone();
    log_to(move || out.clone());
    gauntlet::Suite::new("logged", env!("CARGO_MANIFEST_DIR")).custom(
        "logged",
        async |mut db| {
            db.upgrade_to("create_users").await.unwrap();
            db.execute("INSERT INTO users (email, name) VALUES ('ann@example.com', 'Ann')")
                .await
                .unwrap();
        },
        |()| false,
    );
    let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    for statement in ["CREATE TABLE users", "INSERT INTO users"] {
        let line = text
            .lines()
            .find(|line| line.contains("sqlx::query: ") && line.contains(statement))
            .unwrap_or_else(|| panic!("{statement} is not in {text}"));
        println!("{line}");
        for field in ["DEBUG", "pid=", "sandbox=", "elapsed="] {
            assert!(line.contains(field), "no {field} in {line}");
        }
    }
}
