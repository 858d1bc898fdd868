//! What the three checks that compare head with the model have in common.

use super::{CheckError, Outcome};
use crate::catalog::{Catalog, Difference};
use crate::report::Finding;
use crate::suite::Context;

/// The differences between the model and head that `wanted` picks, as findings of `kind`.
pub(super) async fn findings(
    cx: &Context<'_>,
    kind: &'static str,
    title: &str,
    wanted: impl Fn(&Difference, &Catalog, &Catalog) -> bool,
) -> Outcome {
    let model = cx.model().await.map_err(CheckError::Shared)?;
    let head = cx.head().await.map_err(CheckError::Shared)?;
    let (failures, notes): (Vec<_>, Vec<_>) = cx
        .diff(&model, &head)
        .into_iter()
        .filter(|d| wanted(d, &model, &head))
        .partition(Difference::is_failure);
    let mut findings = Vec::new();
    if !failures.is_empty() {
        let mut finding = Finding::failure(kind, title)
            .help_sql("if the model is right, add a migration", cx.mend(&model, &head, &failures))
            .help("if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head");
        finding.differences = failures;
        findings.push(finding);
    }
    if !notes.is_empty() {
        let mut finding = Finding::note("drift_note", "head and the model differ in form only");
        finding.differences = notes;
        findings.push(finding);
    }
    Ok(findings)
}
