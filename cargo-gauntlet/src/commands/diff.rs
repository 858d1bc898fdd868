//! `diff`: two schemas, and the statements that turn the first into the second.

use std::sync::Arc;

use gauntlet_runtime::catalog::Difference;
use gauntlet_runtime::finding::{Finding, Sides};
use gauntlet_runtime::repair;
use gauntlet_runtime::report;

use super::output::print;
use super::workplace::Workplace;
use crate::cli;
use crate::configuration::Settings;
use crate::failure::{Failure, Verdict};
use crate::interrupt;
use crate::progress::Hidden;
use crate::schemas::Given;

pub(super) fn run(arguments: &cli::Diff, place: Workplace) -> Result<Verdict, Failure> {
    let expected = Given::parse(&arguments.expected, &place.folder)?;
    let actual = Given::parse(&arguments.actual, &place.folder)?;
    // Read once, so that a file with a mistake is reported before a server is asked for.
    Settings::of_place(&place.folder, &arguments.place)?;
    let suite = || {
        let settings = Settings::of_place(&place.folder, &arguments.place)?;
        Ok::<_, Failure>(settings.into_suite(place.env.clone(), Arc::new(Hidden)).0)
    };
    let (first, second, found, backwards) = interrupt::run(async {
        let first = expected.read(suite).await?;
        let second = actual.read(suite).await?;
        // As `stairway` compares them.
        let suite = suite()?;
        let suite = if expected.same_history(&actual) { suite.partitions(true) } else { suite };
        let found = suite.compare(&first, &second);
        // The first is what there is, the second what it should become.
        let backwards = suite.compare(&second, &first).differences;
        Ok((first, second, found, backwards))
    })?;
    let (differences, partitions) = (found.differences, found.partition_children.len());
    let fails = differences.iter().any(Difference::is_failure);
    if arguments.sql {
        let plan = repair::mend(&second, &first, &backwards);
        if !plan.steps.is_empty() {
            print(&plan.script())?;
        }
    } else if differences.is_empty() {
        print("the schemas are equal\n")?;
    } else {
        let title = format!("{} differs from {}", arguments.actual, arguments.expected);
        let finding = if fails {
            Finding::failure("difference", title)
        } else {
            Finding::note("difference", title)
        };
        print(&report::finding(&finding.differences(Sides::FirstAndSecond, differences)))?;
    }
    if partitions > 0 && !arguments.sql {
        let noun = if partitions == 1 { "partition is" } else { "partitions are" };
        print(&format!(
            "note: {partitions} {noun} not compared; `partitions = true` in gauntlet.toml compares them\n"
        ))?;
    }
    Ok(if fails { Verdict::Found } else { Verdict::Passed })
}
