//! A state with rows, of which copies are made.

use super::fill::Filling;
use super::stage::Stage;
use super::template::Template;
use crate::error::Result;

/// A database of which copies are made, each a stage of its own.
#[derive(Debug)]
pub(crate) struct Copies(Template);

impl Stage {
    /// Whether [`into_copies`](Self::into_copies) makes copies that are like it.
    pub(crate) fn can_be_copied(&self) -> bool {
        Template::can_copy(self.sandbox().isolation()) && !self.changes_server()
    }

    /// Makes it a state of which copies are made. Nothing follows its catalog any longer.
    ///
    /// # Errors
    ///
    /// When the server does not answer.
    pub(crate) async fn into_copies(self, filling: &mut Filling) -> Result<Copies> {
        filling.disconnect().await?;
        Ok(Copies(Template::freeze(self).await?))
    }
}

impl Copies {
    /// Makes a copy.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub(crate) async fn copy(&mut self, label: &str) -> Result<Stage> {
        self.0.copy(label).await
    }

    /// Drops the original.
    pub(crate) async fn close(self) {
        self.0.close().await;
    }
}
