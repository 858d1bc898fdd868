//! The way to the new versions, and each of them on rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::code::{self, Focus, State, Watch, broken_since};
use super::culprit;
use super::findings::{
    Failed, all_by_triggers, fails, fails_on_seeds, left, lost, not_filled, rewritten, without_seed,
};
use super::not_valid;
use super::sequences::{Keys, start_again};
use crate::catalog::DiffOptions;
use crate::checks::outcome::Outcome;
use crate::checks::parts::allow::Given;
use crate::checks::parts::new_versions::NewVersions;
use crate::checks::parts::not_given::nothing_new;
use crate::checks::parts::rows::{self, Contents, Moment, changes};
use crate::context::Context;
use crate::engines::StepError;
use crate::error::{Error, Result};
use crate::fill::Without;
use crate::finding::{Finding, Severity};
use crate::history::{Direction, Migration, Script, VersionId};
use crate::sql;
use crate::stage::{Ascent, Filling, Sessions, Stage};

pub(in crate::checks) async fn run(cx: &Context<'_>) -> Outcome {
    let Some(versions) = NewVersions::of(cx, cx.settings().populated.all)? else {
        return Ok(vec![nothing_new("populated")]);
    };
    if versions.new.is_empty() {
        return Ok(vec![versions.note()]);
    }
    let order: Vec<&Migration> = versions.old.iter().chain(&versions.new).copied().collect();
    let mut ascent = Ascent::in_order(Arc::clone(cx.stages().await?), "populated", order);
    let result = match Walk::start(cx, &mut ascent, versions.old.len()).await {
        Ok(mut walk) => {
            let result = walk.judge_all(&versions).await;
            let failed = result.as_ref().is_ok_and(|all| all.iter().any(Finding::is_failure));
            // The server waits 100 ms with a database that somebody is connected to.
            let ended = walk.filling.disconnect().await;
            walk.stage.close(failed).await;
            result.and_then(|found| ended.map(|()| found))
        }
        Err(error) => Err(error),
    };
    ascent.close().await;
    let mut findings = result?;
    findings.push(versions.note());
    Ok(findings)
}

/// A database with rows on its way over the new versions.
pub(super) struct Walk<'w, 's> {
    pub(super) cx: &'w Context<'s>,
    /// Where states come from that hold no generated rows.
    ascent: &'w mut Ascent,
    pub(super) stage: Stage,
    filling: Filling,
    contents: Contents,
    /// True if the stage holds generated rows.
    filled: bool,
    /// True if rows were generated between two new versions.
    pub(super) made_between: bool,
    /// The tables for which no row was found.
    without: BTreeMap<String, Without>,
    code: Watch,
    /// The code before the first new version, as far as it can be tried.
    first: Option<State>,
    /// True if the code was tried there.
    begun: bool,
}

/// Whether a script asks for the time or for values that are different each time.
fn depends_on_the_moment(script: &Script) -> bool {
    const WORDS: [&str; 14] = [
        "now",
        "current_timestamp",
        "localtimestamp",
        "current_date",
        "current_time",
        "localtime",
        "clock_timestamp",
        "statement_timestamp",
        "transaction_timestamp",
        "timeofday",
        "random",
        "gen_random_uuid",
        "uuid_generate_v4",
        "nextval",
    ];
    sql::words(script.sql()).any(|(_, word)| WORDS.contains(&word.as_str()))
}

/// A stage in which only ups have run, without generated rows.
async fn fresh(ascent: &mut Ascent, versions: usize) -> Result<Stage> {
    let mut stage = ascent.stage(versions).await?;
    stage.sessions(Sessions::PerStep);
    match stage.track().await {
        Ok(()) => Ok(stage),
        Err(error) => {
            stage.close(false).await;
            Err(error)
        }
    }
}

impl<'w, 's> Walk<'w, 's> {
    async fn start(cx: &'w Context<'s>, ascent: &'w mut Ascent, old: usize) -> Result<Self> {
        let stage = fresh(ascent, old).await?;
        Ok(Walk {
            cx,
            ascent,
            stage,
            filling: Filling::default(),
            contents: Contents::default(),
            filled: false,
            made_between: false,
            without: BTreeMap::new(),
            code: Watch::default(),
            first: None,
            begun: false,
        })
    }

    async fn judge_all(&mut self, versions: &NewVersions<'_>) -> Result<Vec<Finding>> {
        let allowed = &self.cx.settings().populated.allow;
        let mut used: Vec<&VersionId> = Vec::new();
        let mut findings = Vec::new();
        let mut excuse = |migration: &Migration, found: &mut [Finding]| {
            let exception = allowed.iter().find(|allowed| migration.id().matches(allowed));
            let Some(exception) = exception else { return };
            for finding in found.iter_mut().filter(|finding| finding.is_failure()) {
                finding.severity = Severity::Note;
                finding.help.clear();
                used.push(exception);
            }
        };
        self.bring_old_rows(&versions.old).await?;
        let mut to_the_end = true;
        for (at, migration) in versions.new.iter().enumerate() {
            let place = versions.old.len() + at;
            let mut found = match self.judge(place, migration).await {
                Ok(found) => found,
                Err(Error::Step(error)) if self.fails_on_seeds(versions, place, &error).await? => {
                    findings.push(fails_on_seeds(migration, &error, versions.new.len() - at - 1));
                    to_the_end = false;
                    break;
                }
                Err(error) => return Err(error),
            };
            self.as_one_release(versions, place, &mut found).await?;
            excuse(migration, &mut found);
            findings.extend(found);
        }
        if to_the_end {
            for (migration, found) in self.broken_code(versions).await? {
                let mut found = [found];
                excuse(migration, &mut found);
                findings.extend(found);
            }
        }
        findings.extend(self.code.not_tried());
        Given::from(&self.cx.settings().populated).complete(&mut findings);
        findings.extend(not_filled(&self.without));
        let seeds = &self.cx.project().stage.seeds;
        if !seeds.is_empty() {
            let seeded =
                |migration: &&Migration| seeds.iter().any(|seed| seed.version == *migration.id());
            let bare: Vec<&Migration> =
                versions.new.iter().copied().filter(|migration| !seeded(migration)).collect();
            findings.extend(without_seed(&bare));
        }
        let is_old =
            |id: &VersionId| versions.old.iter().any(|migration| migration.id().matches(id));
        let idle = allowed.iter().filter(|id| !used.contains(id) && !is_old(id));
        findings.extend(idle.map(|id| {
            let title = format!("`populated(allow = ...)` lists {id}, in which nothing was found");
            Finding::note("idle_exception", title)
                .help("remove it, or correct it if it is misspelt")
        }));
        Ok(findings)
    }

    /// Lets rows go through what has shipped since a constraint was added NOT VALID, so that some need not meet it. Seeds
    /// bring such rows themselves. Where a shipped version fails on them, there are none.
    pub(super) async fn bring_old_rows(&mut self, old: &[&Migration]) -> Result<()> {
        if !self.cx.project().stage.seeds.is_empty() {
            return Ok(());
        }
        let Some(at) = not_valid::first(&self.stage, &mut self.filling, old).await? else {
            return Ok(());
        };
        self.restart(at).await?;
        self.fill().await?;
        for migration in &old[at..] {
            match self.stage.apply(migration).await {
                Ok(step) if !step.open => {}
                Err(error) if error.companion.is_some() => return Err(Error::from(error)),
                // What has shipped is not judged.
                Ok(_) | Err(_) => return self.restart(old.len()).await,
            }
        }
        Ok(())
    }

    /// What is broken after the last version.
    async fn broken_code<'m>(
        &mut self,
        versions: &NewVersions<'m>,
    ) -> Result<Vec<(&'m Migration, Finding)>> {
        if Watch::has_code(&self.stage, &mut self.filling).await? {
            let filled = self.stage.fill(&mut self.filling).await?;
            self.code.note(&filled);
        }
        let last = self.code.look(&self.stage, &mut self.filling, None).await?;
        let (Some(first), Some(last)) = (self.first.take(), last) else { return Ok(Vec::new()) };
        let Some(focus) = code::focus(&first, &last) else { return Ok(Vec::new()) };
        let mut states = vec![Some(first)];
        if versions.new.len() > 1 {
            states.extend(self.states_between(versions, &focus).await?);
        }
        states.push(Some(last));
        Ok(broken_since(&states, &versions.new))
    }

    /// The code between each two of the new versions, on a second way over them.
    async fn states_between(
        &mut self,
        versions: &NewVersions<'_>,
        focus: &Focus,
    ) -> Result<Vec<Option<State>>> {
        let old = versions.old.len();
        self.restart(old).await?;
        let mut states = Vec::new();
        for (at, migration) in versions.new.iter().enumerate() {
            let seeds_after = self.prepare(old + at, migration).await?;
            if at > 0 {
                let focus = Some(focus);
                states.push(self.code.look(&self.stage, &mut self.filling, focus).await?);
            }
            if at + 1 == versions.new.len() {
                break;
            }
            if seeds_after {
                self.stage.leave_out_seeds(migration);
            }
            match self.stage.apply(migration).await {
                Ok(step) if !step.open && !seeds_after => {}
                Ok(_) | Err(_) => self.restart(old + at + 1).await?,
            }
        }
        Ok(states)
    }

    /// Whether a version that fails on a state with seeds passes on one without any.
    async fn fails_on_seeds(
        &self,
        versions: &NewVersions<'_>,
        place: usize,
        error: &StepError,
    ) -> Result<bool> {
        let order = versions.old.iter().chain(&versions.new).take(place + 1);
        let is_this =
            order.clone().last().is_some_and(|migration| migration.version() == &error.version);
        if error.companion.is_some() || !is_this || self.cx.project().stage.seeds.is_empty() {
            return Ok(false);
        }
        let mut stage = self.cx.stage_without_seeds("populated").await?;
        stage.sessions(Sessions::PerStep);
        let mut passes = true;
        for migration in order {
            passes = passes && stage.apply(migration).await.is_ok();
        }
        stage.close(false).await;
        Ok(passes)
    }

    /// Puts rows into the tables in front of a version. Returns whether seeds are due right after it.
    async fn prepare(&mut self, at: usize, migration: &Migration) -> Result<bool> {
        let (seeds_before, seeds_after) = self.stage.has_seeds_due(migration);
        if seeds_before {
            if self.filled {
                self.restart(at).await?;
            }
            self.stage.plant_before(migration).await?;
        }
        self.fill().await?;
        Ok(seeds_after)
    }

    /// Judges the version at a place of the order, and goes on to the state after it.
    async fn judge(&mut self, at: usize, migration: &Migration) -> Result<Vec<Finding>> {
        let seeds_after = self.prepare(at, migration).await?;
        if !self.begun {
            self.begun = true;
            self.first = self.code.look(&self.stage, &mut self.filling, None).await?;
        }
        self.judge_here(at, migration, seeds_after).await
    }

    /// The same on the rows that there are.
    pub(super) async fn judge_here(
        &mut self,
        at: usize,
        migration: &Migration,
        seeds_after: bool,
    ) -> Result<Vec<Finding>> {
        if seeds_after {
            // They come to a database without generated rows, below.
            self.stage.leave_out_seeds(migration);
        }
        let before = self.read().await?;
        let keys_before = Keys::read(&self.stage, &mut self.filling).await?;
        if let Some(tracker) = self.stage.tracker() {
            tracker.begin();
        }
        let open = match self.stage.apply(migration).await {
            Ok(step) => step.open,
            Err(error) => return self.up_failed(at, migration, error).await,
        };
        if open {
            // What comes after a transaction that was left open says nothing about rows.
            self.restart(at + 1).await?;
            return Ok(Vec::new());
        }
        let mut findings = Vec::new();
        let after = self.read().await?;
        findings.extend(rewritten(migration, &changes(&before, &after)));
        let keys = Keys::read(&self.stage, &mut self.filling).await?;
        let moved = (&keys_before, &keys);
        let step = (migration, Direction::Up);
        findings.extend(start_again(&self.stage, &mut self.filling, step, moved).await?);
        let mut again = seeds_after || findings.iter().any(Finding::is_failure);
        if migration.down().is_some() && !self.cx.stays(migration.id()) {
            // What the up has set back already is found.
            let keys = (!findings.iter().any(Finding::is_failure)).then_some((&keys_before, &keys));
            let found = self.down_and_up(at, migration, (&before, &after), keys).await?;
            again |= found.iter().any(Finding::is_failure);
            findings.extend(found);
        }
        if again {
            self.restart(at + 1).await?;
        }
        Ok(findings)
    }

    async fn down_and_up(
        &mut self,
        at: usize,
        migration: &Migration,
        (before, after): (&Moment, &Moment),
        keys: Option<(&Keys, &Keys)>,
    ) -> Result<Vec<Finding>> {
        let only_rows = self.stage.tracker().is_some_and(|tracker| {
            let (before, after) = tracker.between(0, 1);
            let options = DiffOptions::default().partition_children(true).one_database(true);
            before.diff_with(&after, &options).differences.is_empty()
        });
        if let Err(error) = self.stage.revert(migration).await {
            return self.way_back_failed(at, migration, Failed::Down, &error).await;
        }
        let changes = rows::changes(before, &self.read().await?);
        let mut findings: Vec<Finding> = lost(migration, &changes).into_iter().collect();
        findings.extend(left(migration, &changes));
        if let Some((first, after_up)) = keys
            && let Some(down) = migration.down()
            && first.may_change_in_down(after_up, down)
        {
            let moved = (first, &Keys::read(&self.stage, &mut self.filling).await?);
            let step = (migration, Direction::Down);
            findings.extend(start_again(&self.stage, &mut self.filling, step, moved).await?);
        }
        if let Err(error) = self.stage.apply(migration).await {
            findings.extend(self.way_back_failed(at, migration, Failed::SecondUp, &error).await?);
        } else if only_rows && !findings.is_empty() {
            // The down of a version that changes no schema may be empty, where a second up changes nothing more.
            let again = rows::changes(after, &self.read().await?);
            if all_by_triggers(migration, &again) || depends_on_the_moment(migration.up()) {
                for finding in &mut findings {
                    finding.severity = Severity::Note;
                }
            }
        }
        Ok(findings)
    }

    /// The up fails on rows if it passes without them; otherwise the history has a fault of its own, which is an error.
    async fn up_failed(
        &mut self,
        at: usize,
        migration: &Migration,
        error: StepError,
    ) -> Result<Vec<Finding>> {
        if error.companion.is_some() {
            return Err(Error::from(error));
        }
        let conn = self.filling.conn(&self.stage).await?;
        let facts = culprit::facts(conn, &self.stage.extent(), &error, migration.up()).await;
        self.restart(at + 1).await?;
        Ok(vec![fails(migration, Failed::Up, &error, facts)])
    }

    /// The same for a step of the way back; what fails without rows too is for `stairway` to say.
    async fn way_back_failed(
        &mut self,
        at: usize,
        migration: &Migration,
        failed: Failed,
        error: &StepError,
    ) -> Result<Vec<Finding>> {
        let script = match failed {
            Failed::Down => migration.down().unwrap_or(migration.up()),
            Failed::Up | Failed::SecondUp => migration.up(),
        };
        let conn = self.filling.conn(&self.stage).await?;
        let facts = culprit::facts(conn, &self.stage.extent(), error, script).await;
        self.restart(at + 1).await?;
        let passes = match self.stage.revert(migration).await {
            Ok(_) if failed == Failed::SecondUp => self.stage.apply(migration).await.is_ok(),
            Ok(_) => true,
            Err(_) => false,
        };
        self.restart(at + 1).await?;
        Ok(if passes { vec![fails(migration, failed, error, facts)] } else { Vec::new() })
    }

    /// Goes on from a state without generated rows.
    pub(super) async fn restart(&mut self, versions: usize) -> Result<()> {
        self.filling = std::mem::take(&mut self.filling).elsewhere();
        self.contents = Contents::default();
        self.filled = false;
        self.code.elsewhere();
        let fresh = fresh(self.ascent, versions).await?;
        std::mem::replace(&mut self.stage, fresh).close(false).await;
        Ok(())
    }

    pub(super) async fn fill(&mut self) -> Result<()> {
        let filled = self.stage.fill(&mut self.filling).await?;
        self.filled |= !filled.rows.is_empty();
        self.made_between |= self.begun && !filled.rows.is_empty();
        self.code.note(&filled);
        self.without.extend(filled.without.into_iter().map(|one| (one.table.clone(), one)));
        Ok(())
    }

    async fn read(&mut self) -> Result<Moment> {
        self.contents.read(&mut self.stage, &mut self.filling).await
    }
}
