//! `single_head`: the history is one line, and every file in the folder is part of it.
//!
//! sqlx notices none of this, or notices it in production: a duplicate version fails the second run, a misnamed
//! file is passed over, a down without an up never runs.

use std::path::PathBuf;

use super::Outcome;
use crate::migrations::Problem;
use crate::report::Finding;
use crate::suite::Context;

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let history = cx.history();
    let mut findings: Vec<Finding> =
        history.problems().iter().filter_map(|p| finding(cx, p)).collect();
    findings.extend(unknown_declarations(cx));
    if history.migrations().is_empty() && findings.is_empty() {
        findings.push(
            Finding::failure(
                "no_migrations",
                format!("there is no migration in {}", history.origin()),
            )
            .help(
                "name the folder with `migrations = \"...\"`, relative to the crate's Cargo.toml",
            ),
        );
    }
    Ok(findings)
}

fn finding(cx: &Context<'_>, problem: &Problem) -> Option<Finding> {
    Some(match problem {
        Problem::Duplicate { number, first, second } => Finding::failure(
            "duplicate_version",
            format!("two scripts have version {number}: sqlx fails on the second with a duplicate key"),
        )
        .at(Some(second))
        .expected_actual(format!("version {number}"), "one script", "two scripts")
        .fact(format!("the other is {}", first.display()))
        .help("give one of them a new, later version"),
        Problem::DownWithoutUp { file, version } => Finding::failure(
            "down_without_up",
            format!("the down of {version} has no up: sqlx never runs it"),
        )
        .of(version)
        .at(Some(file))
        .help("delete the file, or give it the version of its up script"),
        Problem::UpWithoutDown { file, version } => {
            if cx.suite().irreversible.contains(version.number)
                || cx.suite().downgrade_floor.is_some_and(|floor| version.number <= floor)
            {
                return None;
            }
            Finding::failure(
                "up_without_down",
                format!("{version} has no down script: `sqlx migrate revert` passes over it in silence"),
            )
            .of(version)
            .at(Some(file))
            .help_code(
                "write the down script, or declare that there is no way back",
                format!("irreversible = [{}]", version.number),
            )
        }
        Problem::Mixed { odd, odd_are_simple } => mixed(odd, *odd_are_simple),
        Problem::Misnamed { file, why } => {
            Finding::failure("misnamed_file", format!("sqlx does not run this file as it seems meant: {why}"))
                .at(Some(file))
                .help("name it <VERSION>_<NAME>.up.sql, .down.sql or .sql, or move it out of the folder")
        }
        Problem::NotAVersion { file, prefix } => Finding::failure(
            "not_a_version",
            format!("`{prefix}` is no version number: sqlx refuses the whole folder"),
        )
        .at(Some(file))
        .help("begin the name with an integer and `_`, or move the file out of the folder"),
        Problem::Unreadable { file, why } => {
            Finding::failure("unreadable_file", format!("the file cannot be read: {why}"))
                .at(Some(file))
                .help("save it as UTF-8 and make it readable")
        }
        Problem::OddLength { file, version, usual } => Finding::note(
            "odd_version",
            format!(
                "{version} has {} digits and the others {usual}: sqlx orders by number, not by file name",
                version.number.unsigned_abs().to_string().len()
            ),
        )
        .of(version)
        .at(Some(file))
        .help("make sure that it runs where you mean it to"),
    })
}

fn mixed(odd: &[PathBuf], odd_are_simple: bool) -> Finding {
    let (these, others) =
        if odd_are_simple { ("simple", "reversible") } else { ("reversible", "simple") };
    let mut finding = Finding::failure(
        "mixed_history",
        format!(
            "the history mixes simple and reversible migrations: {} {these} beside {others} ones",
            odd.len()
        ),
    )
    .at(odd.first().map(PathBuf::as_path));
    for file in odd.iter().skip(1) {
        finding = finding.fact(format!("also {}", file.display()));
    }
    let rename = if odd_are_simple { ".up.sql and add .down.sql" } else { ".sql" };
    finding
        .help(format!("rename to {rename}, so that `sqlx migrate revert` knows what it can undo"))
}

/// Versions that the suite names and the history does not have: a typing error would else declare nothing.
fn unknown_declarations(cx: &Context<'_>) -> Vec<Finding> {
    let history = cx.history();
    let declared: Vec<(&str, i64)> = match &cx.suite().irreversible {
        crate::migrations::Irreversible::Versions(versions) => {
            versions.iter().map(|v| ("irreversible", *v)).collect()
        }
        _ => Vec::new(),
    };
    let floor = cx.suite().downgrade_floor.map(|floor| ("downgrade_floor", floor));
    declared
        .into_iter()
        .chain(floor)
        .filter(|(_, number)| history.index_of(*number).is_none())
        .map(|(argument, number)| {
            let error = history.find(&number.to_string()).err().map(|e| e.to_string());
            Finding::failure(
                "unknown_version",
                format!("`{argument}` names version {number}, which the history does not have"),
            )
            .fact(error.unwrap_or_default())
            .help("correct the number in the attribute")
        })
        .collect()
}
