//! `downgrade_all_the_way`: from head, every version is reverted, and the schema is that of base again.
//!
//! Where versions are declared to stay (irreversible, or at or below the floor), the way down ends above the
//! highest of them, and the schema must be the one of when that version had just been applied.
//!
//! Examples that pass and fail: `tests/it/gallery/downgrade_all_the_way.rs`.

use std::collections::BTreeMap;

use super::outcome::Outcome;
use super::parts::downs::{down_failed, extensions_may_stay, no_downs_at_all, no_way_back};
use super::parts::empty::no_migrations;
use super::parts::notices::Notices;
use super::parts::roles::roles_left_at_all;
use super::parts::sessions::LeftInSessions;
use crate::catalog::{Catalog, Difference};
use crate::context::Context;
use crate::engines::StepError;
use crate::error::Error;
use crate::finding::{DatabaseMessage, DeclaredValue, Fact, Finding, Severity, Sides};
use crate::stage::Stage;

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let migrations = cx.history().migrations();
    // The versions from here on go down.
    let bottom = migrations.iter().rposition(|m| cx.stays(m.id())).map_or(0, |i| i + 1);
    if bottom == migrations.len() {
        return Ok(vec![nothing_to_do(cx)]);
    }
    if !cx.history().has_downs() {
        return Ok(vec![no_downs_at_all(migrations.len())]);
    }
    let mut stage = cx.stage("downgrade").await?;
    let result = walk(cx, &mut stage, bottom).await;
    let failed = match &result {
        Ok(findings) => findings.iter().any(|f| f.severity == Severity::Failure),
        Err(_) => true,
    };
    stage.close(failed).await;
    result
}

async fn walk(cx: &Context<'_>, stage: &mut Stage, bottom: usize) -> Outcome {
    let migrations = cx.history().migrations();
    let mut findings = Vec::new();
    let mut left = LeftInSessions::default();
    let mut notices = Notices::default();
    for migration in &migrations[..bottom] {
        stage.apply(migration).await.map_err(Error::from)?;
    }
    let expected = stage.catalog().await?;
    let roles = stage.made_on_server();
    for migration in &migrations[bottom..] {
        let step = stage.apply(migration).await.map_err(Error::from)?;
        left.note(&step);
        notices.note(&step);
    }
    for (index, migration) in migrations.iter().enumerate().skip(bottom).rev() {
        let finding = match stage.revert(migration).await {
            Ok(Some(step)) => {
                notices.note(&step);
                continue;
            }
            Ok(None) => no_way_back(migration, None),
            Err(error) => {
                let mut finding = down_failed(migration, &error, None);
                finding.facts.extend(left.of_own_up(&error));
                notices.explain(&mut finding);
                match not_restored(cx, stage, index, &error).await? {
                    Some(blamed) => blamed,
                    None => finding,
                }
            }
        };
        let above = migrations.len() - index - 1;
        let end = match above {
            0 => "nothing was reverted".to_owned(),
            n => format!("{n} of {} versions were reverted", migrations.len() - bottom),
        };
        findings.push(finding.fact(format!("the way down from head ends here: {end}")));
        return Ok(findings);
    }
    findings.extend(roles_left_at_all(&roles, &stage.made_on_server()));
    let actual = stage.catalog().await?;
    let (left, notes): (Vec<_>, Vec<_>) =
        cx.diff_moments(&expected, &actual).into_iter().partition(Difference::is_failure);
    if !left.is_empty() {
        let mut behind = left_behind(cx, bottom, left, (&expected, &actual)).await?;
        for finding in &mut behind {
            notices.explain(finding);
        }
        findings.extend(behind);
    }
    if !notes.is_empty() {
        let title = format!(
            "the way down from head to {} restores the schema except for cosmetic differences",
            place(cx, bottom)
        );
        findings.push(Finding::note("form", title).differences(Sides::BeforeAndAfterDown, notes));
    }
    Ok(findings)
}

fn nothing_to_do(cx: &Context<'_>) -> Finding {
    let Some(head) = cx.history().migrations().last() else { return no_migrations(cx) };
    Finding::failure(
        "nothing_to_revert",
        format!("nothing is reverted: the last version, {}, is declared to stay", head.version()),
    )
    .at_up(head)
    .help_declare(
        "skip this check until a reversible version follows",
        "skip",
        DeclaredValue::Text("downgrade_all_the_way".to_owned()),
    )
}

/// Where the way down ends.
fn place(cx: &Context<'_>, bottom: usize) -> String {
    match bottom.checked_sub(1) {
        None => "base".to_owned(),
        Some(i) => cx.history().migrations()[i].version().to_string(),
    }
}

/// What is left at the bottom: a finding for each version, or group of versions, that brought it there.
async fn left_behind(
    cx: &Context<'_>,
    bottom: usize,
    left: Vec<Difference>,
    (expected, actual): (&Catalog, &Catalog),
) -> Outcome {
    let migrations = cx.history().migrations();
    let way = format!("on the way down from head to {}", place(cx, bottom));
    let mut groups: BTreeMap<Vec<usize>, Vec<Difference>> = BTreeMap::new();
    let origins = origins(cx, bottom, &left).await?;
    for (difference, origin) in left.into_iter().zip(origins) {
        groups.entry(origin).or_default().push(difference);
    }
    let reported = |(origin, differences): (Vec<usize>, Vec<Difference>)| {
        let finding = match &origin[..] {
            [] => {
                Finding::failure("left_behind", format!("a down creates what no up creates, {way}"))
            }
            [one] => {
                let migration = &migrations[*one];
                Finding::failure(
                    "left_behind",
                    format!("{} is not undone {way}", migration.version()),
                )
                .at_down(migration)
            }
            several => {
                let versions: Vec<String> =
                    several.iter().map(|i| migrations[*i].version().to_string()).collect();
                let title = format!("{} are not undone {way}", versions.join(", "));
                at_downs(Finding::failure("left_behind", title), cx, several)
            }
        };
        let sql = cx.mend(expected, actual, &differences);
        let finding = finding
            .differences(Sides::BeforeAndAfterDown, differences)
            .help_sql("add to one of the down scripts", sql);
        extensions_may_stay(finding)
    };
    Ok(groups.into_iter().map(reported).collect())
}

/// A down that fails on the way from head, and would not where its own up has just run: the downs of later versions have not
/// led back to that state, and are at fault. `None` where it fails there too, or nothing differs.
async fn not_restored(
    cx: &Context<'_>,
    stage: &mut Stage,
    index: usize,
    error: &StepError,
) -> Result<Option<Finding>, Error> {
    if error.fault().is_some() || error.companion.is_some() {
        return Ok(None);
    }
    let migrations = cx.history().migrations();
    let mut own = cx.stage("origins").await?;
    let result = async {
        for migration in &migrations[..=index] {
            own.apply(migration).await?;
        }
        let expected = own.catalog().await?;
        Ok::<_, Error>(own.revert(&migrations[index]).await.is_ok().then_some(expected))
    };
    let result = result.await;
    own.close(false).await;
    let Some(expected) = result? else { return Ok(None) };
    stage.recover().await?;
    let actual = stage.catalog().await?;
    let differences = cx.diff_databases(&expected, &actual).into_iter();
    let left: Vec<Difference> = differences.filter(Difference::is_failure).collect();
    let mut later: Vec<usize> = origins(cx, index + 1, &left).await?.concat();
    later.sort_unstable();
    later.dedup();
    if later.is_empty() {
        return Ok(None);
    }
    let failed = migrations[index].version();
    let versions: Vec<String> =
        later.iter().map(|i| migrations[*i].version().to_string()).collect();
    let undone = if later.len() == 1 { "is not undone" } else { "are not undone" };
    let way = format!("on the way down from head, and the down of {failed} fails on what is left");
    let title = format!("{} {undone} {way}", versions.join(", "));
    let finding = at_downs(Finding::failure("left_behind", title), cx, &later);
    let sql = cx.mend(&expected, &actual, &left);
    let help = "add to one of the down scripts";
    let help = if later.len() == 1 { "add to the down script" } else { help };
    Ok(Some(
        finding
            .fact(Fact::Database(DatabaseMessage::of_step(error)))
            .differences(Sides::BeforeAndAfterDown, left)
            .help_sql(help, sql),
    ))
}

/// The place of a finding about some versions.
fn at_downs(finding: Finding, cx: &Context<'_>, versions: &[usize]) -> Finding {
    let migrations = cx.history().migrations();
    if let [one] = versions {
        return finding.at_down(&migrations[*one]);
    }
    let files = versions.iter().filter_map(|i| migrations[*i].down_file());
    files.fold(finding, |finding, file| {
        let label = Some("down script".to_owned());
        finding.fact(Fact::Place { label, file, position: None })
    })
}

/// For each difference, the versions above the bottom whose ups touch its object. Costs a second ascent with a
/// snapshot at each version, which only a failing check pays.
async fn origins(
    cx: &Context<'_>,
    bottom: usize,
    left: &[Difference],
) -> Result<Vec<Vec<usize>>, Error> {
    let mut stage = cx.stage("origins").await?;
    let result = find_origins(cx, &mut stage, bottom, left).await;
    stage.close(false).await;
    result
}

async fn find_origins(
    cx: &Context<'_>,
    stage: &mut Stage,
    bottom: usize,
    left: &[Difference],
) -> Result<Vec<Vec<usize>>, Error> {
    let mut origins = vec![Vec::new(); left.len()];
    let migrations = cx.history().migrations();
    for migration in &migrations[..bottom] {
        stage.apply(migration).await?;
    }
    let mut before = stage.catalog().await?;
    for (index, migration) in migrations.iter().enumerate().skip(bottom) {
        stage.apply(migration).await?;
        let now = stage.catalog().await?;
        for (difference, origin) in left.iter().zip(&mut origins) {
            if before.get(&difference.object) != now.get(&difference.object) {
                origin.push(index);
            }
        }
        before = now;
    }
    Ok(origins)
}
