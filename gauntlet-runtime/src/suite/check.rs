//! One run of a check, as a report.

use std::pin::pin;
use std::time::Instant;

use futures_util::future::{Either, FutureExt as _, select};

use super::Suite;
use super::silence::{self, unless_silent};
use crate::checks::{self, BLESSED, Check, JUDGED, NOT_TRIED, OLD_BUILD};
use crate::context::{Context, IGNORED, PARTITIONS};
use crate::error::Error;
use crate::finding::{Finding, Leftover, Report, Severity, VersionSteps};
use crate::isolation::swept;
use crate::runtime::block_on;

impl Suite {
    /// Runs a check and returns its report.
    ///
    /// # Panics
    ///
    /// When it is called from inside of an async context.
    pub fn report(&self, check: Check) -> Report {
        block_on(self.run(check))
    }

    /// Runs a check and returns its report.
    ///
    /// # Cancel safety
    ///
    /// The databases of a run that is dropped are removed in the background; see
    /// [`settle`](crate::runtime::settle).
    #[doc(hidden)]
    pub async fn run(&self, check: Check) -> Report {
        let start = Instant::now();
        let Ended { mut findings, error, leftovers, steps } = self.outcome(check).await;
        if self.settings.strict {
            findings.iter_mut().for_each(fail);
        }
        let (suite, check) = (&self.settings.name, check.name());
        let mut report = Report::new(suite, check, start.elapsed(), findings, error);
        report.leftovers = leftovers;
        report.steps = steps;
        swept().await;
        report
    }

    async fn outcome(&self, check: Check) -> Ended {
        let cx = match Context::new(&self.settings, &self.shared) {
            Ok(cx) => cx,
            Err(error) => return Ended { error: Some(format!("{error:?}")), ..Ended::default() },
        };
        // What follows from a step that the server did not take is no finding, and would wait for the server again.
        let limit = self.settings.silence();
        let run = async {
            match select(pin!(cx.fault()), checks::run(check, &cx)).await {
                Either::Left((fault, _)) => Err(Error::ServerFault(fault).into()),
                // The check may have ended before anybody looked.
                Either::Right((outcome, fault)) => match fault.now_or_never() {
                    Some(fault) => Err(Error::ServerFault(fault).into()),
                    None => outcome,
                },
            }
        };
        let Some(outcome) = unless_silent(limit, pin!(run)).await else {
            return Ended {
                findings: cx.observed(),
                error: Some(silence::text(&cx, limit).await),
                leftovers: cx.leftovers(),
                steps: cx.steps(),
            };
        };
        // Also those of a check that could not run to its end: they may be the reason.
        let mut findings = cx.observed();
        let mut failure = match outcome {
            Ok(found) => {
                findings.extend(found);
                findings.extend(cx.notes(check));
                None
            }
            Err(error) => {
                findings.extend(error.step());
                Some(format!("{error:?}"))
            }
        };
        if let Err(error) = cx.say_who_runs(&mut findings).await {
            failure = failure.or(Some(format!("{error:?}")));
        }
        Ended { findings, error: failure, leftovers: cx.leftovers(), steps: cx.steps() }
    }
}

/// How a check has ended.
#[derive(Default)]
struct Ended {
    findings: Vec<Finding>,
    /// The error that ended it.
    error: Option<String>,
    /// What is still in place.
    leftovers: Vec<Leftover>,
    steps: Vec<VersionSteps>,
}

// Notes about blessing, about what was ignored on demand, about what was judged and about every deployment stay notes.
fn fail(finding: &mut Finding) {
    if ![BLESSED, IGNORED, JUDGED, NOT_TRIED, OLD_BUILD, PARTITIONS].contains(&&*finding.kind) {
        finding.severity = Severity::Failure;
    }
}
