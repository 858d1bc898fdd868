//! Every case, as a user's suite would run it: its verdicts, the SQL that its findings propose, and its blessed model.

use std::sync::{Mutex, PoisonError};

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::Status;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::server::Embedded;

use super::case::{Case, all};
use crate::support::oracle::{Extent, extent, major, servers_and_sources};
use crate::support::{Case as Project, told};

/// On each server, one case in so many runs in schema isolation too; on each another one.
const PART: usize = 4;

/// One case in so many is blessed; on each server another one.
fn blessed() -> usize {
    if extent() == Extent::Sample { 12 } else { 4 }
}

/// What reaches out of its schema would be seen by the other tests on this server, and by each other.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn every_case_ends_as_expected() {
    let wrong = on_each(|case, number, source| {
        let mut wrong = Vec::new();
        let outside = case.name.starts_with("outside/");
        let _alone = outside.then(|| ALONE.lock().unwrap_or_else(PoisonError::into_inner));
        let own = format!("{}-outside", crate::support::run());
        let source =
            if outside { source.clone().setting("cluster_name", own) } else { source.clone() };
        for verdict in &case.verdicts {
            let project = Project::new(verdict.check, &case.files).on(&source);
            for isolation in &case.isolations {
                let first = *isolation == case.isolations[0];
                if !first && number % PART != 0 {
                    continue;
                }
                let report = project.judge(*isolation);
                let text = told(&report);
                let lacks = verdict.texts.iter().find(|expected| !text.contains(*expected));
                if report.status() != verdict.status || lacks.is_some() {
                    let expected = lacks.map(|lacks| format!(", lacks {lacks:?}"));
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
    let wrong = on_each(|case, number, source| {
        let schema = case.isolations[0] == Isolation::Schema;
        if schema || number % blessed() != 1 {
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
        let differs = report.status() != Status::Passed || noted;
        if differs { vec![format!("{}:\n{}", case.name, told(&report))] } else { Vec::new() }
    });
    assert!(wrong.is_empty(), "{} models differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Judges all cases on each server that they hold on, two at the same time, each with a number that is another one on the
/// next server; what is wrong.
fn on_each(judge: impl Fn(&Case, usize, &Embedded) -> Vec<String> + Sync) -> Vec<String> {
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
                    judge(case, number / 2 + major as usize, &source)
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
