//! Notes about session settings that a step leaves changed.

use crate::engines::Step;
use crate::finding::Finding;
use crate::history::{Direction, Migration};

/// A note for each setting that a step leaves changed in its session.
pub(in crate::checks) fn settings(step: &Step, migration: &Migration) -> Vec<Finding> {
    let shown =
        |value: &str| if value.is_empty() { "(empty)".to_owned() } else { value.to_owned() };
    let finding = |change: &crate::engines::SettingChange| {
        let title = format!(
            "the {} of {} leaves the session setting {} changed for the versions after it",
            step.direction, step.version, change.name
        );
        let note = Finding::note("session_setting", title)
            .object(change.name.clone())
            .values(shown(&change.before), shown(&change.after));
        let (note, script) = match step.direction {
            Direction::Up => (note.at_up(migration), Some(migration.up())),
            Direction::Down => (note.at_down(migration), migration.down()),
        };
        let reset = match change.name.as_str() {
            "role" => "RESET ROLE;".to_owned(),
            "session_authorization" => "RESET SESSION AUTHORIZATION;".to_owned(),
            name => format!("RESET {name};"),
        };
        if script.is_some_and(|script| !script.transactional) {
            note.help_sql("reset it at the end of the script", reset)
        } else {
            note.help_sql("use SET LOCAL, or reset it at the end of the script", reset)
        }
    };
    step.settings.iter().map(finding).collect()
}
