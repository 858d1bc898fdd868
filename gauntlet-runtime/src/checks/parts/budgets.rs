//! Findings about upgrades that take longer than the suite allows.

use std::time::Duration;

use crate::context::Context;
use crate::error::Overrun;
use crate::finding::Finding;
use crate::migrations::Version;

/// The budgets that a walk from base to head has passed; `ups` are the first ups of all versions.
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
    let at = overrun.version.as_ref().and_then(|version| history.index_of(version.number));
    if let Some(migration) = at.map(|at| &history.migrations()[at]) {
        finding = finding.at_up(migration);
    }
    finding.facts = overrun.lines();
    finding.help("make it faster, or give it more time with `budget`")
}
