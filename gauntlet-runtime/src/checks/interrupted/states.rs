//! Where the databases of the check come from.

use crate::context::Context;
use crate::error::Result;
use crate::history::Migration;
use crate::stage::{Ascent, Filling, Sessions, Stage};

/// The states between the new versions, and what fills their tables.
///
/// A state with rows is the one that production has: the rows are there before the first new version, and each new version has
/// run on them. What a version needs of the rows, such as that none is there twice, an earlier one may have seen to.
pub(super) struct States<'w, 's> {
    pub(super) cx: &'w Context<'s>,
    pub(super) ascent: Ascent,
    pub(super) filling: Filling,
    /// All versions, in the order in which a deployed database gets them.
    pub(super) order: Vec<&'w Migration>,
    /// How many of them have shipped.
    pub(super) old: usize,
    /// A state with rows, and how many versions are applied in it.
    pub(super) highest: Option<(usize, Stage)>,
}

/// Each version in a session of its own.
pub(super) fn opened(mut stage: Stage) -> Stage {
    stage.sessions(Sessions::PerStep);
    stage
}

impl States<'_, '_> {
    /// A database with rows to which the versions in front of a place have led. No seed comes after the version at that place.
    ///
    /// Where a version fails on the rows, which `populated` says, or plants seeds, they come after it.
    pub(super) async fn with_rows(&mut self, place: usize) -> Result<Stage> {
        let (height, mut stage) = match self.highest.take_if(|(height, _)| *height <= place) {
            Some(highest) => highest,
            None => (self.old, self.bare(self.old).await?),
        };
        self.filling = std::mem::take(&mut self.filling).elsewhere();
        match self.climb(&mut stage, height, place).await {
            Ok(()) => Ok(stage),
            Err(error) => {
                stage.close(false).await;
                Err(error)
            }
        }
    }

    /// The same database, without generated rows.
    pub(super) async fn without_rows(&mut self, place: usize) -> Result<Stage> {
        let mut stage = self.bare(place).await?;
        let migration = self.order[place];
        match stage.plant_before(migration).await {
            Ok(()) => {
                stage.leave_out_seeds(migration);
                Ok(stage)
            }
            Err(error) => {
                stage.close(false).await;
                Err(error.into())
            }
        }
    }

    async fn climb(&mut self, stage: &mut Stage, from: usize, place: usize) -> Result<()> {
        stage.put_roles_aside().await?;
        for at in from..place {
            let migration = self.order[at];
            if stage.has_seeds_due(migration) != (false, false) {
                self.replace(stage, at + 1).await?;
                continue;
            }
            stage.fill(&mut self.filling).await?;
            match stage.apply(migration).await {
                Ok(step) if !step.open => {}
                Err(error) if error.fault().is_some() => return Err(error.into()),
                Ok(_) | Err(_) => self.replace(stage, at + 1).await?,
            }
        }
        let migration = self.order[place];
        if stage.has_seeds_due(migration).0 {
            self.replace(stage, place).await?;
        }
        stage.plant_before(migration).await?;
        stage.leave_out_seeds(migration);
        stage.fill(&mut self.filling).await?;
        Ok(())
    }

    /// Goes on from a state without generated rows.
    async fn replace(&mut self, stage: &mut Stage, versions: usize) -> Result<()> {
        self.filling = std::mem::take(&mut self.filling).elsewhere();
        let fresh = self.bare(versions).await?;
        std::mem::replace(stage, fresh).close(false).await;
        Ok(())
    }

    async fn bare(&mut self, versions: usize) -> Result<Stage> {
        let mut stage = opened(self.ascent.stage(versions).await?);
        match stage.put_roles_aside().await {
            Ok(()) => Ok(stage),
            Err(error) => {
                stage.close(false).await;
                Err(error)
            }
        }
    }
}
