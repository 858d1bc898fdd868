//! `stairway`: every version goes up, down, up, alone and in order, and leaves no residue.
//!
//! The catalog after the down must equal the one before the up, and the one after the second up the one after
//! the first. The walk goes on in one database as long as every version comes back clean. When one does not,
//! two things keep the verdicts apart: before a finding is told, the version is judged once more from a state
//! that only ups have made (an earlier down may have spoilt the data without leaving a trace in the catalog);
//! and after it the walk goes on from such a state.

use std::time::Duration;

use super::Outcome;
use super::beside::{over_budget, roles_left};
use super::steps::{down_failed, no_downs_at_all, no_way_back, settings};
use crate::catalog::{Catalog, Difference};
use crate::migrations::{Migration, StepError, Version};
use crate::report::{Finding, Severity};
use crate::suite::{Ascent, Context, Error, Stage};

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let migrations = cx.history().migrations();
    let wants_downs = migrations.iter().any(|m| !cx.stays(m));
    let mut findings = Vec::new();
    // One sentence instead of the same one for every version.
    let simple = wants_downs && !cx.history().has_downs();
    if simple {
        findings.push(no_downs_at_all(migrations.len()));
    }
    let mut walk = Walk::start(cx).await?;
    let mut ups = Vec::new();
    for (index, migration) in migrations.iter().enumerate() {
        let judged = walk.judge(index, migration, simple).await?;
        findings.extend(judged.findings);
        ups.extend(judged.up);
        if judged.stuck {
            let rest = migrations.len() - index - 1;
            if let Some(last) = findings.last_mut().filter(|_| rest > 0) {
                last.facts.push(format!("the {rest} later versions were not reached"));
            }
            break;
        }
    }
    findings.extend(over_budget(cx, &ups));
    let failed = findings.iter().any(|f| f.severity == Severity::Failure);
    walk.finish(failed, &mut findings).await;
    Ok(findings)
}

/// What was found at one version, and whether there is a way on.
#[derive(Default)]
struct Judged {
    /// How long the first up took.
    up: Option<(Version, Duration)>,
    findings: Vec<Finding>,
    /// The up fails even from a state that only ups have made.
    stuck: bool,
    /// The database is not the one that ups alone would have made.
    dirty: bool,
}

impl Judged {
    fn accuses(&self) -> bool {
        self.stuck || self.findings.iter().any(|f| f.severity == Severity::Failure)
    }
}

struct Walk<'a, 's> {
    cx: &'a Context<'s>,
    stage: Stage,
    /// The catalog of `stage`.
    now: Catalog,
    /// Whether a down has run on `stage`.
    downs_ran: bool,
    /// Where states that only ups have made come from.
    ascent: Ascent<'a, 's>,
}

impl<'a, 's> Walk<'a, 's> {
    async fn start(cx: &'a Context<'s>) -> Result<Walk<'a, 's>, Error> {
        let mut stage = Stage::base(cx, "stairway").await?;
        let now = match stage.catalog(cx).await {
            Ok(now) => now,
            Err(error) => {
                stage.close(false).await;
                return Err(error);
            }
        };
        Ok(Walk { cx, stage, now, downs_ran: false, ascent: Ascent::new(cx, "stairway") })
    }

    async fn judge(&mut self, index: usize, migration: &Migration, simple: bool) -> Result<Judged, Error> {
        let mut judged = self.up_down_up(migration, simple).await?;
        if judged.accuses() && self.downs_ran {
            self.restart(index).await?;
            judged = self.up_down_up(migration, simple).await?;
        }
        if judged.dirty && !judged.stuck {
            self.restart(index + 1).await?;
        }
        Ok(judged)
    }

    /// Goes on from a state in which the first `versions` versions are applied and no down has run.
    async fn restart(&mut self, versions: usize) -> Result<(), Error> {
        let fresh = self.ascent.stage(versions).await?;
        std::mem::replace(&mut self.stage, fresh).close(false).await;
        self.now = self.stage.catalog(self.cx).await?;
        self.downs_ran = false;
        Ok(())
    }

    async fn up_down_up(&mut self, migration: &Migration, simple: bool) -> Result<Judged, Error> {
        let version = migration.version();
        let roles = self.stage.roles_made().await?;
        let first = match self.stage.apply(migration).await {
            Ok(step) => step,
            Err(error) => {
                let finding = Finding::step("up_fails", format!("the up of {version} fails"), &error);
                return Ok(Judged { findings: vec![finding], stuck: true, dirty: true, up: None });
            }
        };
        let mut judged = Judged {
            up: Some((version.clone(), first.duration)),
            findings: settings(&first, migration),
            ..Judged::default()
        };
        let up = self.stage.catalog(self.cx).await?;
        let base = std::mem::replace(&mut self.now, up);
        if self.cx.stays(migration) || simple {
            return Ok(judged);
        }

        let changed = !self.diff(&base, &self.now).is_empty();
        let blank = migration.down().is_none_or(crate::migrations::Script::is_blank);
        if blank {
            // An empty down of an up that changed no schema is all that there is to write.
            let makes_roles = self.stage.roles_made().await? != roles;
            if changed || makes_roles || migration.down().is_none() {
                judged.findings.push(no_way_back(migration));
            }
            return Ok(judged);
        }

        self.downs_ran = true;
        let down = match self.stage.revert(migration).await {
            Ok(step) => step,
            Err(error) => {
                judged.dirty = true;
                judged.findings.push(down_failed(migration, &error));
                return Ok(judged);
            }
        };
        judged.findings.extend(down.iter().flat_map(|step| settings(step, migration)));
        let after_down = self.stage.catalog(self.cx).await?;
        let residue = self.diff(&base, &after_down);
        let roles_left = roles_left(migration, &roles, &self.stage.roles_made().await?);

        let second = self.stage.apply(migration).await;
        let after_second = match &second {
            Ok(_) => {
                let again = self.stage.catalog(self.cx).await?;
                self.diff(&self.now, &again)
            }
            Err(_) => Vec::new(),
        };
        judged.dirty = roles_left.is_some() || !residue.is_empty() || !after_second.is_empty() || second.is_err();
        if changed && self.diff(&self.now, &after_down).is_empty() {
            judged.findings.push(changes_nothing(migration));
            return Ok(judged);
        }
        judged.findings.extend(self.residue(migration, (&base, &after_down), residue, second.is_ok()));
        judged.findings.extend(roles_left);
        match second {
            Ok(_) => judged.findings.extend(second_up_differs(migration, after_second)),
            Err(error) => judged.findings.push(second_up_fails(migration, &error)),
        }
        Ok(judged)
    }

    fn diff(&self, expected: &Catalog, actual: &Catalog) -> Vec<Difference> {
        self.cx.diff(expected, actual)
    }

    /// A finding for what fails, and a note for what PostgreSQL itself cannot undo.
    fn residue(
        &self,
        migration: &Migration,
        (base, after_down): (&Catalog, &Catalog),
        residue: Vec<Difference>,
        second_up_passes: bool,
    ) -> Vec<Finding> {
        let version = migration.version();
        let tolerable =
            |d: &Difference| !d.is_failure() || (second_up_passes && d.added_labels().is_some());
        let (notes, failures): (Vec<_>, Vec<_>) = residue.into_iter().partition(tolerable);
        let mut findings = Vec::new();
        if !failures.is_empty() {
            let mut finding = Finding::failure("residue", format!("the down of {version} leaves residue"))
                .at_down(migration)
                .help_sql("add to the down script", self.cx.mend(base, after_down, &failures));
            finding.differences = failures;
            findings.push(finding);
        }
        if !notes.is_empty() {
            let mut finding = Finding::note(
                "residue_note",
                format!("the down of {version} leaves what PostgreSQL cannot undo, or what has no effect"),
            )
            .at_down(migration);
            finding.differences = notes;
            findings.push(finding);
        }
        findings
    }

    async fn finish(self, failed: bool, findings: &mut [Finding]) {
        self.ascent.close().await;
        let kept = self.stage.close(failed).await;
        if let (Some(line), Some(last)) = (kept, findings.last_mut()) {
            last.facts.push(line);
        }
    }
}

fn changes_nothing(migration: &Migration) -> Finding {
    let version = migration.version();
    Finding::failure(
        "down_changes_nothing",
        format!("the down of {version} runs and changes nothing, although the up changed the schema"),
    )
    .at_down(migration)
    .help_code("write the down, or declare in the attribute that there is no way back", super::steps::declare(migration))
}

fn second_up_fails(migration: &Migration, error: &StepError) -> Finding {
    let version = migration.version();
    Finding::step("second_up_fails", format!("after its down, the up of {version} fails"), error)
        .help("the down has to take back all that the up makes, so that the up can run again")
}

fn second_up_differs(migration: &Migration, differences: Vec<Difference>) -> Vec<Finding> {
    let version = migration.version();
    let (failures, notes): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(Difference::is_failure);
    let mut findings = Vec::new();
    if !failures.is_empty() {
        let mut finding = Finding::failure(
            "second_up_differs",
            format!("after its down, the up of {version} leads to another schema than the first time"),
        )
        .at_up(migration)
        .help("look for IF NOT EXISTS in the up, or for an object that the down forgets");
        finding.differences = failures;
        findings.push(finding);
    }
    if !notes.is_empty() {
        let mut finding = Finding::note(
            "second_up_note",
            format!("after its down, the up of {version} leads to a schema that differs in form only"),
        )
        .at_up(migration);
        finding.differences = notes;
        findings.push(finding);
    }
    findings
}
