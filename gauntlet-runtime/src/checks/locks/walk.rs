//! The way to the new versions, and each of them statement by statement.

use super::judge::{Judged, judge};
use super::small::Small;
use crate::checks::outcome::{CheckError, Outcome};
use crate::checks::parts::allow::Given;
use crate::checks::parts::new_versions::NewVersions;
use crate::checks::parts::not_given::nothing_new;
use crate::context::Context;
use crate::error::Error;
use crate::finding::Finding;
use crate::stage::{ByStatement, Relations, Stage};

pub(in crate::checks) async fn run(cx: &Context<'_>) -> Outcome {
    let Some(versions) = NewVersions::of(cx, cx.settings().locks.all)? else {
        return Ok(vec![nothing_new("locks")]);
    };
    if versions.new.is_empty() {
        return Ok(vec![versions.note()]);
    }
    let mut stage = cx.stage("locks").await?;
    let result = walk(cx, &mut stage, &versions).await;
    stage.close(result.as_ref().is_ok_and(|all| all.iter().any(Finding::is_failure))).await;
    let mut findings = result?;
    findings.push(versions.note());
    Ok(findings)
}

/// A deployed database has all that has shipped, whatever the numbers of the new versions are.
async fn walk(
    cx: &Context<'_>,
    stage: &mut Stage,
    versions: &NewVersions<'_>,
) -> Result<Vec<Finding>, CheckError> {
    for migration in &versions.old {
        stage.apply(migration).await.map_err(Error::from)?;
    }
    let settings = cx.settings();
    let mut findings = Vec::new();
    let mut shipped: Option<Relations> = None;
    let mut shared = ByStatement::default();
    for migration in &versions.new {
        let (footprints, relations) =
            stage.apply_by_statement(migration, &mut shared).await.map_err(Error::from)?;
        let mut small = Small::new(&settings.locks_allowed);
        if let Some(rows) = settings.locks.max_rows {
            small.count(stage, &footprints, rows).await.map_err(Error::from)?;
        }
        findings.extend(judge(&Judged {
            migration,
            footprints: &footprints,
            relations: &relations,
            shipped: shipped.as_ref().filter(|_| !settings.locks.all),
            small: &small,
            no_transaction: settings.engine.no_transaction_line(),
        }));
        shipped.get_or_insert(relations);
    }
    Given::from(&settings.locks).complete(&mut findings);
    Ok(findings)
}
