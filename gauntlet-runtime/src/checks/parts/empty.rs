//! The finding about a history without migrations, in which no check has anything to judge.

use crate::context::Context;
use crate::finding::{DeclaredValue, Finding};

/// Returns true if a check would pass without having judged anything. A history that the engine refuses is reported as such.
pub(in crate::checks) fn has_nothing_to_judge(cx: &Context<'_>) -> bool {
    cx.whole_history().migrations().is_empty() && cx.whole_history().runnable().is_ok()
}

/// The finding, which is the same in every check.
pub(in crate::checks) fn no_migrations(cx: &Context<'_>) -> Finding {
    let history = cx.whole_history();
    let finding =
        Finding::failure("no_migrations", format!("{} holds no migration", history.origin()));
    if !history.problems().is_empty() {
        return finding.help("correct the files that `single_head` names");
    }
    finding.help_declare(
        "name the folder, relative to the crate's Cargo.toml",
        "migrations",
        DeclaredValue::Example("...".to_owned()),
    )
}
