//! What `stairway` and `downgrade_all_the_way` have in common: telling of steps that fail or cannot be taken.

use crate::migrations::{Direction, Migration, Step, StepError};
use crate::report::Finding;

/// The line for the attribute that declares a version irreversible.
pub(super) fn declare(migration: &Migration) -> String {
    format!("irreversible = [{}]", migration.number())
}

/// A version without a down script, or with an empty one.
pub(super) fn no_way_back(migration: &Migration) -> Finding {
    let version = migration.version();
    let (kind, what) = match migration.down() {
        None => ("down_missing", "has no down script"),
        Some(down) if down.sql().is_empty() => ("down_empty", "has a down script of no bytes"),
        Some(_) => ("down_empty", "has a down script without a statement"),
    };
    Finding::failure(kind, format!("{version} {what}")).at_down(migration).help_code(
        "write the down, or declare in the attribute that there is no way back",
        declare(migration),
    )
}

/// No version of the history has a down script.
pub(super) fn no_downs_at_all(versions: usize) -> Finding {
    Finding::failure(
        "no_downs",
        format!(
            "none of the {versions} versions has a down script, so there is no way back to check"
        ),
    )
    .help_code(
        "if the history only goes up, say so in the attribute; the ups are then checked alone",
        "irreversible = all",
    )
}

/// A down that failed.
pub(super) fn down_failed(migration: &Migration, error: &StepError) -> Finding {
    let version = migration.version();
    if error.is_raised() {
        return Finding::step(
            "down_raises",
            format!("the down of {version} raises an error on purpose"),
            error,
        )
        .help_code("if there is no way back, declare it in the attribute", declare(migration));
    }
    Finding::step("down_fails", format!("the down of {version} fails"), error)
}

/// What a step left changed in its session, as notes.
pub(super) fn settings(step: &Step, migration: &Migration) -> Vec<Finding> {
    let finding = |change: &crate::migrations::SettingChange| {
        let note = Finding::note(
            "session_setting",
            format!(
                "the {} of {} leaves the session setting `{}` changed",
                step.direction, step.version, change.name
            ),
        )
        .expected_actual(change.name.clone(), change.before.clone(), change.after.clone())
        .help("use SET LOCAL, so that it ends with the migration's transaction");
        match step.direction {
            Direction::Up => note.at_up(migration),
            Direction::Down => note.at_down(migration),
        }
    };
    step.settings.iter().map(finding).collect()
}
