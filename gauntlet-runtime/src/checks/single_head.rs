//! `single_head`: the history is one line, and every file in the folder is part of it.
//!
//! sqlx detects none of this, or only in production. The statements here were checked against sqlx 0.9.0: of two
//! scripts with one version it applies the first (in the order of the folder's listing) and fails on the second with a
//! duplicate key, and every later run with "was previously applied but has been modified"; `sqlx migrate revert` and
//! `Migrator::undo` use only down scripts, so a version without one stays and the next lower is reverted.

use std::path::{Path, PathBuf};

use super::outcome::Outcome;
use crate::context::Context;
use crate::finding::{DeclaredValue, Fact, Finding};
use crate::migrations::{Irreversible, Misnaming, Problem};

#[allow(clippy::unused_async, reason = "checks are called alike")]
pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let history = cx.history();
    let mut findings: Vec<Finding> =
        history.problems().iter().filter_map(|p| finding(cx, p)).collect();
    findings.extend(unknown_declarations(cx));
    if history.migrations().is_empty() && findings.is_empty() {
        findings.push(
            Finding::failure("no_migrations", format!("{} holds no migration", history.origin()))
                .help_declare(
                    "name the folder, relative to the crate's Cargo.toml",
                    "migrations",
                    DeclaredValue::Example("...".to_owned()),
                ),
        );
    }
    Ok(findings)
}

fn finding(cx: &Context<'_>, problem: &Problem) -> Option<Finding> {
    Some(match problem {
        Problem::Duplicate { number, files } => duplicate(*number, files),
        Problem::DownWithoutUp { file, version } => Finding::failure(
            "down_without_up",
            format!("the down of {version} has no up: sqlx never runs it"),
        )
        .of(version)
        .at(Some(file))
        .help("delete the file, or give it the version of its up script"),
        Problem::UpWithoutDown { file, version, below } => {
            if cx.settings().irreversible.contains(version.number)
                || cx.settings().downgrade_floor.is_some_and(|floor| version.number <= floor)
            {
                return None;
            }
            let instead = match below {
                Some(below) => format!("skips it and reverts {below} instead"),
                None => "skips it".to_owned(),
            };
            let title = format!("{version} has no down script: `sqlx migrate revert` {instead}");
            Finding::failure("up_without_down", title).of(version).at(Some(file)).help_declare(
                "write the down script, or declare the version irreversible",
                "irreversible",
                DeclaredValue::Versions(vec![version.number]),
            )
        }
        Problem::Mixed { simple, reversible } => mixed(simple, reversible),
        Problem::Misnamed { file, why, right } => misnamed(file, why, right.as_deref()),
        Problem::NotAVersion { file, prefix } => {
            let what = if prefix.is_empty() {
                "there is no version before the `_`".to_owned()
            } else if prefix.bytes().all(|b| b.is_ascii_digit()) {
                format!("{prefix} is too large for a version")
            } else {
                format!("`{prefix}` is not a version")
            };
            Finding::failure("not_a_version", format!("{what}: sqlx refuses the whole folder"))
                .at(Some(file))
                .help("begin the name with an integer and `_`, or move the file out of the folder")
        }
        Problem::Unreadable { file, why, position } => {
            let title =
                format!("a script cannot be read: {why}, and sqlx refuses the whole folder");
            let mut finding = Finding::failure("unreadable_file", title).at(Some(file));
            finding.position = *position;
            finding.help("save it as UTF-8, readable by the user who runs the migrations")
        }
        Problem::OddLength { file, version, usual, after } => {
            let digits = version.number.unsigned_abs().to_string().len();
            let place = match after {
                Some(after) => format!("sqlx runs it after {after}"),
                None => "sqlx runs it first".to_owned(),
            };
            let title =
                format!("{version} has {digits} digits where the others have {usual}: {place}");
            Finding::note("odd_version", title).of(version).at(Some(file)).help(
                "correct the number if the order is wrong; sqlx orders by number, not by file name",
            )
        }
    })
}

fn duplicate(number: i64, files: &[PathBuf]) -> Finding {
    let title =
        format!("several scripts have version {number}: sqlx runs one, and fails on the next");
    let mut finding =
        Finding::failure("duplicate_version", title).at(files.first().map(PathBuf::as_path));
    for file in files.iter().skip(1) {
        finding = finding.fact(Fact::place(file));
    }
    finding.help("give one of them a version of its own, later than the last")
}

fn misnamed(file: &Path, why: &Misnaming, right: Option<&str>) -> Finding {
    let what = match why {
        Misnaming::NoUnderscore => {
            "sqlx skips this file: its name has no `_` after a version".to_owned()
        }
        Misnaming::Suffix => {
            "sqlx skips this file: its name does not end in lower-case `.sql`".to_owned()
        }
        Misnaming::Direction { taken_for } => format!(
            "sqlx takes this file for a migration named `{taken_for}`, which goes up and never down"
        ),
    };
    let finding = Finding::failure("misnamed_file", what).at(Some(file));
    match right {
        Some(right) => finding.help(format!("rename it to {right}")),
        None => finding.help("name it <VERSION>_<NAME>.sql, or move it out of the folder"),
    }
}

fn mixed(simple: &[PathBuf], reversible: &[PathBuf]) -> Finding {
    let simple_is_odd = simple.len() <= reversible.len();
    let odd = if simple_is_odd { simple } else { reversible };
    let title = format!(
        "the history mixes {} and {}: `sqlx migrate revert` skips the simple ones",
        counted(simple.len(), "simple migration"),
        counted(reversible.len(), "reversible one"),
    );
    let mut finding =
        Finding::failure("mixed_history", title).at(odd.first().map(PathBuf::as_path));
    for file in odd.iter().skip(1) {
        finding = finding.fact(Fact::place(file));
    }
    if simple_is_odd {
        finding.help("rename the simple ones to .up.sql, and write a .down.sql for each")
    } else {
        finding.help("rename the simple ones to .up.sql and write a .down.sql for each, or make all of them simple")
    }
}

fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

/// Versions that the suite names and the history does not have: a typing error would otherwise declare nothing.
fn unknown_declarations(cx: &Context<'_>) -> Vec<Finding> {
    let history = cx.history();
    let declared: Vec<(&str, i64)> = match &cx.settings().irreversible {
        Irreversible::Versions(versions) => versions.iter().map(|v| ("irreversible", *v)).collect(),
        _ => Vec::new(),
    };
    let floor = cx.settings().downgrade_floor.map(|floor| ("downgrade_floor", floor));
    let unknown =
        declared.into_iter().chain(floor).filter(|(_, number)| history.index_of(*number).is_none());
    unknown
        .map(|(argument, number)| {
            let title =
                format!("`{argument}` names version {number}, which the history does not have");
            let finding = Finding::failure("unknown_version", title);
            match history.find(&number.to_string()) {
                Ok(meant) => finding.help(format!(
                    "correct the number; did you mean {}?",
                    history.migrations()[meant].number()
                )),
                Err(unknown) => {
                    let near: Vec<String> = unknown.near.iter().map(ToString::to_string).collect();
                    let near = match &near[..] {
                        [] => String::new(),
                        near => format!("; the nearest are {}", near.join(", ")),
                    };
                    finding.help(format!("correct the number{near}"))
                }
            }
        })
        .collect()
}
