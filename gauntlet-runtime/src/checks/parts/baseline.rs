//! The baseline against the versions that it stands for, while they still exist.

use crate::catalog::{Catalog, Difference};
use crate::checks::outcome::{CheckError, Outcome};
use crate::checks::parts::bless::BLESSED;
use crate::checks::parts::drift::set_aside_notes;
use crate::checks::parts::new_only::JUDGED;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::finding::{Finding, Sides};
use crate::history::{Migration, VersionId};
use crate::model::{self, Blessed};
use crate::stage::{Laid, Stage};

/// Compares both, or writes the file when the suite is blessed. Nothing where there is no baseline, or the last version that it
/// stands for is gone.
pub(in crate::checks) async fn findings(cx: &Context<'_>) -> Outcome {
    let Some(laid) = &cx.project().stage.baseline else { return Ok(Vec::new()) };
    let unknown = cx.whole_history().index_of(&laid.at).is_none();
    if unknown || cx.whole_history().runnable().is_err() {
        return Ok(Vec::new());
    }
    let stage = cx.stage_below_the_baseline("versions").await?;
    let expected = match read(stage, &laid.stands_for).await {
        Ok(expected) => expected,
        Err(Error::Step(step)) => {
            let title = format!(
                "{} fails, so that the baseline cannot be compared with the versions that it stands for",
                step.version
            );
            let finding = Finding::step("baseline_not_compared", title, &step);
            return Ok(vec![finding.help("bring the version back as it ran, or remove all versions that the baseline stands for")]);
        }
        Err(error) => return Err(error.into()),
    };
    if cx.settings().bless {
        return Ok(vec![bless(cx, laid, &expected).await?]);
    }
    let stage = cx.stage_without_seeds("baseline").await?;
    let actual = read(stage, &[]).await?;
    let mut findings = compare(cx, laid, &expected, &actual);
    let set_aside = cx.stages().await?.set_aside();
    findings.extend(set_aside_notes("baseline", "baseline_set_aside", set_aside));
    Ok(findings)
}

/// The catalog of a stage after these versions. The stage is closed.
async fn read(mut stage: Stage, migrations: &[Migration]) -> Result<Catalog> {
    let read = async {
        for migration in migrations {
            stage.apply(migration).await?;
        }
        stage.catalog().await
    };
    let read = read.await;
    stage.close(read.is_err()).await;
    read
}

async fn bless(cx: &Context<'_>, laid: &Laid, expected: &Catalog) -> Result<Finding, CheckError> {
    let script = cx.write_script(&format!("of the versions up to {}", laid.at), expected).await?;
    let blessed = model::bless(&cx.settings().manifest_dir, &laid.file, &script)
        .map_err(|error| Error::Baseline(error.about("the baseline")))?;
    Ok(Finding::note(
        BLESSED,
        match blessed {
            Blessed::Written(file) => {
                format!("wrote {} from the versions up to {}", file.display(), laid.at)
            }
            Blessed::Same(file) => {
                format!("{} already matches the versions up to {}", file.display(), laid.at)
            }
        },
    ))
}

fn compare(cx: &Context<'_>, laid: &Laid, expected: &Catalog, actual: &Catalog) -> Vec<Finding> {
    let (failures, notes): (Vec<_>, Vec<_>) =
        cx.diff_from_model(expected, actual).into_iter().partition(Difference::is_failure);
    let (file, at) = (laid.file.display(), &laid.at);
    let mut findings = Vec::new();
    if !failures.is_empty() {
        let title = format!(
            "{file} does not make the schema of the versions up to {at}, for which it stands"
        );
        let mend = cx.mend(expected, actual, &failures);
        findings.push(
            Finding::failure("baseline_differs", title)
                .at(Some(&laid.file))
                .help("run this test once with GAUNTLET_BLESS=1, which writes the file from these versions")
                .help_sql("or add to the file", mend)
                .differences(Sides::VersionsAndBaseline, failures),
        );
    }
    if !notes.is_empty() {
        let title = format!(
            "{file} makes the schema of the versions up to {at} except for cosmetic differences"
        );
        findings.push(
            Finding::note("baseline_form", title)
                .at(Some(&laid.file))
                .differences(Sides::VersionsAndBaseline, notes),
        );
    }
    findings
}

/// The line of a check that walks through versions, where all of them stand in the baseline.
pub(in crate::checks) fn nothing_above(laid: &Laid) -> Finding {
    let title = format!("judged no version: {} stands for all of them", laid.file.display());
    Finding::note(JUDGED, title)
}

/// The end of the baseline, where older versions exist and this one does not: a typing error would move the cut.
pub(in crate::checks) fn unknown_end<'c>(cx: &'c Context<'_>) -> Option<&'c VersionId> {
    let laid = cx.project().stage.baseline.as_ref()?;
    (!laid.stands_for.is_empty()).then_some(&laid.at)
}
