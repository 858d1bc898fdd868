//! What the checks of a suite share of what has shipped: what it is, and the catalog of a database that has applied it and
//! nothing that is new.

use std::sync::Arc;

use super::context::Context;
use super::shipped::{self, Found};
use crate::catalog::Catalog;
use crate::error::{Error, Result};

impl Context<'_> {
    /// What has shipped; `None` where the suite does not say.
    ///
    /// # Errors
    ///
    /// When it cannot be found.
    pub(crate) fn shipped(&self) -> Result<Option<Arc<Found>>, Arc<Error>> {
        let Some(declared) = &self.settings().shipped else { return Ok(None) };
        let find = || {
            let found = shipped::find(declared, self.settings(), self.project());
            found.map(Arc::new).map_err(|error| Arc::new(Error::Shipped(error)))
        };
        self.shared().shipped.get_or_init(find).clone().map(Some)
    }

    /// The catalog after what has shipped, found once a suite.
    ///
    /// # Errors
    ///
    /// When what has shipped does not apply.
    pub(crate) async fn at_shipped(&self, found: &Found) -> Result<Arc<Catalog>, Arc<Error>> {
        if found.new.is_empty() {
            return self.head().await;
        }
        self.server().await.map_err(Arc::new)?;
        let find = || async { self.find_at_shipped(found).await.map(Arc::new).map_err(Arc::new) };
        self.shared().at_shipped.get_or_init(find).await.clone()
    }

    async fn find_at_shipped(&self, found: &Found) -> Result<Catalog> {
        let mut stage = self.stage_without_seeds("shipped").await?;
        let mut reached = Ok(());
        for migration in self.history().migrations().iter().filter(|m| !found.is_new(m.id())) {
            reached = stage.apply(migration).await.map(|_| ());
            if reached.is_err() {
                break;
            }
        }
        let catalog = match reached {
            Ok(()) => stage.catalog().await,
            Err(error) => Err(Error::from(error)),
        };
        stage.close(catalog.is_err()).await;
        catalog
    }
}
