//! `stairway`: every version goes up, down, up, alone and in order, and leaves no residue, each step in a session of its
//! own. Where a script leaves something in its session, the versions also go up in one session, as one run of the engine
//! applies them, and have to come to the same schema.
//!
//! The catalog after the down must equal the one before the up, and the one after the second up the one after
//! the first. The walk goes on in one database as long as the state after each version is that after its first up: catalog,
//! rows and roles. Where it is not, because a down fails or leaves something, the database is restored to that state, and
//! that is compared as well; where that fails, the walk goes on from a state that only ups have made. So a version never
//! pays for another one. Where the states are equal only except for what the user ignores, a later version that is accused is
//! judged once more from a state that only ups have made.
//!
//! Examples that pass and fail: `tests/it/gallery/stairway/`.

use std::collections::BTreeSet;
use std::time::Duration;

use super::outcome::Outcome;
use super::parts::budgets::over_budget;
use super::parts::cosmetic::notes;
use super::parts::downs::{
    behind, down_failed, extensions_may_stay, no_downs_at_all, no_way_back, right_down,
};
use super::parts::notices::Notices;
use super::parts::roles::roles_left;
use super::parts::second_up::{Second, changes_nothing, consequence, second_alone, up_fails};
use super::parts::sessions::{LeftInSessions, fails_alone, fails_together, left_open};
use crate::catalog::{Catalog, DiffOptions, Difference, Tracker};
use crate::context::Context;
use crate::engines::StepError;
use crate::error::Error;
use crate::finding::{Finding, Severity, Sides};
use crate::history::{Direction, Migration, Script, Version};
use crate::stage::{Ascent, Fingerprint, ServerThing, Sessions, Stage};

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
    /// The database is not the one that ups alone would have made, and a later version might pay for that.
    dirty: bool,
    /// As `dirty`, or with differences that the user ignores.
    unproven: bool,
}

/// The state after the first up, as far as the tracker does not hold it.
struct AfterUp {
    rows: Fingerprint,
    roles: BTreeSet<ServerThing>,
}

/// What the last step of a version came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CameTo {
    State(State),
    Failure,
}

/// How the state after a version compares with the one after its first up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Equal,
    /// Except for what the user ignores.
    Alike,
    Different,
}

impl State {
    /// Compares two moments of one database; `ruled` compares them by the suite's rules.
    fn of(first: &Catalog, now: &Catalog, ruled: impl FnOnce() -> Vec<Difference>) -> State {
        if first.diff_with(now, &moments()).differences.is_empty() {
            State::Equal
        } else if ruled().is_empty() {
            State::Alike
        } else {
            State::Different
        }
    }
}

impl Judged {
    /// Notes in which state the next version begins.
    fn go_on(&mut self, state: State) {
        self.dirty = state == State::Different;
        self.unproven = state != State::Equal;
    }

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

/// Compares two moments of one database, and ignores nothing.
fn moments() -> DiffOptions {
    DiffOptions::new().partition_children(true).one_database(true)
}

struct Walk<'a, 's> {
    cx: &'a Context<'s>,
    /// Its catalog is tracked: at each version, moment 0 is before the up, 1 after it, 2 after the down, 3 after the second
    /// up.
    stage: Stage,
    /// True if a down has run on `stage`.
    downs_ran: bool,
    /// True if the state before the version that is judged is equal to the one that ups alone would have made.
    proven: bool,
    /// Where states that only ups have made come from.
    ascent: Ascent<'a>,
    /// What the steps so far left in their sessions.
    left: LeftInSessions,
    /// The notices of the version that is judged.
    notices: Notices,
}

impl<'a, 's> Walk<'a, 's> {
    async fn start(cx: &'a Context<'s>) -> Result<Walk<'a, 's>, Error> {
        let stages = cx.stages().await?;
        let stage = tracked(stages.at_base("stairway").await?).await?;
        let ascent = Ascent::new(stages, "stairway");
        let left = LeftInSessions::default();
        let notices = Notices::default();
        let mut walk = Walk { cx, stage, downs_ran: false, proven: true, ascent, left, notices };
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
        let mut judged = self.judge_once(index, migration, simple).await?;
        // The last word on an up that ends the walk is that of a database in which no down has run.
        if (judged.accuses() && !self.proven) || (judged.stuck && self.downs_ran) {
            self.restart(index).await?;
            judged = self.judge_once(index, migration, simple).await?;
        }
        self.proven &= !judged.unproven;
        if judged.dirty && !judged.stuck {
            self.restart(index + 1).await?;
        }
        Ok(judged)
    }

    async fn judge_once(
        &mut self,
        index: usize,
        migration: &Migration,
        simple: bool,
    ) -> Result<Judged, Error> {
        self.notices = Notices::default();
        let mut judged = self.up_down_up(index, migration, simple).await?;
        judged.findings.iter_mut().for_each(|finding| self.notices.explain(finding));
        Ok(judged)
    }

    /// Goes on from a state in which the first `versions` versions are applied and no down has run.
    async fn restart(&mut self, versions: usize) -> Result<(), Error> {
        let fresh = tracked(self.ascent.stage(versions).await?).await?;
        std::mem::replace(&mut self.stage, fresh).close(false).await;
        self.downs_ran = false;
        self.proven = true;
        Ok(())
    }

    async fn up_down_up(
        &mut self,
        index: usize,
        migration: &Migration,
        simple: bool,
    ) -> Result<Judged, Error> {
        let roles = self.stage.made_on_server();
        self.tracker().begin();
        let first = match self.stage.apply(migration).await {
            Ok(step) => step,
            Err(error) => {
                return self.up_failed(index, migration, &error).await;
            }
        };
        self.left.note(&first);
        self.notices.note(&first);
        if first.open {
            let findings = vec![left_open(migration, Direction::Up)];
            return Ok(Judged { findings, stuck: true, dirty: true, ..Judged::default() });
        }
        let mut judged =
            Judged { up: Some((migration.version().clone(), first.duration)), ..Judged::default() };
        if self.cx.stays(migration.id()) || simple {
            return Ok(judged);
        }

        let (before, after) = self.tracker().between(0, 1);
        let changes = self.cx.changes(&before, &after);
        let undoable = changes.iter().any(|d| d.is_failure() && d.added_labels().is_none());
        let blank = migration.down().is_none_or(Script::is_blank);
        if blank && (undoable || migration.down().is_none()) {
            judged.findings.push(no_way_back(migration, self.right_down()));
            return Ok(judged);
        }
        let makes_roles = self.stage.made_on_server() != roles;
        if blank && makes_roles {
            judged.findings.push(no_way_back(migration, None));
            return Ok(judged);
        }
        let after_up =
            AfterUp { rows: self.stage.fingerprint().await?, roles: self.stage.made_on_server() };
        self.downs_ran = true;
        let down = match self.stage.revert(migration).await {
            Ok(step) => step,
            Err(error) => {
                self.stage.recover().await?;
                judged.go_on(self.restored(migration, &after_up, CameTo::Failure).await?);
                let mut finding = down_failed(migration, &error, self.right_down());
                finding.facts.extend(self.left.of_own_up(&error));
                judged.findings.push(finding);
                return Ok(judged);
            }
        };
        if let Some(step) = &down {
            self.left.note(step);
            self.notices.note(step);
            if step.open {
                judged.dirty = true;
                judged.findings.push(left_open(migration, Direction::Down));
                return Ok(judged);
            }
        }
        let residue = self.diff(0, 2);
        let roles_left = roles_left(migration, &roles, &self.stage.made_on_server());

        let (second, came_to) = match self.stage.apply(migration).await {
            Ok(_) => {
                let (differences, state) = self.second_up();
                (Second::Passes(differences), CameTo::State(state))
            }
            Err(error) => {
                self.stage.recover().await?;
                (Second::Fails(Box::new(error)), CameTo::Failure)
            }
        };
        let findings = if undoable && !residue.is_empty() && self.diff(1, 2).is_empty() {
            vec![changes_nothing(migration, self.right_down())]
        } else {
            self.verdict(migration, residue, second, roles_left)
        };
        judged.findings.extend(findings);
        judged.go_on(self.restored(migration, &after_up, came_to).await?);
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
        let may_depend = may_depend && index > 0 && error.companion.is_none() && !self.downs_ran;
        if may_depend && let Ok(stage) = self.together(index + 1).await? {
            let fresh = tracked(stage).await?;
            std::mem::replace(&mut self.stage, fresh).close(false).await;
            self.ascent.run_together(index + 1);
            let findings = vec![fails_alone(error, &self.left)];
            let up = Some((migration.version().clone(), Duration::ZERO));
            return Ok(Judged { up, findings, ..Judged::default() });
        }
        let seeded = !self.cx.project().stage.seeds.is_empty();
        let findings = vec![up_fails(migration, error, seeded)];
        Ok(Judged { findings, stuck: true, dirty: true, ..Judged::default() })
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
            self.cx.diff_databases(&apart, &together).into_iter().partition(Difference::is_failure);
        if differences.is_empty() {
            return Ok(Vec::new());
        }
        let title = "the schema at head is different when all versions are deployed in one session";
        let mut finding = Finding::failure("head_depends_on_sessions", title)
            .differences(Sides::ApartAndTogether, differences)
            .help("let each script end in the session in which it began");
        finding.facts.extend(self.left.of_all());
        Ok(vec![finding])
    }

    /// Makes the state that of after the first up again, where it is not, and compares.
    ///
    /// What a down left or took is repaired by SQL, and seeds that it took are planted again: that costs far less than a
    /// database of only ups. What came of it is compared, not believed.
    async fn restored(
        &mut self,
        migration: &Migration,
        after_up: &AfterUp,
        came_to: CameTo,
    ) -> Result<State, Error> {
        let mut state = match came_to {
            CameTo::State(state) => state,
            CameTo::Failure => self.compare_with_first(),
        };
        if state == State::Different {
            if !self.repaired().await? {
                return Ok(State::Different);
            }
            state = self.compare_with_first();
        }
        if state == State::Different || self.stage.made_on_server() != after_up.roles {
            return Ok(State::Different);
        }
        if self.stage.fingerprint().await? != after_up.rows {
            let planted = self.stage.replant(migration).await?;
            if !planted || self.stage.fingerprint().await? != after_up.rows {
                return Ok(State::Different);
            }
        }
        if came_to == CameTo::Failure {
            self.stage.record(migration).await?;
        }
        Ok(state)
    }

    /// Runs the SQL that turns the catalog into the one after the first up. `false` where there is none, or it fails.
    async fn repaired(&mut self) -> Result<bool, Error> {
        let tracker = self.tracker();
        let (expected, actual) = (tracker.at(1), tracker.catalog().clone());
        let differences = expected.diff_with(&actual, &moments()).differences;
        match self.cx.mend(&expected, &actual, &differences) {
            Some(sql) => self.stage.amend(&sql).await,
            None => Ok(false),
        }
    }

    /// Compares the catalog with the one after the first up.
    fn compare_with_first(&mut self) -> State {
        let now = self.tracker().moment();
        let (first, now) = self.tracker().between(1, now);
        State::of(&first, &now, || self.cx.changes(&first, &now))
    }

    /// How a moment differs from an earlier one.
    fn diff(&mut self, expected: usize, actual: usize) -> Vec<Difference> {
        let (expected, actual) = self.tracker().between(expected, actual);
        self.cx.diff_moments(&expected, &actual)
    }

    /// How the second up differs from the first. Other partitions are a note: their names and bounds may follow from the
    /// time, and what the down leaves of them is a finding of its own.
    fn second_up(&mut self) -> (Vec<Difference>, State) {
        let (first, second) = self.tracker().between(1, 3);
        let mut differences = Vec::new();
        let state = State::of(&first, &second, || {
            differences = self.cx.diff_moments(&first, &second);
            differences.clone()
        });
        for difference in &mut differences {
            let id = &difference.object;
            let partition =
                [&first, &second].iter().any(|c| c.get(id).is_some_and(|o| o.has("partition_of")));
            if partition && difference.attribute.is_none() {
                difference.severity = crate::catalog::Severity::Note;
            }
        }
        (differences, state)
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
                (
                    "a down that restores the schema (a down may be edited even if it has shipped)",
                    self.right_down(),
                )
            } else {
                let sql = self.cx.mend(&self.tracker().at(0), &self.tracker().at(2), &failures);
                (
                    "add to the down script, which may be edited even if it has shipped",
                    sql.map(|sql| behind(migration.down(), &sql)),
                )
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
