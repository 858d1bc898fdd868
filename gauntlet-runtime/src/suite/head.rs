//! What several checks of one process share: one ascent to head, one loading of the model.

use std::sync::Arc;

use tokio::sync::OnceCell;

use super::error::{Error, Result};
use super::{Context, Stage};
use crate::catalog::Catalog;
use crate::model::Scratch;

/// Values that are computed once a process and suite, by whichever check needs them first.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    head: OnceCell<Result<Arc<Catalog>, Arc<Error>>>,
    model: OnceCell<Result<Arc<Catalog>, Arc<Error>>>,
}

impl Context<'_> {
    /// The catalog at head: every version applied once, in an own database that is gone afterwards.
    ///
    /// # Errors
    ///
    /// When the history does not apply.
    pub async fn head(&self) -> Result<Arc<Catalog>, Arc<Error>> {
        self.suite()
            .shared
            .head
            .get_or_init(|| async { self.read_head().await.map(Arc::new).map_err(Arc::new) })
            .await
            .clone()
    }

    async fn read_head(&self) -> Result<Catalog> {
        let mut stage = Stage::bare(self, "head").await?;
        let result = self.ascend_and_read(&mut stage).await;
        if let Some(line) = stage.close(result.is_err()).await {
            eprintln!("{line}");
        }
        result
    }

    async fn ascend_and_read(&self, stage: &mut Stage) -> Result<Catalog> {
        for migration in self.history().migrations() {
            stage.apply(migration).await?;
        }
        stage.catalog(self).await
    }

    /// The catalog that the model describes.
    ///
    /// # Errors
    ///
    /// When there is no model, or it does not load.
    pub async fn model(&self) -> Result<Arc<Catalog>, Arc<Error>> {
        self.suite()
            .shared
            .model
            .get_or_init(|| async { self.load_model().await.map(Arc::new).map_err(Arc::new) })
            .await
            .clone()
    }

    async fn load_model(&self) -> Result<Catalog> {
        let Some(model) = &self.suite().model else {
            return Err(Error::Usage("the suite has no model: give one with `model = ...`".into()));
        };
        let mut stage = Stage::bare(self, "model").await?;
        let scratch = Scratch::new(stage.conn(), &self.suite().manifest_dir);
        let result = match model.load(scratch).await {
            Ok(()) => {
                // The model may have set `search_path` and more, as `pg_dump` does.
                stage.reconnect().await?;
                stage.catalog(self).await
            }
            Err(error) => Err(error.into()),
        };
        stage.close(false).await;
        result
    }
}
