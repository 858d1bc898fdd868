//! The whole check: the segments, and what they come to together.

use super::cut;
use super::segments;
use super::walk::Basis;
use crate::checks::outcome::Outcome;
use crate::checks::parts::budgets::over_budget;
use crate::checks::parts::downs::no_downs_at_all;
use crate::checks::parts::sessions::LeftInSessions;
use crate::context::Context;
use crate::finding::Severity;

pub(in crate::checks) async fn run(cx: &Context<'_>) -> Outcome {
    let migrations = cx.history().migrations();
    let wants_downs = migrations.iter().any(|m| !cx.stays(m.id()));
    let mut findings = Vec::new();
    // One sentence instead of the same one for every version.
    let simple = wants_downs && !cx.history().has_downs();
    if simple {
        let mut finding = no_downs_at_all(migrations.len());
        if !cx.budgets().is_empty() {
            // It was run for the time that the ups take.
            finding.severity = Severity::Note;
        }
        findings.push(finding);
    }
    let cut = cut::segments(cx, simple).await?;
    let basis = Basis::of(cx).await?;
    let parts = segments::walk(&basis, &cut.starts, simple).await?;
    let mut ups = Vec::new();
    let mut left = LeftInSessions::default();
    let mut walks = Vec::new();
    let mut stuck = false;
    for part in parts {
        // What comes after a version on which nothing can follow was not reached.
        if !stuck {
            findings.extend(part.findings);
            ups.extend(part.ups);
            left.add(part.walk.left.clone(), part.inherited);
            stuck = part.stuck;
        }
        walks.push(part.walk);
    }
    if let Some(last) = walks.last_mut()
        && !stuck
        && left.matters()
    {
        findings.extend(last.all_together().await?);
    }
    findings.extend(over_budget(cx, &ups));
    findings.extend(left.notes(migrations));
    let failed = findings.iter().any(|f| f.severity == Severity::Failure);
    for walk in walks {
        walk.finish(failed).await;
    }
    Ok(findings)
}
