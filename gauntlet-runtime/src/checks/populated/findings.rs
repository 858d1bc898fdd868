//! The findings about versions that meet rows.

use std::collections::BTreeMap;

use super::culprit::{statement, way_out};
use crate::checks::parts::rows::{Change, What};
use crate::engines::StepError;
use crate::fill::Without;
use crate::finding::{DeclaredValue, Fact, Finding, Severity};
use crate::history::{Direction, Migration, Script};

/// The step that failed on rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    Up,
    Down,
    SecondUp,
}

/// A step fails on rows, and not without them.
pub(super) fn fails(
    migration: &Migration,
    failed: Failed,
    error: &StepError,
    facts: Vec<Fact>,
) -> Finding {
    let version = migration.version();
    let (kind, title) = match failed {
        Failed::Up => (
            "up_fails_on_rows",
            format!("the up of {version} fails on rows that the schema allows"),
        ),
        Failed::Down => (
            "down_fails_on_rows",
            format!("the down of {version} fails on rows that the schema allows"),
        ),
        Failed::SecondUp => (
            "second_up_fails_on_rows",
            format!("after its down, the up of {version} fails on rows that the schema allows"),
        ),
    };
    let mut finding = Finding::step(kind, title, error);
    finding.facts.extend(facts);
    if error.is_raised() {
        finding.severity = Severity::Note;
        finding.kind = "refuses_rows".into();
        finding.title =
            format!("the {} of {version} refuses rows with an error of its own", error.direction);
        return finding;
    }
    let statement = statement_of(error, migration);
    let verb = statement.first().map_or("", String::as_str);
    let inserts = ["insert", "with", "do", "select", "call", "merge", "copy"].contains(&verb);
    if inserts && matches!(error.sqlstate.as_deref(), Some("23505" | "23P01")) {
        finding.severity = Severity::Note;
        finding.kind = "row_collides".into();
        finding.title =
            format!("a row that the {} of {version} inserts may be there already", error.direction);
        return finding.help("if the application can have made such a row, add ON CONFLICT");
    }
    finding
        .help(way_out(error, &statement))
        .help("if no row of production is like this, seed the table with rows like those of production: only tables without any get generated ones")
        .help_declare("or, if this version may fail on such rows", "populated", allow(migration))
}

/// The exception for a version.
pub(super) fn allow(migration: &Migration) -> DeclaredValue {
    let versions = DeclaredValue::Versions(vec![migration.id().clone()]);
    DeclaredValue::Parts(vec![("allow".to_owned(), versions)])
}

/// The rows after up and down are not those from before.
pub(super) fn lost(migration: &Migration, changes: &[Change]) -> Option<Finding> {
    let scripts: String =
        [Some(migration.up()), migration.down()].into_iter().flatten().map(Script::sql).collect();
    let lost: Vec<&Change> =
        changes.iter().filter(|change| change.is_loss() && !by_trigger(change, &scripts)).collect();
    let version = migration.version();
    if lost.is_empty() {
        return None;
    }
    let mut finding = Finding::failure(
        "rows_lost",
        format!("after the up and the down of {version}, rows are not what they were"),
    )
    .at_down(migration);
    finding.facts.extend(lost.iter().map(|change| Fact::Text(change.line())));
    let versions = DeclaredValue::Versions(vec![migration.id().clone()]);
    Some(
        finding
            .help("keep what the up overwrites or drops where the down finds it again, such as in a column or table that a later version drops")
            .help_declare("or, if the loss is intended, declare that there is no way back", "irreversible", versions),
    )
}

/// Rows that the down leaves.
pub(super) fn left(migration: &Migration, changes: &[Change]) -> Option<Finding> {
    let extra: Vec<&Change> = changes.iter().filter(|change| !change.is_loss()).collect();
    if extra.is_empty() {
        return None;
    }
    let title = format!("the down of {} leaves rows that the up has made", migration.version());
    let mut finding = Finding::note("rows_left", title).at_down(migration);
    finding.facts.extend(extra.iter().map(|change| Fact::Text(change.line())));
    Some(finding)
}

/// Columns that the up changes and does not name: triggers of the tables did.
pub(super) fn rewritten(migration: &Migration, changes: &[Change]) -> Option<Finding> {
    let by_trigger: Vec<&Change> =
        changes.iter().filter(|change| by_trigger(change, migration.up().sql())).collect();
    if by_trigger.is_empty() {
        return None;
    }
    let title = format!(
        "the up of {} changes columns that it does not name: a trigger does",
        migration.version()
    );
    let mut finding = Finding::note("rewritten_by_trigger", title).at_up(migration);
    finding.facts.extend(by_trigger.iter().map(|change| Fact::Text(change.line())));
    Some(finding.help("where that is not intended, disable the trigger around the statement: ALTER TABLE ... DISABLE TRIGGER"))
}

/// Whether a trigger has changed a column that the scripts do not name.
fn by_trigger(change: &Change, scripts: &str) -> bool {
    match &change.what {
        What::Column { name, has_triggers: true, .. } => {
            !scripts.to_lowercase().contains(&name.to_lowercase())
        }
        _ => false,
    }
}

/// Whether all of these changes are those of triggers, such as a column with the time of the last one.
pub(super) fn all_by_triggers(migration: &Migration, changes: &[Change]) -> bool {
    changes.iter().all(|change| by_trigger(change, migration.up().sql()))
}

/// A version fails on the rows of the user's seeds, so that no version after it is reached.
pub(super) fn fails_on_seeds(
    migration: &Migration,
    error: &StepError,
    not_reached: usize,
) -> Finding {
    let title = format!("the up of {} fails on the rows of the seeds", migration.version());
    let mut finding = Finding::step("up_fails_on_rows", title, error);
    finding.facts.extend(match not_reached {
        0 => None,
        1 => Some(Fact::from("the version after it was not reached")),
        n => Some(Fact::Text(format!("the {n} versions after it were not reached"))),
    });
    finding.help(way_out(error, &statement_of(error, migration)))
}

/// The words of the statement that failed.
fn statement_of(error: &StepError, migration: &Migration) -> Vec<String> {
    let script =
        if error.direction == Direction::Down { migration.down() } else { Some(migration.up()) };
    script.map(|script| statement(error, script)).unwrap_or_default()
}

/// New versions without a seed, in a suite that has seeds.
pub(super) fn without_seed(versions: &[&Migration]) -> Option<Finding> {
    let names: Vec<String> =
        versions.iter().map(|migration| migration.version().to_string()).collect();
    let title = match versions.len() {
        0 => return None,
        1 => format!("1 new version has no seed: {}", names[0]),
        n => format!("{n} new versions have no seed: {}", names.join(", ")),
    };
    Some(Finding::note("without_seed", title))
}

/// The tables for which no row was found.
pub(super) fn not_filled(tables: &BTreeMap<String, Without>) -> Option<Finding> {
    let title = match tables.len() {
        0 => return None,
        1 => "no row was found for 1 table, so that the versions met none there".to_owned(),
        n => format!("no row was found for {n} tables, so that the versions met none there"),
    };
    let mut finding = Finding::note("not_filled", title);
    finding.facts.extend(tables.values().map(|without| {
        let constraint = match &without.constraint {
            Some(constraint) => format!(" ({constraint})"),
            None => String::new(),
        };
        Fact::Text(format!("table {}: {}{constraint}", without.table, without.reason))
    }));
    let example = DeclaredValue::Text("seeds".to_owned());
    Some(finding.help_declare("seed them with rows of your own", "seeds", example))
}
