//! Every case, as a user's suite would run it: its verdicts, the SQL that its findings propose, and its blessed model.

use std::sync::{Arc, Mutex, PoisonError};

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::Status;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::server::{Embedded, Server};

use super::case::{Case, all};
use crate::support::oracle::{Extent, extent, major, pg_dump_sees, servers_and_sources};
use crate::support::{Case as Project, printed};

/// On each server, one case in so many runs in schema isolation too, a different one on each.
fn in_both() -> usize {
    if extent() == Extent::All { 1 } else { 4 }
}

/// One case in so many is judged, a different one on each server.
fn judged() -> usize {
    match extent() {
        Extent::Sample => 9,
        Extent::Servers => 4,
        Extent::Long | Extent::All => 1,
    }
}

/// One case in so many is blessed, a different one on each server.
fn blessed() -> usize {
    match extent() {
        Extent::Sample => 24,
        Extent::Long => 4,
        Extent::Servers => 8,
        Extent::All => 1,
    }
}

/// What reaches out of its schema would be seen by the other tests on this server, and by each other.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn every_case_ends_as_expected() {
    let wrong = on_each(|case, number, (_, source)| {
        let mut wrong = Vec::new();
        if number % judged() != 0 {
            return wrong;
        }
        let outside = case.name.starts_with("outside/");
        let _alone = outside.then(|| ALONE.lock().unwrap_or_else(PoisonError::into_inner));
        let own = format!("{}-outside", crate::support::run());
        let source =
            if outside { source.clone().setting("cluster_name", own) } else { source.clone() };
        for verdict in &case.verdicts {
            let project = Project::new(verdict.check, &case.files).on(&source);
            for isolation in &case.isolations {
                let first = *isolation == case.isolations[0];
                if !first && number % in_both() != 0 {
                    continue;
                }
                let report = project.judge(*isolation);
                let text = printed(&report);
                let lacks = verdict.texts.iter().find(|expected| !text.contains(*expected));
                let has = verdict.absent.iter().find(|absent| text.contains(*absent));
                if report.status() != verdict.status || lacks.is_some() || has.is_some() {
                    let expected = lacks
                        .map(|lacks| format!(", lacks {lacks:?}"))
                        .or(has.map(|has| format!(", has {has:?}")));
                    wrong.push(format!(
                        "{} in {isolation:?} isolation: expected {:?}{}\n{text}",
                        case.name,
                        verdict.status,
                        expected.unwrap_or_default()
                    ));
                }
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{} of the verdicts are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_blessed_model_passes() {
    let wrong = on_each(|case, number, (server, source)| {
        let schema = case.isolations[0] == Isolation::Schema;
        if schema || number % blessed() != 1 % blessed() {
            return Vec::new();
        }
        let project = Project::new(Check::UpToDate, &case.files).on(source);
        let suite = || project.suite(Isolation::Database).model("blessed.sql");
        // Where the migrations fail, there is no head.
        if suite().bless(true).report(Check::UpToDate).status() == Status::Error {
            return Vec::new();
        }
        let report = suite().report(Check::UpToDate);
        // The columns of a child table stand behind those that it inherits, when it is made.
        let noted =
            report.findings.iter().filter(|finding| finding.kind == "drift_note").any(|note| {
                note.differences.iter().any(|d| d.attribute.as_deref() != Some("column_order"))
            });
        if report.status() != Status::Passed || noted {
            return vec![format!("{}:\n{}", case.name, printed(&report))];
        }
        // Roles belong to the server, where another test makes them; and that order is in a dump.
        let ordered = !report.findings.iter().any(|finding| finding.kind == "drift_note");
        let problem = if ordered && !case.files.contains("CREATE ROLE") {
            let (setup, ups) = scripts(&case.files);
            let model = std::fs::read_to_string(project.path().join("blessed.sql")).unwrap();
            let with_setup = |scripts: Vec<String>| [setup.clone(), scripts].concat();
            block_on(pg_dump_sees(server, &with_setup(ups), &with_setup(vec![model])))
        } else {
            None
        };
        problem.map(|problem| format!("{}: {problem}", case.name)).into_iter().collect()
    });
    assert!(wrong.is_empty(), "{} models differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The setup file of a case, and its up scripts in order.
fn scripts(files: &str) -> (Vec<String>, Vec<String>) {
    let mut setup = Vec::new();
    let mut ups: Vec<(u64, String)> = Vec::new();
    for part in files.split("--- ").skip(1) {
        let (name, text) = part.split_once('\n').unwrap_or((part, ""));
        let version = name.split('_').next().and_then(|version| version.parse().ok());
        if name == "/setup.sql" {
            setup.push(text.to_owned());
        } else if let Some(version) = version.filter(|_| !name.ends_with(".down.sql")) {
            ups.push((version, text.to_owned()));
        }
    }
    ups.sort();
    (setup, ups.into_iter().map(|(_, text)| text).collect())
}

/// Judges all cases on each server that they hold on, two at the same time, each with a number that is another one on the
/// next server; what is wrong.
fn on_each(
    judge: impl Fn(&Case, usize, (&Arc<Server>, &Embedded)) -> Vec<String> + Sync,
) -> Vec<String> {
    let cases = all();
    assert!(cases.len() > 50, "only {} cases were found", cases.len());
    let mut wrong = Vec::new();
    for (server, source) in block_on(servers_and_sources()) {
        let major = major(&server);
        let of_server: Vec<(usize, &Case)> =
            cases.iter().enumerate().filter(|(_, case)| case.from <= major).collect();
        let half = |rest: usize| {
            of_server.iter().filter(move |(number, _)| number % 2 == rest).flat_map(
                |(number, case)| {
                    judge(case, number / 2 + major as usize, (&server, &source))
                        .into_iter()
                        .map(|text| format!("{major}: {text}"))
                },
            )
        };
        std::thread::scope(|scope| {
            let one = scope.spawn(|| half(0).collect::<Vec<_>>());
            let two = scope.spawn(|| half(1).collect::<Vec<_>>());
            for half in [one, two] {
                wrong.extend(half.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
        });
    }
    wrong
}
