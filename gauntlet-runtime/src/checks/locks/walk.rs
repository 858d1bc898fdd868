//! The way to the new versions, and each of them statement by statement.

use super::judge::{Judged, judge};
use super::small::Small;
use crate::checks::outcome::{CheckError, Outcome};
use crate::checks::parts::new_only::JUDGED;
use crate::checks::parts::not_given::nothing_new;
use crate::context::Context;
use crate::error::Error;
use crate::finding::Finding;
use crate::history::Migration;
use crate::stage::{ByStatement, Relations, Stage};

pub(in crate::checks) async fn run(cx: &Context<'_>) -> Outcome {
    let found = cx.shipped().map_err(CheckError::Shared)?;
    let all = cx.settings().locks.all;
    let (mut old, mut new): (Vec<&Migration>, Vec<&Migration>) = (Vec::new(), Vec::new());
    for migration in cx.history().migrations() {
        let is_new = all || found.as_ref().is_some_and(|found| found.is_new(migration.id()));
        if is_new { new.push(migration) } else { old.push(migration) }
    }
    if !all && found.is_none() {
        return Ok(vec![nothing_new("locks")]);
    }
    let judged = match new.len() {
        0 => return Ok(vec![Finding::note(JUDGED, "no version is new")]),
        1 => "judged 1 new version".to_owned(),
        n => format!("judged {n} new versions"),
    };
    let mut stage = cx.stage("locks").await?;
    let result = walk(cx, &mut stage, &old, &new).await;
    stage.close(result.as_ref().is_ok_and(|all| all.iter().any(Finding::is_failure))).await;
    let mut findings = result?;
    findings.push(Finding::note(JUDGED, judged));
    Ok(findings)
}

/// A deployed database has all that has shipped, whatever the numbers of the new versions are.
async fn walk(
    cx: &Context<'_>,
    stage: &mut Stage,
    old: &[&Migration],
    new: &[&Migration],
) -> Result<Vec<Finding>, CheckError> {
    for migration in old {
        stage.apply(migration).await.map_err(Error::from)?;
    }
    let settings = cx.settings();
    let mut findings = Vec::new();
    let mut shipped: Option<Relations> = None;
    let mut shared = ByStatement::default();
    for migration in new {
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
    Ok(findings)
}
