//! What `stairway` and `downgrade_all_the_way` have in common: telling of steps that fail or cannot be taken.

use crate::catalog::{Catalog, Change, Difference, Kind, Value};
use crate::migrations::{Direction, Migration, Step, StepError};
use crate::report::{Finding, Sides};
use crate::suite::Context;

/// The line for the attribute that declares a version irreversible.
pub(super) fn declare(migration: &Migration) -> String {
    format!("irreversible = [{}]", migration.number())
}

/// Both ways on from a down that is not there or does nothing: the SQL, where it can be told, and the declaration.
pub(super) fn write_or_declare(
    finding: Finding,
    migration: &Migration,
    sql: Option<String>,
) -> Finding {
    let declare_it = match &sql {
        Some(_) => "or declare in the attribute that there is no way back",
        None => "write the down, or declare in the attribute that there is no way back",
    };
    finding
        .help_sql("a down that restores the schema", sql)
        .help_code(declare_it, declare(migration))
}

/// A version without a down script, or with an empty one.
pub(super) fn no_way_back(migration: &Migration, sql: Option<String>) -> Finding {
    let version = migration.version();
    let (kind, what) = match migration.down() {
        None => ("down_missing", "has no down script"),
        Some(down) if down.sql().is_empty() => ("down_empty", "has an empty down script"),
        Some(down) if down.sql().trim().is_empty() => {
            ("down_empty", "has a down script of white space only")
        }
        Some(_) => ("down_empty", "has a down script without a statement"),
    };
    let finding = Finding::failure(kind, format!("{version} {what}")).at_down(migration);
    write_or_declare(finding, migration, sql)
}

/// No version of the history has a down script.
pub(super) fn no_downs_at_all(versions: usize) -> Finding {
    let what = match versions {
        1 => "the only version has no down script".to_owned(),
        n => format!("none of the {n} versions has a down script"),
    };
    Finding::failure("no_downs", format!("{what}, so there is no way back to check")).help_code(
        "if the history only goes up, say so in the attribute; the ups are then checked alone",
        "irreversible = all",
    )
}

/// The same, where an extension is left behind, with the way to say that it may be.
pub(super) fn extensions_may_stay(finding: Finding) -> Finding {
    let left =
        |d: &Difference| d.object.kind == Kind::Extension && matches!(d.change, Change::Extra);
    if !finding.differences.iter().any(left) {
        return finding;
    }
    finding.help_code(
        "or, if extensions are to stay, leave them out of every comparison",
        "ignore(extensions)",
    )
}

/// A down that failed.
pub(super) fn down_failed(
    migration: &Migration,
    error: &StepError,
    sql: Option<String>,
) -> Finding {
    let version = migration.version();
    if error.is_raised() {
        let title = format!("the down of {version} raises an error on purpose");
        return Finding::step("down_raises", title, error)
            .help_code("if there is no way back, declare it in the attribute", declare(migration));
    }
    let finding = Finding::step("down_fails", format!("the down of {version} fails"), error);
    match sql {
        Some(sql) => finding.help_code("a down that restores the schema", sql),
        None if !finding.help.is_empty() => finding,
        None => {
            finding.help("correct the down: it fails wherever this version is to be taken back")
        }
    }
}

/// The SQL of a down that takes back what an up did.
pub(super) fn right_down(cx: &Context<'_>, before: &Catalog, after: &Catalog) -> Option<String> {
    cx.mend(before, after, &cx.diff(before, after))
}

/// What a step left changed in its session, as notes.
pub(super) fn settings(step: &Step, migration: &Migration) -> Vec<Finding> {
    let shown =
        |value: &str| if value.is_empty() { "(empty)".to_owned() } else { value.to_owned() };
    let finding = |change: &crate::migrations::SettingChange| {
        let title = format!(
            "the {} of {} leaves the session setting {} changed, also for the versions after it",
            step.direction, step.version, change.name
        );
        let note = Finding::note("session_setting", title).expected_actual(
            change.name.clone(),
            shown(&change.before),
            shown(&change.after),
        );
        let (note, script) = match step.direction {
            Direction::Up => (note.at_up(migration), Some(migration.up())),
            Direction::Down => (note.at_down(migration), migration.down()),
        };
        let reset = match change.name.as_str() {
            "role" => "RESET ROLE;".to_owned(),
            "session_authorization" => "RESET SESSION AUTHORIZATION;".to_owned(),
            name => format!("RESET {name};"),
        };
        if script.is_some_and(crate::migrations::Script::no_transaction) {
            note.help_code("put it back at the end of the script", reset)
        } else {
            note.help_code("use SET LOCAL, or put it back at the end of the script", reset)
        }
    };
    step.settings.iter().map(finding).collect()
}

/// What PostgreSQL itself cannot undo, or what is there in another form only: told, and failing nothing.
pub(super) fn notes(migration: &Migration, differences: Vec<Difference>) -> Vec<Finding> {
    let version = migration.version();
    let (labels, rest): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(|d| d.added_labels().is_some());
    let (order, form): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_column_order);
    let mut notes = Vec::new();
    let mut note = |kind, title: String, differences: Vec<Difference>| {
        let note = Finding::note(kind, title).at_down(migration);
        notes.push(note.differences(Sides::BeforeAndAfterDown, differences));
    };
    for difference in labels {
        let added = difference.added_labels().unwrap_or_default().join(", ");
        let name = &difference.object;
        let title = format!(
            "the down of {version} leaves {added} in {name}: PostgreSQL cannot remove a label"
        );
        note("label_left", title, vec![difference]);
    }
    if !order.is_empty() {
        let title = format!(
            "the down of {version} restores columns in another order: PostgreSQL adds a column at the end"
        );
        note("column_order", title, order);
    }
    if !form.is_empty() {
        let title = format!("the down of {version} restores the schema, but for its form");
        note("form", title, form);
    }
    notes
}

/// Whether it is an order of columns: that of a table, or that of a view, which may select them with `*`.
pub(super) fn is_column_order(difference: &Difference) -> bool {
    let view = matches!(difference.object.kind, Kind::View | Kind::MaterializedView);
    match difference.attribute.as_deref() {
        Some("column_order") => true,
        Some("definition") => view && !difference.is_failure(),
        _ => false,
    }
}

/// One difference in one line, for a fact: `index i on t: keys: (a) the first time, (b) the second`.
pub(super) fn second_time(difference: &Difference) -> String {
    let shown =
        |value: &Option<Value>| value.as_ref().map_or_else(|| "none".into(), Value::to_string);
    let (first, second) = (shown(&difference.expected), shown(&difference.actual));
    match &difference.attribute {
        Some(_) if first.contains('\n') || second.contains('\n') => difference.object.to_string(),
        Some(attribute) => format!(
            "{}: {}: {first} the first time, {second} the second",
            difference.object,
            attribute.replace('_', " ")
        ),
        None => difference.object.to_string(),
    }
}
