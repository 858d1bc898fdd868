//! The text for a machine on which no client has brought a PostgreSQL.

use crate::server::local::not_found::{list, ways};

/// What became of a client.
pub(super) enum Tried {
    /// It was not tried, for this reason.
    Not(&'static str),
    /// It has failed: what, and its last lines.
    Failed(String),
}

/// The report: what was tried, and the ways that are left.
pub(super) fn not_installed(wanted: Option<u32>, tried: &[(&str, Tried)]) -> String {
    let what = wanted.map(|major| format!(" {major}")).unwrap_or_default();
    let mut report =
        format!("no package client of this machine has brought PostgreSQL{what}\n\ntried\n");
    let width = tried.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, outcome) in tried {
        let text = match outcome {
            Tried::Not(reason) => reason,
            Tried::Failed(text) => text.as_str(),
        };
        let text = text.replace('\n', &format!("\n{:1$}", "", width + 6));
        report.push_str(&format!("  {name:width$}  {text}\n"));
    }
    list(&mut report, ways(wanted).into_iter());
    report
}
