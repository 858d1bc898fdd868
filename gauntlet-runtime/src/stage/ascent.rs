//! States that only ups have made.
//!
//! In database isolation one database goes up, a version at a time and each version once, and is copied where a state is
//! asked for. In schema isolation nothing can be copied, so each state is reached from base. So is one with roles that a
//! later version drops or alters, which no two databases can do.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::session::Sessions;
use super::stage::Stage;
use super::stages::Stages;
use super::template::Template;
use crate::engines::{Step, StepError};
use crate::error::Result;
use crate::history::{Direction, Migration};
use crate::sql;

/// Makes stages at a version to which only ups have led, each in a session of its own.
#[derive(Debug)]
pub struct Ascent {
    stages: Arc<Stages>,
    label: &'static str,
    /// The versions in the order in which they are applied, if that is not the order of the history.
    order: Option<Vec<Migration>>,
    /// How many versions at the beginning run in one session, because they do not run in any other way.
    together: usize,
    /// The database that goes up, and how many versions are applied in it.
    highest: Option<(usize, Template)>,
    /// The steps that left something in their sessions, each version once.
    marking: Vec<Step>,
}

impl Ascent {
    /// Makes nothing yet: the first state that is asked for costs the steps to it.
    pub fn new(stages: Arc<Stages>, label: &'static str) -> Self {
        Ascent { stages, label, order: None, together: 0, highest: None, marking: Vec::new() }
    }

    /// The same, for another order than that of the history.
    pub(crate) fn in_order(
        stages: Arc<Stages>,
        label: &'static str,
        migrations: Vec<&Migration>,
    ) -> Self {
        let order = migrations.into_iter().cloned().collect();
        Ascent { order: Some(order), ..Ascent::new(stages, label) }
    }

    /// The versions in the order in which they are applied.
    fn migrations(&self) -> &[Migration] {
        self.order.as_deref().unwrap_or_else(|| self.stages.migrations())
    }

    /// Lets so many versions at the beginning run in one session.
    pub(crate) fn run_together(&mut self, versions: usize) {
        self.together = versions;
    }

    /// A stage in which the first `versions` versions are applied.
    ///
    /// # Errors
    ///
    /// When a version does not apply, or the database cannot be created.
    pub async fn stage(&mut self, versions: usize) -> Result<Stage> {
        let mut stage = self.climbed(versions).await?;
        let roles = stage.roles_made();
        let later = &self.migrations()[versions..];
        if !Template::can_copy(stage.sandbox().isolation())
            || (stage.changes_server() && !stage.makes_only_roles())
            || later.iter().any(|migration| changes_roles(migration, &roles))
        {
            return Ok(stage);
        }
        let mut template = Template::freeze(stage).await?;
        let copy = template.copy(self.label).await;
        if let Some((_, old)) = self.highest.replace((versions, template)) {
            old.close().await;
        }
        copy
    }

    /// As [`stage`](Self::stage), for the last time: the database that goes up, and no copy of it.
    ///
    /// # Errors
    ///
    /// As [`stage`](Self::stage).
    pub(crate) async fn last_stage(&mut self, versions: usize) -> Result<Stage> {
        self.climbed(versions).await
    }

    /// The steps so far that left something in their sessions, in their order.
    pub(crate) fn marking(&self) -> &[Step] {
        &self.marking
    }

    /// The database that goes up, at this height.
    async fn climbed(&mut self, versions: usize) -> Result<Stage> {
        let together = self.together;
        let usable = |height: usize| height <= versions && height >= together.min(versions);
        let reusable = self.highest.take_if(|(height, _)| usable(*height));
        let (height, mut stage) = if let Some((height, template)) = reusable {
            (height, template.thaw().await?)
        } else {
            // Its roles would be put aside.
            if let Some((_, template)) = self.highest.take() {
                template.close().await;
            }
            self.marking.clear();
            (0, self.stages.at_base(self.label).await?)
        };
        if height > 0 {
            stage.put_roles_aside().await?;
        }
        if let Err(error) = self.go_up(&mut stage, height, versions).await {
            stage.close(false).await;
            return Err(error);
        }
        Ok(stage)
    }

    async fn go_up(&mut self, stage: &mut Stage, from: usize, to: usize) -> Result<()> {
        let mut marking = Vec::new();
        for (index, migration) in self.migrations().iter().enumerate().take(to).skip(from) {
            let run = index < self.together;
            stage.sessions(if run { Sessions::PerRun } else { Sessions::PerStep });
            let step = stage.apply(migration).await?;
            if step.open {
                let message = "its transaction is left open".to_owned();
                return Err(StepError::of(migration.version(), Direction::Up, message).into());
            }
            if step.affects || !step.left.is_empty() {
                marking.push(step);
            }
        }
        self.marking.append(&mut marking);
        stage.end_run().await
    }

    /// Drops what it made for itself.
    pub async fn close(self) {
        if let Some((_, template)) = self.highest {
            template.close().await;
        }
    }
}

/// Whether a version drops or alters one of these roles. The server would not let it do so in a copy while the original
/// refers to the role.
fn changes_roles(migration: &Migration, roles: &BTreeSet<String>) -> bool {
    let scripts = [Some(migration.up()), migration.down()];
    !roles.is_empty()
        && scripts.into_iter().flatten().any(|script| {
            let words: Vec<String> = sql::words(script.sql()).map(|(_, word)| word).collect();
            let changes = |pair: &[String]| {
                ["drop", "alter", "reassign"].contains(&pair[0].as_str())
                    && ["role", "user", "group", "owned"].contains(&pair[1].as_str())
            };
            // The name may be made up at run time.
            let named = |word: &String| roles.contains(word) || word == "execute";
            words.windows(2).any(changes) && words.iter().any(named)
        })
}
