//! `single_head`: the history is one line, and every file of its source is part of it.
//!
//! The engine finds the problems and puts them into words; this check decides which of them fail, and where they belong.
//!
//! Examples that pass and fail: `tests/it/gallery/single_head.rs`.

use std::path::PathBuf;

use super::outcome::Outcome;
use super::parts::baseline;
use super::parts::downs::no_downs_at_all;
use super::parts::empty::no_migrations;
use crate::context::Context;
use crate::engines::Words;
use crate::finding::{DeclaredValue, Fact, Finding};
use crate::history::{Direction, Irreversible, Migration, Problem, Version, VersionId};
use crate::sql::{self, Position};

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let history = cx.whole_history();
    let mut findings: Vec<Finding> =
        history.problems().iter().filter_map(|p| finding(cx, p)).collect();
    let missing = |finding: &Finding| finding.kind == "up_without_down";
    if !history.has_downs() && findings.iter().filter(|finding| missing(finding)).count() > 1 {
        // One sentence instead of the same one for every version.
        findings.retain(|finding| !missing(finding));
        findings.insert(0, no_downs_at_all(history.migrations().len()));
    }
    findings.extend(down_since_built(cx));
    findings.extend(seeds_missing(cx));
    findings.extend(unknown_declarations(cx));
    findings.extend(empty_parts(cx));
    findings.extend(history.migrations().iter().flat_map(beyond_databases));
    findings.extend(baseline::findings(cx).await?);
    if history.migrations().is_empty() && findings.is_empty() {
        findings.push(no_migrations(cx));
    }
    Ok(findings)
}

/// Folders without a migration next to others that have some.
fn empty_parts(cx: &Context<'_>) -> Vec<Finding> {
    let migrations = cx.whole_history().migrations();
    let is_empty = |name: &str| !migrations.iter().any(|m| m.id().part() == Some(name));
    let parts = cx.settings().engine.parts().iter();
    let empty = parts.filter(|part| !migrations.is_empty() && is_empty(&part.name));
    empty
        .map(|part| {
            let title = format!("{} holds no migration", part.name);
            Finding::failure("no_migrations", title).help("correct the folder, or leave it out")
        })
        .collect()
}

/// `None` for a problem that the suite declares to be none.
fn finding(cx: &Context<'_>, problem: &Problem) -> Option<Finding> {
    let Words { title, help } = cx.settings().engine.explain(problem);
    let failure = |kind| Finding::failure(kind, title.clone());
    Some(match problem {
        Problem::Duplicate { files, .. } => listed(failure("duplicate_version"), files).help(help),
        Problem::DownWithoutUp { file, version } => {
            failure("down_without_up").of(version).at(Some(file)).help(help)
        }
        Problem::UpWithoutDown { version, .. } if cx.stays(&version.id) => return None,
        Problem::UpWithoutDown { file, version, .. } => failure("up_without_down")
            .of(version)
            .at(Some(file))
            .help_declare(help, "irreversible", DeclaredValue::Versions(vec![version.id.clone()])),
        Problem::Mixed { simple, reversible } => {
            let odd = if simple.len() <= reversible.len() { simple } else { reversible };
            listed(failure("mixed_history"), odd).help(help)
        }
        Problem::Misnamed { file, .. } => failure("misnamed_file").at(Some(file)).help(help),
        Problem::NotAVersion { file, .. } => failure("not_a_version").at(Some(file)).help(help),
        Problem::OtherLayout { file, .. } => failure("other_layout").at(Some(file)).help(help),
        Problem::Unreadable { file, position, .. } => {
            let mut finding = failure("unreadable_file").at(Some(file));
            finding.position = *position;
            finding.help(help)
        }
        Problem::SharedTable { common, tolerated: true, .. } if common.is_empty() => {
            Finding::note("shared_bookkeeping", title).help(help)
        }
        Problem::SharedTable { .. } => failure("shared_bookkeeping").help(help),
        Problem::OddLength { file, version, .. } => {
            Finding::note("odd_version", title).of(version).at(Some(file)).help(help)
        }
    })
}

/// What the scripts of a version do that no database holds, and so no test takes back.
fn beyond_databases(migration: &Migration) -> Vec<Finding> {
    let scripts = [(Direction::Up, Some(migration.up())), (Direction::Down, migration.down())];
    let mut findings = Vec::new();
    for (direction, script) in scripts {
        let Some(script) = script else { continue };
        for (what, at) in sql::beyond(script.sql()) {
            let title = format!("the {direction} of {} {what}", migration.version());
            let note = Finding::note("beyond_databases", title);
            let mut note = match direction {
                Direction::Up => note.at_up(migration),
                Direction::Down => note.at_down(migration),
            };
            note.position = note.file.is_some().then(|| Position::of_byte(script.sql(), at));
            findings.push(note.help(
                "it does so in every test that runs the version, and nothing takes that back: leave it out of the migrations, \
                 or see that a repetition does no harm",
            ));
        }
    }
    findings
}

/// The finding at the first of these files, with the others as facts.
fn listed(finding: Finding, files: &[PathBuf]) -> Finding {
    let finding = finding.at(files.first().map(PathBuf::as_path));
    files.iter().skip(1).fold(finding, |finding, file| finding.fact(Fact::place(file)))
}

/// The versions without a seed that have to have one.
fn seeds_missing(cx: &Context<'_>) -> Option<Finding> {
    let folder = cx.settings().seed_folder.as_ref()?;
    let history = cx.whole_history();
    let seeded = |id: &VersionId| cx.project().stage.seeds.iter().any(|seed| seed.version == *id);
    let missing: Vec<&Version> = history
        .migrations()
        .iter()
        .filter(|migration| folder.requires(migration.id(), history) && !seeded(migration.id()))
        .map(Migration::version)
        .collect();
    let first = folder.folder().join(format!("{}.sql", missing.first()?));
    let title = match &missing[..] {
        [one] => format!("{one} has no seed, and `seeds` requires one"),
        many => format!("{} versions have no seed, and `seeds` requires one of each", many.len()),
    };
    let mut finding = Finding::failure("seed_missing", title).at(Some(&first));
    if missing.len() > 1 {
        finding = finding.fact(Fact::Objects(missing.iter().map(ToString::to_string).collect()));
    }
    Some(finding.help(
        "write the file with rows for the tables of its version; a file with a comment alone says that none are needed",
    ))
}

/// A down script that the macro did not see: it decided from the folder that tests are ignored.
fn down_since_built(cx: &Context<'_>) -> Option<Finding> {
    let down =
        cx.whole_history().migrations().iter().find(|migration| migration.down().is_some())?;
    let title = format!(
        "the tests were built when no version had a down script, and {} has one now: `stairway` and \
         `downgrade_all_the_way` are ignored",
        down.version()
    );
    let finding = Finding::failure("built_without_downs", title).at_down(down);
    let finding =
        finding.help("change and save the file with the suite, so that cargo builds it again");
    cx.settings().built_without_downs.then_some(finding)
}

/// Versions that the suite names and the history does not have: a typing error would otherwise declare nothing.
fn unknown_declarations(cx: &Context<'_>) -> Vec<Finding> {
    let history = cx.whole_history();
    let declared: Vec<(&str, &VersionId)> = match &cx.settings().irreversible {
        Irreversible::Versions(versions) => versions.iter().map(|v| ("irreversible", v)).collect(),
        _ => Vec::new(),
    };
    let floor = cx.settings().downgrade_floor.as_ref().map(|floor| ("downgrade_floor", floor));
    let unknown = declared
        .into_iter()
        .chain(floor)
        .chain(baseline::unknown_end(cx).map(|end| ("baseline", end)))
        .filter(|(_, version)| history.index_of(version).is_none());
    unknown
        .map(|(argument, version)| {
            let title =
                format!("`{argument}` names version {version}, which the history does not have");
            let finding = Finding::failure("unknown_version", title);
            match history.find(&version.to_string()) {
                Ok(meant) => finding.help(format!(
                    "correct the version; did you mean {}?",
                    history.migrations()[meant].id()
                )),
                Err(unknown) => {
                    let near: Vec<String> = unknown.near.iter().map(ToString::to_string).collect();
                    let near = match &near[..] {
                        [] => String::new(),
                        near => format!("; the nearest are {}", near.join(", ")),
                    };
                    finding.help(format!("correct the version{near}"))
                }
            }
        })
        .collect()
}
