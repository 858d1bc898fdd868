//! Findings about upgrades that take longer than the suite allows.

use std::time::Duration;

use crate::context::Context;
use crate::error::Overrun;
use crate::finding::{DeclaredValue, Fact, Finding};
use crate::history::Version;

/// Findings for the budgets that the way from base to head exceeds; `ups` are the first ups of all versions.
pub(in crate::checks) fn over_budget(
    cx: &Context<'_>,
    ups: &[(Version, Duration)],
) -> Vec<Finding> {
    let single = ups.iter().filter_map(|(version, took)| cx.budgets().exceeded_by(version, *took));
    let whole = cx.budgets().exceeded_by_all(ups);
    single.chain(whole).map(|overrun| finding(cx, &overrun)).collect()
}

fn finding(cx: &Context<'_>, overrun: &Overrun) -> Finding {
    let mut finding = Finding::failure("over_budget", overrun.title());
    let history = cx.history();
    let at = overrun.version.as_ref().and_then(|version| history.index_of(&version.id));
    if let Some(migration) = at.map(|at| &history.migrations()[at]) {
        finding = finding.at_up(migration);
    }
    for (version, took) in &overrun.slowest {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        finding = finding.fact(Fact::Took { version: version.clone(), micros });
    }
    let more = DeclaredValue::Example("60s".to_owned());
    finding.help_declare("make the migration faster, or allow more time", "budget", more)
}
