//! `stairway`: every version goes up, down, up, alone and in order, and leaves no residue, each step in a session of its
//! own. Where a script leaves something in its session, the versions also go up in one session, as one run of the engine
//! applies them, and have to come to the same schema.
//!
//! The catalog after the down must equal the one before the up, and the one after the second up the one after
//! the first. The walk goes on in one database as long as every version comes back clean. When one does not,
//! two things keep the verdicts apart: before a finding is told, the version is judged once more from a state
//! that only ups have made; and after it the walk goes on from such a state. It also does where the rows are not
//! those of before the down, since what a later version does may depend on them.

use std::time::Duration;

use super::outcome::Outcome;
use super::parts::budgets::over_budget;
use super::parts::cosmetic::{is_column_order, notes};
use super::parts::downs::{
    behind, down_failed, extensions_may_stay, no_downs_at_all, no_way_back, right_down,
    write_or_declare,
};
use super::parts::roles::roles_left;
use super::parts::sessions::{LeftInSessions, fails_alone, fails_together, left_open};
use crate::catalog::{Difference, Tracker};
use crate::context::Context;
use crate::engines::StepError;
use crate::error::Error;
use crate::finding::{DatabaseMessage, Fact, Finding, Severity, Sides};
use crate::history::{Direction, Migration, Script, Version};
use crate::stage::{Ascent, Sessions, Stage};

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let migrations = cx.history().migrations();
    let wants_downs = migrations.iter().any(|m| !cx.stays(m.id()));
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
                last.facts.push(match rest {
                    1 => "the version after it was not reached".into(),
                    n => format!("the {n} versions after it were not reached").into(),
                });
            }
            break;
        }
    }
    let reached = ups.len();
    if reached == migrations.len() && walk.left.matters() {
        findings.extend(walk.all_together().await?);
    }
    findings.extend(over_budget(cx, &ups));
    findings.extend(std::mem::take(&mut walk.left).notes(migrations));
    let failed = findings.iter().any(|f| f.severity == Severity::Failure);
    walk.finish(failed).await;
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

/// The same stage, with its catalog tracked.
async fn tracked(mut stage: Stage) -> Result<Stage, Error> {
    stage.sessions(Sessions::PerStep);
    match stage.track().await {
        Ok(()) => Ok(stage),
        Err(error) => {
            stage.close(false).await;
            Err(error)
        }
    }
}

struct Walk<'a, 's> {
    cx: &'a Context<'s>,
    /// Its catalog is tracked: at each version, moment 0 is before the up, 1 after it, 2 after the down, 3 after the second
    /// up.
    stage: Stage,
    /// Whether a down has run on `stage`.
    downs_ran: bool,
    /// Where states that only ups have made come from.
    ascent: Ascent<'a>,
    /// What the steps so far left in their sessions.
    left: LeftInSessions,
}

impl<'a, 's> Walk<'a, 's> {
    async fn start(cx: &'a Context<'s>) -> Result<Walk<'a, 's>, Error> {
        let stages = cx.stages().await?;
        let stage = tracked(stages.at_base("stairway").await?).await?;
        let ascent = Ascent::new(stages, "stairway");
        let left = LeftInSessions::default();
        let mut walk = Walk { cx, stage, downs_ran: false, ascent, left };
        // What base has that is ignored or not compared is told too, although no step touches it.
        let base = walk.tracker().catalog();
        cx.diff_moments(base, base);
        Ok(walk)
    }

    fn tracker(&mut self) -> &mut Tracker {
        self.stage.tracker().expect("the stage of a walk is tracked")
    }

    async fn judge(
        &mut self,
        index: usize,
        migration: &Migration,
        simple: bool,
    ) -> Result<Judged, Error> {
        let mut judged = self.up_down_up(index, migration, simple).await?;
        if judged.accuses() && self.downs_ran {
            self.restart(index).await?;
            judged = self.up_down_up(index, migration, simple).await?;
        }
        if judged.dirty && !judged.stuck {
            self.restart(index + 1).await?;
        }
        Ok(judged)
    }

    /// Goes on from a state in which the first `versions` versions are applied and no down has run.
    async fn restart(&mut self, versions: usize) -> Result<(), Error> {
        let fresh = tracked(self.ascent.stage(versions).await?).await?;
        std::mem::replace(&mut self.stage, fresh).close(false).await;
        self.downs_ran = false;
        Ok(())
    }

    async fn up_down_up(
        &mut self,
        index: usize,
        migration: &Migration,
        simple: bool,
    ) -> Result<Judged, Error> {
        let roles = self.stage.roles_created();
        self.tracker().begin();
        let first = match self.stage.apply(migration).await {
            Ok(step) => step,
            Err(error) => {
                return self.up_failed(index, migration, &error).await;
            }
        };
        self.left.note(&first);
        if first.open {
            let findings = vec![left_open(migration, Direction::Up)];
            return Ok(Judged { findings, stuck: true, dirty: true, up: None });
        }
        let mut judged =
            Judged { up: Some((migration.version().clone(), first.duration)), ..Judged::default() };
        if self.cx.stays(migration.id()) || simple {
            return Ok(judged);
        }

        let changes = self.diff(0, 1);
        let undoable = changes.iter().any(|d| d.is_failure() && d.added_labels().is_none());
        let blank = migration.down().is_none_or(Script::is_blank);
        if blank && (undoable || migration.down().is_none()) {
            judged.findings.push(no_way_back(migration, self.right_down()));
            return Ok(judged);
        }
        let makes_roles = self.stage.roles_created() != roles;
        if blank && makes_roles {
            judged.findings.push(no_way_back(migration, None));
            return Ok(judged);
        }
        let rows = self.stage.fingerprint().await?;
        self.downs_ran = true;
        let down = match self.stage.revert(migration).await {
            Ok(step) => step,
            Err(error) => {
                judged.dirty = true;
                let mut finding = down_failed(migration, &error, self.right_down());
                finding.facts.extend(self.left.of_own_up(&error));
                judged.findings.push(finding);
                return Ok(judged);
            }
        };
        if let Some(step) = &down {
            self.left.note(step);
            if step.open {
                judged.dirty = true;
                judged.findings.push(left_open(migration, Direction::Down));
                return Ok(judged);
            }
        }
        let residue = self.diff(0, 2);
        let roles_left = roles_left(migration, &roles, &self.stage.roles_created());

        let second = match self.stage.apply(migration).await {
            Ok(_) => Second::Passes(self.second_up()),
            Err(error) => Second::Fails(Box::new(error)),
        };
        // An order of columns that PostgreSQL cannot restore is no reason for a fresh state: what is judged in it
        // is compared with itself, and what it accuses is judged once more.
        judged.dirty = roles_left.is_some()
            || !residue.iter().all(is_column_order)
            || !matches!(&second, Second::Passes(differences) if differences.is_empty())
            || self.stage.fingerprint().await? != rows;
        if undoable && self.diff(1, 2).is_empty() {
            judged.findings.push(changes_nothing(migration, self.right_down()));
            return Ok(judged);
        }
        judged.findings.extend(self.verdict(migration, residue, second, roles_left));
        Ok(judged)
    }

    /// An up that fails in a session of its own may pass behind those before it, which left something in theirs.
    async fn up_failed(
        &mut self,
        index: usize,
        migration: &Migration,
        error: &StepError,
    ) -> Result<Judged, Error> {
        // What the downs have left is told apart first, by a state that only ups have made.
        let may_depend = self.left.matters() || self.stage.depends_on_session(migration.up());
        let may_depend = may_depend && index > 0 && error.seed.is_none() && !self.downs_ran;
        if may_depend && let Ok(stage) = self.together(index + 1).await? {
            let fresh = tracked(stage).await?;
            std::mem::replace(&mut self.stage, fresh).close(false).await;
            self.ascent.run_together(index + 1);
            let findings = vec![fails_alone(error, &self.left)];
            let up = Some((migration.version().clone(), Duration::ZERO));
            return Ok(Judged { findings, stuck: false, dirty: false, up });
        }
        let findings = vec![up_fails(migration, error)];
        Ok(Judged { findings, stuck: true, dirty: true, up: None })
    }

    /// The first versions, all in one session: where they lead, or the one that fails.
    async fn together(&self, versions: usize) -> Result<Result<Stage, Box<StepError>>, Error> {
        let mut stage = self.cx.stage("together").await?;
        for migration in &self.cx.history().migrations()[..versions] {
            if let Err(error) = stage.apply(migration).await {
                stage.close(false).await;
                return Ok(Err(Box::new(error)));
            }
        }
        stage.end_run().await?;
        Ok(Ok(stage))
    }

    /// What is different where all versions run in one session.
    async fn all_together(&mut self) -> Outcome {
        let mut stage = match self.together(self.cx.history().migrations().len()).await? {
            Ok(stage) => stage,
            Err(error) => return Ok(vec![fails_together(&error, &self.left)]),
        };
        let together = stage.catalog().await;
        stage.close(false).await;
        let together = together?;
        let apart = self.tracker().catalog().clone();
        let (differences, _): (Vec<_>, Vec<_>) =
            self.cx.diff(&apart, &together).into_iter().partition(Difference::is_failure);
        if differences.is_empty() {
            return Ok(Vec::new());
        }
        let title =
            "the schema at head is another one when all versions are deployed in one session";
        let mut finding = Finding::failure("head_depends_on_sessions", title)
            .differences(Sides::ApartAndTogether, differences)
            .help("let each script end in the session in which it began");
        finding.facts.extend(self.left.of_all());
        Ok(vec![finding])
    }

    /// How a moment differs from an earlier one.
    fn diff(&mut self, expected: usize, actual: usize) -> Vec<Difference> {
        let (expected, actual) = self.tracker().between(expected, actual);
        self.cx.diff_moments(&expected, &actual)
    }

    /// How the second up differs from the first. Other partitions are a note: their names and bounds may follow from the
    /// time, and what the down leaves of them is a finding of its own.
    fn second_up(&mut self) -> Vec<Difference> {
        let mut differences = self.diff(1, 3);
        let (first, second) = self.tracker().between(1, 3);
        for difference in &mut differences {
            let id = &difference.object;
            let partition =
                [&first, &second].iter().any(|c| c.get(id).is_some_and(|o| o.has("partition_of")));
            if partition && difference.attribute.is_none() {
                difference.severity = crate::catalog::Severity::Note;
            }
        }
        differences
    }

    fn right_down(&mut self) -> Option<String> {
        right_down(self.cx, &self.tracker().at(0), &self.tracker().at(1))
    }

    /// One finding for what fails, whose consequence for the second up stands with it, and notes for what PostgreSQL
    /// itself cannot undo.
    fn verdict(
        &mut self,
        migration: &Migration,
        residue: Vec<Difference>,
        second: Second,
        roles_left: Option<Finding>,
    ) -> Vec<Finding> {
        let runs_again = matches!(second, Second::Passes(_));
        let tolerable =
            |d: &Difference| !d.is_failure() || (runs_again && d.added_labels().is_some());
        let (tolerated, failures): (Vec<_>, Vec<_>) = residue.into_iter().partition(tolerable);
        let mut findings = Vec::new();
        if failures.is_empty() {
            match (roles_left, second) {
                (Some(mut finding), Second::Fails(error)) => {
                    finding.facts.extend(consequence(Second::Fails(error)));
                    findings.push(finding);
                }
                (roles_left, second) => {
                    findings.extend(second_alone(migration, second));
                    findings.extend(roles_left);
                }
            }
        } else {
            let title = format!("the down of {} does not restore the schema", migration.version());
            let mut finding = Finding::failure("residue", title).at_down(migration);
            finding.facts = consequence(second);
            let labels_only = failures.iter().all(|d| d.added_labels().is_some());
            let outside = migration.down().is_some_and(|down| !down.transactional);
            let (advice, sql) = if outside {
                // Such a script is often a single statement that allows none beside it.
                ("a down that restores the schema", self.right_down())
            } else {
                let sql = self.cx.mend(&self.tracker().at(0), &self.tracker().at(2), &failures);
                ("add to the down script", sql.map(|sql| behind(migration.down(), &sql)))
            };
            let finding = finding.differences(Sides::BeforeAndAfterDown, failures);
            findings.push(if labels_only {
                finding.help(
                    "use ADD VALUE IF NOT EXISTS in the up script so that it can run again: PostgreSQL cannot remove a label",
                )
            } else {
                extensions_may_stay(finding.help_sql(advice, sql))
            });
            findings.extend(roles_left);
        }
        findings.extend(notes(migration, tolerated));
        findings
    }

    async fn finish(self, failed: bool) {
        self.ascent.close().await;
        self.stage.close(failed).await;
    }
}

/// What came of the second up.
enum Second {
    /// It runs, and this is how the schema differs from the one after the first up.
    Passes(Vec<Difference>),
    Fails(Box<StepError>),
}

fn up_fails(migration: &Migration, error: &StepError) -> Finding {
    let finding =
        Finding::step("up_fails", format!("the up of {} fails", migration.version()), error);
    if error.seed.is_some() {
        return finding.help("correct the seed, or use it at another version");
    }
    if finding.help.is_empty() {
        finding.help(
            "correct the up script: it fails in every database that has the versions before it",
        )
    } else {
        finding
    }
}

fn changes_nothing(migration: &Migration, sql: Option<String>) -> Finding {
    let title = format!(
        "the down of {} changes nothing, although the up changed the schema",
        migration.version()
    );
    let finding = Finding::failure("down_changes_nothing", title).at_down(migration);
    write_or_declare(finding, migration, sql)
}

/// The effect of residue on the second up.
fn consequence(second: Second) -> Vec<Fact> {
    match second {
        Second::Fails(error) => vec![
            Fact::step("the up then fails when it runs again", &error),
            Fact::Database(DatabaseMessage::of_step(&error).brief()),
        ],
        Second::Passes(differences) if differences.iter().any(Difference::is_failure) => {
            let mut facts =
                vec!["the up then creates a different schema when it runs again:".into()];
            let failures = differences.into_iter().filter(Difference::is_failure);
            let sides = Sides::FirstAndSecondUp;
            facts.extend(failures.map(|difference| Fact::Difference { sides, difference }));
            facts
        }
        Second::Passes(_) => Vec::new(),
    }
}

/// Findings about the second up when the down restored the schema.
fn second_alone(migration: &Migration, second: Second) -> Vec<Finding> {
    let version = migration.version();
    let differences = match second {
        Second::Fails(error) => {
            let title = format!("the up of {version} fails when it runs again after its down");
            return vec![Finding::step("second_up_fails", title, &error).help(
                "let the down script also restore the rows: the up needs some, or fails on some, that were not there before",
            )];
        }
        Second::Passes(differences) => differences,
    };
    let (failures, form): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(Difference::is_failure);
    let mut findings = Vec::new();
    if !failures.is_empty() {
        let title = format!(
            "the up of {version} creates a different schema when it runs again after its down"
        );
        findings.push(
            Finding::failure("second_up_differs", title)
                .at_up(migration)
                .differences(Sides::FirstAndSecondUp, failures)
                .help("check the up script for anything that depends on existing rows, the current time, or unused names"),
        );
    }
    if !form.is_empty() {
        let title = format!(
            "the up of {version} creates the same schema again except for cosmetic differences"
        );
        let note = Finding::note("second_up_form", title).at_up(migration);
        findings.push(note.differences(Sides::FirstAndSecondUp, form));
    }
    findings
}
