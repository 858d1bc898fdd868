//! The models that build a whole schema, each made real in a scratch database, once a suite.

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::join;

use super::context::Context;
use super::handover::Kind;
use super::shared::LoadedModel;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::model::{self, Scratch, Whole};
use crate::stage::Stage;

/// The models to compare head with, and head.
type ModelsAndHead = (Arc<Vec<LoadedModel>>, Arc<Catalog>);

impl Context<'_> {
    /// The models that build a whole schema. While the suite is blessed, a SQL file is taken as what will be written into
    /// it.
    ///
    /// # Errors
    ///
    /// When there is no model, or one does not load.
    pub async fn models(&self) -> Result<Arc<Vec<LoadedModel>>, Arc<Error>> {
        self.server().await.map_err(Arc::new)?;
        let mut stages = Vec::new();
        let own = &mut stages;
        let find = move || async move { self.find_models(own).await.map(Arc::new) };
        let models = self.shared().models.get_or_init(find).await.clone();
        // Those who wait for the models need not wait for the databases to go.
        for stage in stages {
            stage.close(false).await;
        }
        models
    }

    /// The [models](Self::models) and [head](Self::head), found at the same time.
    ///
    /// # Errors
    ///
    /// Those of both; where both fail, that of the models.
    pub(crate) async fn models_and_head(&self) -> Result<ModelsAndHead, Arc<Error>> {
        // Two stages of one test would take the roles from each other.
        if self.settings().model.is_none() || self.changes_server() {
            let models = self.models().await?;
            return Ok((models, self.head().await?));
        }
        let (models, head) = join(Box::pin(self.models()), Box::pin(self.head())).await;
        Ok((models?, head?))
    }

    fn changes_server(&self) -> bool {
        !self.project().stage.reach.is_empty()
    }

    /// Leaves the stages on which it has loaded.
    async fn find_models(&self, stages: &mut Vec<Stage>) -> Result<Vec<LoadedModel>, Arc<Error>> {
        let mut handover = self.handover(Kind::Models).await;
        if let Some(found) = handover.as_mut().and_then(|(_, handover)| handover.read()) {
            return Ok(found);
        }
        let models = self.load_models(stages).await?;
        if let Some((content, handover)) = handover
            && self.still(content)
        {
            handover.fill(&models);
        }
        Ok(models)
    }

    async fn load_models(&self, stages: &mut Vec<Stage>) -> Result<Vec<LoadedModel>, Arc<Error>> {
        let settings = self.settings();
        let Some(set) = &settings.model else {
            return Err(Arc::new(Error::Usage(NO_MODEL.into())));
        };
        let mut models = Vec::new();
        for whole in set.wholes() {
            let file = whole.file(&settings.manifest_dir);
            let script = match &file {
                Some(_) if settings.bless => Some(self.script().await?),
                _ => None,
            };
            let mut stage = self.stage_below_the_baseline("model").await.map_err(Arc::new)?;
            let loaded = self.load_model(whole, file, script, &mut stage).await;
            stages.push(stage);
            models.push(loaded.map_err(Arc::new)?);
        }
        Ok(models)
    }

    async fn load_model(
        &self,
        whole: &Whole,
        file: Option<PathBuf>,
        script: Option<Arc<str>>,
        stage: &mut Stage,
    ) -> Result<LoadedModel> {
        let isolation = stage.sandbox().isolation();
        let server = Arc::clone(stage.sandbox().server());
        // A model names them, and no model makes a role.
        stage.make_roles().await?;
        let mut set_aside = Vec::new();
        let manifest_dir = &self.settings().manifest_dir;
        let mut scratch =
            Scratch::new(stage.conn(), manifest_dir, (isolation, &server), &mut set_aside);
        let loaded = match &script {
            Some(script) => model::load_text(&whole.name(), script, &mut scratch).await,
            None => whole.load(scratch).await,
        };
        loaded?;
        // The model may have set `search_path` and more, as `pg_dump` does.
        stage.reconnect().await?;
        let catalog = stage.catalog().await?;
        Ok(LoadedModel { name: whole.name(), file, catalog, set_aside })
    }
}

/// Only a caller of the context gets here: a check of a suite without a model compares nothing.
const NO_MODEL: &str = "the suite has no model to compare with: give it one with `.model(\"schema.sql\")`, or leave these tests out with `#[gauntlet(skip(\"up_to_date\", \"check_constraints\", \"enum_values\"), reason = \"no model\")]`";
