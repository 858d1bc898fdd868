//! `NAME`: TODO: what holds when it passes, in one sentence.
//!
//! Examples that pass and fail: `tests/it/gallery/NAME.rs`.

use super::outcome::Outcome;
use crate::context::Context;
use crate::finding::Finding;

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let mut findings = Vec::new();
    for migration in cx.history().migrations() {
        // TODO: judge the migration, or read the catalog with `cx.head().await`.
        let version = migration.version();
        if version.name == "TODO" {
            findings.push(
                Finding::failure("NAME", format!("{version} is still to do"))
                    .of(version)
                    .help("name the migration after what it does"),
            );
        }
    }
    Ok(findings)
}
