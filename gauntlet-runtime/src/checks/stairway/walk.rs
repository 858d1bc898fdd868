//! The walk over the versions.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::second_up::{Second, changes_nothing, up_fails};
use super::state::{AfterUp, CameTo, State};
use crate::catalog::{Difference, Tracker};
use crate::checks::outcome::Outcome;
use crate::checks::parts::downs::{Stands, down_failed, no_way_back};
use crate::checks::parts::notices::Notices;
use crate::checks::parts::roles::{roles_left, undo};
use crate::checks::parts::sessions::{
    LeftInSessions, fails_alone, fails_together, left_open, table_not_found,
};
use crate::context::{Context, Rules, WalkSettings};
use crate::engines::StepError;
use crate::error::Error;
use crate::finding::{Finding, Severity, Sides};
use crate::history::{Direction, Migration, Script, Version};
use crate::stage::{Ascent, ServerThing, Sessions, Stage, Stages};

/// What was found at one version, and whether there is a way on.
#[derive(Default)]
pub(super) struct Judged {
    /// How long the first up took.
    pub(super) up: Option<(Version, Duration)>,
    pub(super) findings: Vec<Finding>,
    /// The up fails even from a state that only ups have made.
    pub(super) stuck: bool,
    /// The database is not the one that ups alone would have made, and a later version might pay for that.
    dirty: bool,
    /// As `dirty`, or with differences that the user ignores.
    unproven: bool,
}

impl Judged {
    /// Notes in which state the next version begins.
    fn go_on(&mut self, state: State) {
        self.dirty = state == State::Different;
        self.unproven = state != State::Equal;
    }

    /// Whether a finding has SQL for the down.
    fn proposes(&self) -> bool {
        self.findings
            .iter()
            .flat_map(|finding| &finding.help)
            .any(|help| Stands::of(help).is_some())
    }

    fn accuses(&self) -> bool {
        self.stuck || self.findings.iter().any(|f| f.severity == Severity::Failure)
    }
}

/// What all segments of a walk work with.
#[derive(Debug, Clone)]
pub(super) struct Basis {
    pub(super) rules: Arc<Rules>,
    pub(super) stages: Arc<Stages>,
    /// Each look is a full read.
    reads_everything: bool,
    /// The segments are walked one after the other.
    pub(super) in_turn: bool,
}

impl Basis {
    pub(super) async fn of(cx: &Context<'_>) -> Result<Basis, Error> {
        let (rules, stages) = (Arc::clone(cx.rules()), Arc::clone(cx.stages().await?));
        let WalkSettings { reads_everything, in_turn, .. } = cx.settings().walk;
        Ok(Basis { rules, stages, reads_everything, in_turn })
    }
}

/// The same stage, with its catalog tracked.
async fn tracked(basis: &Basis, mut stage: Stage) -> Result<Stage, Error> {
    stage.sessions(Sessions::PerStep);
    match stage.track().await {
        Ok(()) => {
            if let Some(tracker) = stage.tracker().filter(|_| basis.reads_everything) {
                tracker.read_everything();
            }
            Ok(stage)
        }
        Err(error) => {
            stage.close(false).await;
            Err(error)
        }
    }
}

/// The first versions, all in one session: where they lead, or the one that fails.
async fn together(basis: &Basis, versions: usize) -> Result<Result<Stage, Box<StepError>>, Error> {
    let mut stage = basis.stages.at_base("together").await?;
    for migration in &basis.rules.walk().migrations()[..versions] {
        if let Err(error) = stage.apply(migration).await {
            stage.close(false).await;
            return Ok(Err(Box::new(error)));
        }
    }
    stage.end_run().await?;
    Ok(Ok(stage))
}

/// A database on its way from base to head.
pub(super) struct Walk {
    pub(super) basis: Basis,
    /// Its catalog is tracked: at each version, moment 0 is before the up, 1 after it, 2 after the down, 3 after the second
    /// up.
    pub(super) stage: Stage,
    /// True if a down has run on `stage`.
    downs_ran: bool,
    /// True if the state before the version that is judged is equal to the one that ups alone would have made.
    proven: bool,
    /// Where states that only ups have made come from.
    ascent: Ascent,
    /// What the steps so far left in their sessions.
    pub(super) left: LeftInSessions,
    /// The notices of the version that is judged.
    notices: Notices,
}

impl Walk {
    /// A walk that begins at base.
    pub(super) async fn start(basis: Basis) -> Result<Walk, Error> {
        let stage = basis.stages.at_base("stairway").await?;
        let rules = Arc::clone(&basis.rules);
        let mut walk = Walk::at(basis, stage, LeftInSessions::default()).await?;
        // What base has that is ignored or not compared is reported too, although no step touches it.
        let base = walk.tracker().catalog();
        rules.diff_moments(base, base);
        Ok(walk)
    }

    /// A walk that begins in a state that only ups have made, and that have left this in their sessions.
    pub(super) async fn at(
        basis: Basis,
        stage: Stage,
        left: LeftInSessions,
    ) -> Result<Walk, Error> {
        let stage = tracked(&basis, stage).await?;
        let ascent = Ascent::new(Arc::clone(&basis.stages), "stairway");
        let notices = Notices::default();
        Ok(Walk { basis, stage, downs_ran: false, proven: true, ascent, left, notices })
    }

    pub(super) fn tracker(&mut self) -> &mut Tracker {
        self.stage.tracker().expect("the stage of a walk is tracked")
    }

    pub(super) async fn judge(
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
        let before = judged.proposes().then(|| self.tracker().at(0));
        if judged.dirty && !judged.stuck {
            self.restart(index + 1).await?;
        }
        if let Some(before) = before
            && !judged.stuck
        {
            self.try_proposals(migration, &before, &mut judged.findings).await;
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
        let fresh = tracked(&self.basis, self.ascent.stage(versions).await?).await?;
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
        if let Some(stray) = self.stage.stray(migration.up()).await? {
            let engine = self.basis.rules.engine();
            judged.findings.push(table_not_found(migration, engine, &stray));
            if !stray.readable {
                return Ok(Judged { stuck: true, dirty: true, ..judged });
            }
        }
        if self.basis.rules.stays(migration.id()) || simple {
            return Ok(judged);
        }

        let (before, after) = self.tracker().between(0, 1);
        let changes = self.basis.rules.changes(&before, &after);
        self.stage.note_changes(migration.id(), &changes);
        let undoable = changes.iter().any(|d| d.is_failure() && d.added_labels().is_none());
        let blank = migration.down().is_none_or(Script::is_blank);
        let makes_roles = self.stage.made_on_server() != roles;
        if blank && (undoable || makes_roles || migration.down().is_none()) {
            judged.findings.push(no_way_back(migration, self.whole_way_down(&roles)));
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
                let mut finding = down_failed(migration, &error, self.whole_way_down(&roles));
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
            vec![changes_nothing(migration, self.whole_way_down(&roles))]
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
        // What the downs have left is found first, by a state that only ups have made.
        let may_depend = self.left.matters() || self.stage.depends_on_session(migration.up());
        let may_depend = may_depend && index > 0 && error.companion.is_none() && !self.downs_ran;
        if may_depend && let Ok(stage) = together(&self.basis, index + 1).await? {
            let fresh = tracked(&self.basis, stage).await?;
            std::mem::replace(&mut self.stage, fresh).close(false).await;
            self.ascent.run_together(index + 1);
            let findings = vec![fails_alone(error, &self.left)];
            let up = Some((migration.version().clone(), Duration::ZERO));
            return Ok(Judged { up, findings, ..Judged::default() });
        }
        let seeded = self.basis.rules.has_seeds();
        let findings = vec![up_fails(migration, error, seeded)];
        Ok(Judged { findings, stuck: true, dirty: true, ..Judged::default() })
    }

    /// What is different where all versions run in one session.
    pub(super) async fn all_together(&mut self) -> Outcome {
        let mut stage =
            match together(&self.basis, self.basis.rules.walk().migrations().len()).await? {
                Ok(stage) => stage,
                Err(error) => return Ok(vec![fails_together(&error, &self.left)]),
            };
        let together = stage.catalog().await;
        stage.close(false).await;
        let together = together?;
        let apart = self.tracker().catalog().clone();
        let (differences, _): (Vec<_>, Vec<_>) = self
            .basis
            .rules
            .diff_databases(&apart, &together)
            .into_iter()
            .partition(Difference::is_failure);
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

    /// How a moment differs from an earlier one.
    fn diff(&mut self, expected: usize, actual: usize) -> Vec<Difference> {
        let (expected, actual) = self.tracker().between(expected, actual);
        self.basis.rules.diff_moments(&expected, &actual)
    }

    /// How the second up differs from the first. Other partitions are a note: their names and bounds may follow from the
    /// time, and what the down leaves of them is a finding of its own.
    fn second_up(&mut self) -> (Vec<Difference>, State) {
        let (first, second) = self.tracker().between(1, 3);
        let mut differences = Vec::new();
        let state = State::of(&first, &second, || {
            differences = self.basis.rules.diff_moments(&first, &second);
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

    /// The SQL of a down that restores the schema of before the up.
    pub(super) fn right_down(&mut self) -> Option<String> {
        let (before, after) = self.tracker().between(0, 1);
        let changes = self.basis.rules.changes(&before, &after);
        let (before, after) = (self.tracker().at(0), self.tracker().at(1));
        self.basis.rules.mend_moments(&before, &after, &changes)
    }

    /// The same, with what the up has changed on the server; `before` is what was there before it.
    fn whole_way_down(&mut self, before: &BTreeSet<ServerThing>) -> Option<String> {
        let schema = self.right_down();
        let server = undo(before, &self.stage.made_on_server());
        // A role can go once it has no privileges.
        let parts = [schema, server].into_iter().flatten();
        let parts: Vec<String> = parts.map(|sql| sql.trim_end().to_owned()).collect();
        (!parts.is_empty()).then(|| parts.join("\n"))
    }

    pub(super) async fn finish(self, failed: bool) {
        self.ascent.close().await;
        self.stage.close(failed).await;
    }
}
