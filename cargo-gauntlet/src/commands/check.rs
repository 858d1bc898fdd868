//! `check`: the checks of a folder of migrations.

use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gauntlet_plan::Check;
use gauntlet_runtime::Suite;
use gauntlet_runtime::finding::{Report, Status};
use gauntlet_runtime::front::write_html;
use gauntlet_runtime::report;
use gauntlet_runtime::suite::Plan;

use super::output::print;
use super::workplace::Workplace;
use crate::cli;
use crate::configuration::Settings;
use crate::failure::{Failure, Verdict, missing_folder};
use crate::formats::{self, Outcome, Run};
use crate::interrupt;
use crate::progress::Progress;

pub(super) fn run(arguments: &cli::Check, place: Workplace) -> Result<Verdict, Failure> {
    let mut settings = Settings::new(&place.folder, &arguments.migrations)?;
    settings.add(arguments);
    if let Some(file) = &arguments.report {
        has_place(&place.folder, file)?;
    }
    let progress = Progress::new(arguments.quiet);
    let env = place.env.clone();
    let (suite, request) = settings.into_suite(place.env, Arc::new(progress.clone()));
    let plan = suite.plan(request).map_err(|mistakes| {
        let texts: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Failure::Usage(texts.join("\n"))
    })?;
    // Said once, and not by each check.
    if let Err(error) = suite.sources()
        && missing_folder(&error).is_some()
    {
        return Err(error.into());
    }
    let reports = reports(&suite, &plan, &progress);
    progress.finish();
    let run = Run { name: suite.name().to_owned(), outcomes: in_order(&plan, reports?) };
    if let Some(file) = &arguments.report {
        let reports: Vec<&Report> = run.reports().collect();
        let settings = report::Settings::Toml;
        write_html(&place.folder.join(file), &suite, (&plan, &reports), settings, &env)
            .map_err(Failure::io(format!("write {}", file.display())))?;
    }
    let text = formats::render(arguments.format, arguments.quiet, &run, &place.folder, &env)?;
    print(&text)?;
    let statuses: Vec<Status> = run.reports().map(Report::status).collect();
    if statuses.contains(&Status::Error) {
        // The report says why.
        return Ok(Verdict::CouldNotRun);
    }
    Ok(if statuses.contains(&Status::Failed) { Verdict::Found } else { Verdict::Passed })
}

/// Whether a report can be written there: into a folder that exists, or into that of cargo's output.
fn has_place(base: &Path, file: &Path) -> Result<(), Failure> {
    let path = base.join(file);
    let Some(folder) = path.parent() else { return Ok(()) };
    let in_target = folder.ancestors().any(|above| {
        above.file_name().is_some_and(|name| name == "target")
            && above.parent().is_some_and(Path::is_dir)
    });
    if folder.is_dir() || in_target {
        return Ok(());
    }
    let (file, folder) = (file.display(), file.parent().unwrap_or(folder).display());
    Err(Failure::Usage(format!("failed to write {file}: the folder {folder} does not exist")))
}

/// Runs the checks of the plan, as many at a time as there are cores.
fn reports(suite: &Suite, plan: &Plan, progress: &Progress) -> Result<Vec<Report>, Failure> {
    let checks: Vec<Check> = plan.running().collect();
    progress.expect(checks.len());
    let next = AtomicUsize::new(0);
    let reports = Mutex::new(Vec::new());
    let work = || -> Result<(), Failure> {
        while let Some(check) = checks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let report = interrupt::run(async { Ok(suite.run(*check).await) })?;
            progress.ended();
            reports.lock().unwrap_or_else(PoisonError::into_inner).push(report);
        }
        Ok(())
    };
    let threads = thread::available_parallelism().map_or(2, usize::from).min(checks.len());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })?;
    Ok(reports.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The checks of the plan in its order, each with its report or the reason why it did not run.
fn in_order(plan: &Plan, mut reports: Vec<Report>) -> Vec<Outcome> {
    let outcomes = plan.checks.iter().filter_map(|planned| {
        let name = planned.check.name();
        if let Some(reason) = &planned.ignored {
            let reason = report::Settings::Toml.words(&reason.to_string()).into_owned();
            return Some(Outcome::Ignored { check: name, reason });
        }
        let index = reports.iter().position(|report| report.check == name)?;
        Some(Outcome::Ran(Box::new(reports.swap_remove(index))))
    });
    outcomes.collect()
}
