//! `downgrade_all_the_way`: from head, every version goes down to base, and what is left is what base was.
//!
//! Where versions are declared to stay (irreversible, or at or below the floor), the way down ends above the
//! highest of them, and what is left has to be what was there when that version had just been applied.

use super::Outcome;
use super::beside::roles_left_at_all;
use super::steps::{down_failed, no_downs_at_all, no_way_back, settings};
use crate::catalog::Difference;
use crate::migrations::Migration;
use crate::report::{Finding, Severity};
use crate::suite::{Context, Error, Stage};

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let migrations = cx.history().migrations();
    // The versions from here on go down.
    let bottom = migrations.iter().rposition(|m| cx.stays(m)).map_or(0, |i| i + 1);
    if bottom == migrations.len() {
        return Ok(vec![nothing_to_do(migrations)]);
    }
    if !cx.history().has_downs() {
        return Ok(vec![no_downs_at_all(migrations.len())]);
    }
    let mut stage = Stage::base(cx, "downgrade").await?;
    let result = walk(cx, &mut stage, bottom).await;
    let failed = match &result {
        Ok(findings) => findings.iter().any(|f| f.severity == Severity::Failure),
        Err(_) => true,
    };
    let kept = stage.close(failed).await;
    let mut findings = result?;
    if let (Some(line), Some(last)) = (kept, findings.last_mut()) {
        last.facts.push(line);
    }
    Ok(findings)
}

async fn walk(cx: &Context<'_>, stage: &mut Stage, bottom: usize) -> Outcome {
    let migrations = cx.history().migrations();
    let mut findings = Vec::new();
    for migration in &migrations[..bottom] {
        stage.apply(migration).await.map_err(Error::from)?;
    }
    let expected = stage.catalog(cx).await?;
    let roles = stage.roles_made().await?;
    for migration in &migrations[bottom..] {
        stage.apply(migration).await.map_err(Error::from)?;
    }
    for (index, migration) in migrations.iter().enumerate().skip(bottom).rev() {
        let finding = match stage.revert(migration).await {
            Ok(Some(step)) => {
                findings.extend(settings(&step, migration));
                continue;
            }
            Ok(None) => no_way_back(migration),
            Err(error) => down_failed(migration, &error),
        };
        let above = migrations.len() - index - 1;
        findings.push(finding.fact(format!(
            "the way down from head ended here: {above} of {} versions were reverted",
            migrations.len() - bottom
        )));
        return Ok(findings);
    }
    findings.extend(roles_left_at_all(&roles, &stage.roles_made().await?));
    let actual = stage.catalog(cx).await?;
    let (left, notes): (Vec<_>, Vec<_>) =
        cx.diff(&expected, &actual).into_iter().partition(Difference::is_failure);
    if !left.is_empty() {
        let sql = cx.mend(&expected, &actual, &left);
        findings.push(left_behind(cx, bottom, left, sql).await?);
    }
    if !notes.is_empty() {
        let mut finding = Finding::note("left_note", "the way down leaves differences without effect");
        finding.differences = notes;
        findings.push(finding);
    }
    Ok(findings)
}

fn nothing_to_do(migrations: &[Migration]) -> Finding {
    let Some(head) = migrations.last() else {
        return Finding::failure("no_migrations", "there is no migration to revert");
    };
    Finding::failure(
        "nothing_to_revert",
        format!("nothing is reverted: the last version, {}, is declared to stay", head.version()),
    )
    .at_up(head)
    .help_code("skip this check until a reversible version follows", "#[gauntlet(skip = \"downgrade_all_the_way\")]")
}

/// What is left at the bottom, with the versions that brought it there.
async fn left_behind(
    cx: &Context<'_>,
    bottom: usize,
    left: Vec<Difference>,
    sql: Option<String>,
) -> Result<Finding, Error> {
    let migrations = cx.history().migrations();
    let place = match bottom.checked_sub(1) {
        None => "base".to_owned(),
        Some(i) => migrations[i].version().to_string(),
    };
    let mut finding = Finding::failure(
        "left_behind",
        format!("the way down from head to {place} does not lead back to the schema that was there"),
    );
    for line in origins(cx, bottom, &left).await? {
        finding.facts.push(line);
    }
    finding = finding
        .help("the check `stairway` tells for each version what its own down leaves behind")
        .help_sql("what a down would have to add", sql);
    finding.differences = left;
    Ok(finding)
}

/// For each object that is left, the version whose up first touched it. Costs a second ascent with a snapshot
/// at each version, which only a failing check pays.
async fn origins(
    cx: &Context<'_>,
    bottom: usize,
    left: &[Difference],
) -> Result<Vec<String>, Error> {
    let mut stage = Stage::base(cx, "origins").await?;
    let result = find_origins(cx, &mut stage, bottom, left).await;
    stage.close(false).await;
    result
}

async fn find_origins(
    cx: &Context<'_>,
    stage: &mut Stage,
    bottom: usize,
    left: &[Difference],
) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    let mut open: Vec<&Difference> = left.iter().collect();
    let mut before = if bottom == 0 { Some(stage.catalog(cx).await?) } else { None };
    for (index, migration) in cx.history().migrations().iter().enumerate() {
        stage.apply(migration).await?;
        if index + 1 < bottom {
            continue;
        }
        let now = stage.catalog(cx).await?;
        if let Some(before) = before.filter(|_| index >= bottom) {
            open.retain(|difference| {
                let touched = before.get(&difference.object) != now.get(&difference.object);
                if touched {
                    let file = migration.up().file().map(|f| format!(" ({})", f.display()));
                    lines.push(format!(
                        "{}: touched first by {}{}",
                        difference.object,
                        migration.version(),
                        file.unwrap_or_default()
                    ));
                }
                !touched
            });
        }
        before = Some(now);
        if open.is_empty() {
            break;
        }
    }
    Ok(lines)
}
