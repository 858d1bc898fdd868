//! Head: the catalog after the last version, found once a suite.
//!
//! The first check that needs it goes up and the others wait. Across the processes of one run they wait for each other
//! through a [`Handover`](super::handover::Handover).
//!
//! Invariant: nobody waits for head, or for a handover, while holding a stage. Whoever is on the way to head may be
//! waiting for the right to create roles, which a stage holds. And nobody waits for it without a seat on the server: whoever is
//! on the way to head needs one, too.

use std::sync::Arc;

use super::context::Context;
use super::handover::{Content, Handover, Kind};
use super::shared::AtHead;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::model::{self, Head, ModelSet, Models};
use crate::stage::Stage;

impl Context<'_> {
    /// The catalog at head: every version applied once, in a database of its own that is dropped afterwards.
    ///
    /// # Errors
    ///
    /// When the history does not apply.
    pub async fn head(&self) -> Result<Arc<Catalog>, Arc<Error>> {
        Ok(Arc::clone(&self.at_head().await?.catalog))
    }

    /// What the structs and enums of the model state and head does not keep.
    ///
    /// # Errors
    ///
    /// When the history does not apply, or head cannot be asked.
    pub async fn breaches(&self) -> Result<Arc<Vec<Finding>>, Arc<Error>> {
        self.at_head().await?.breaches.clone()
    }

    async fn at_head(&self) -> Result<Arc<AtHead>, Arc<Error>> {
        self.server().await.map_err(Arc::new)?;
        let mut stage = None;
        let own = &mut stage;
        let find = move || async move { self.find_head(own).await.map(Arc::new).map_err(Arc::new) };
        let head = self.shared().head.get_or_init(find).await.clone();
        // Those who wait for head need not wait for the database to go.
        if let Some(stage) = stage {
            stage.close(head.is_err()).await;
        }
        head
    }

    /// Leaves the stage on which it has gone up, if it has.
    async fn find_head(&self, used: &mut Option<Stage>) -> Result<AtHead> {
        let mut handover = self.handover(Kind::Head).await;
        if let Some(found) = handover.as_mut().and_then(|(_, handover)| handover.read()) {
            return Ok(AtHead::new(found));
        }
        let stage = used.insert(self.stage_without_seeds("head").await?);
        for migration in self.history().migrations() {
            stage.apply(migration).await?;
        }
        let catalog = stage.catalog().await?;
        let breaches = self.compare_stated(&catalog, stage).await.map(Arc::new).map_err(Arc::new);
        let head = AtHead { catalog: Arc::new(catalog), breaches };
        if let (Some((content, handover)), Ok(breaches)) = (handover, &head.breaches)
            // Every process that sees what a step did outside of its schema reports it.
            && self.observed().is_empty()
            && self.still(content)
        {
            handover.fill(&(&*head.catalog, &**breaches));
        }
        Ok(head)
    }

    /// What processes share of this kind, once no other process works on it.
    pub(super) async fn handover(&self, kind: Kind) -> Option<(Content, Handover)> {
        let content = Content::of(kind, self.settings(), self.project())?;
        let server = self.server().await.ok()?;
        Some((content, Handover::wait(content, server.directory()?).await?))
    }

    /// Returns true if a handover of this content is still right: files may have changed since.
    pub(super) fn still(&self, content: Content) -> bool {
        Content::of(content.kind(), self.settings(), self.project()) == Some(content)
    }

    async fn compare_stated(&self, catalog: &Catalog, stage: &mut Stage) -> Result<Vec<Finding>> {
        let stated = self.stated();
        if stated.is_empty() {
            return Ok(Vec::new());
        }
        // A migration may have left settings behind that a program would not have.
        stage.reconnect().await?;
        let read = stage.read_options();
        Ok(model::hold(stated, Head { catalog, conn: stage.conn(), read: &read }).await?)
    }

    fn stated(&self) -> &[Models] {
        self.settings().model.as_ref().map_or(&[][..], ModelSet::stated)
    }
}
