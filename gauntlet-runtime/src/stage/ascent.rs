//! States that only ups have made.
//!
//! In database isolation one database climbs, a version at a time and each version once, and is copied where a
//! state is asked for. In schema isolation nothing can be copied, so each state is climbed to from base.

use super::stage::{Stage, Template};
use crate::context::Context;
use crate::error::Result;

/// Makes stages at a version to which only ups have led.
#[derive(Debug)]
pub struct Ascent<'a, 's> {
    cx: &'a Context<'s>,
    label: &'static str,
    climber: Option<(usize, Template)>,
}

impl<'a, 's> Ascent<'a, 's> {
    /// Makes nothing yet: the first state that is asked for costs the climb to it.
    pub fn new(cx: &'a Context<'s>, label: &'static str) -> Self {
        Ascent { cx, label, climber: None }
    }

    /// A stage in which the first `versions` versions of the history are applied.
    ///
    /// # Errors
    ///
    /// When a version does not apply, or the database cannot be made.
    pub async fn stage(&mut self, versions: usize) -> Result<Stage> {
        let reusable = self.climber.take_if(|(height, _)| *height <= versions);
        let (height, mut stage) = match reusable {
            Some((height, template)) => (height, template.thaw().await?),
            None => (0, Stage::base(self.cx, self.label).await?),
        };
        if let Err(error) = self.climb(&mut stage, height, versions).await {
            stage.close(false).await;
            return Err(error);
        }
        // Roles of two databases of the same history would be in each other's way.
        if !Template::can_copy(stage.sandbox().isolation()) || stage.makes_roles() {
            return Ok(stage);
        }
        let template = stage.freeze().await?;
        let copy = template.copy(self.cx, self.label).await;
        if let Some((_, old)) = self.climber.replace((versions, template)) {
            old.close().await;
        }
        copy
    }

    async fn climb(&self, stage: &mut Stage, from: usize, to: usize) -> Result<()> {
        for migration in &self.cx.history().migrations()[from..to] {
            stage.apply(migration).await?;
        }
        Ok(())
    }

    /// Drops what it made for itself.
    pub async fn close(self) {
        if let Some((_, template)) = self.climber {
            template.close().await;
        }
    }
}
