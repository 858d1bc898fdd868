//! What several checks of one process share: one ascent to head, one loading of each model.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::error::{Error, Result};
use super::{Context, Stage};
use crate::catalog::{Catalog, Object, ObjectId, ddl};
use crate::model::{self, Breach, Head, ModelSet, Scratch, SetAside, Whole};

/// Values that are computed once a process and suite, by whichever check needs them first.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    head: OnceCell<Result<Arc<AtHead>, Arc<Error>>>,
    models: OnceCell<Result<Arc<Vec<LoadedModel>>, Arc<Error>>>,
    script: OnceCell<Result<Arc<str>, Arc<Error>>>,
}

/// What was seen at head.
#[derive(Debug)]
struct AtHead {
    catalog: Arc<Catalog>,
    /// What structs and enums state and head does not keep.
    breaches: Result<Arc<Vec<Breach>>, Arc<Error>>,
}

/// A model that builds a whole schema, made real.
#[derive(Debug)]
pub struct LoadedModel {
    /// What findings call it.
    pub name: String,
    /// The SQL file that it is, if it is one.
    pub file: Option<PathBuf>,
    /// What it made.
    pub catalog: Catalog,
    /// What of it was not run.
    pub set_aside: Vec<SetAside>,
}

impl Context<'_> {
    /// The catalog at head: every version applied once, in an own database that is gone afterwards.
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
    pub async fn breaches(&self) -> Result<Arc<Vec<Breach>>, Arc<Error>> {
        self.at_head().await?.breaches.clone()
    }

    async fn at_head(&self) -> Result<Arc<AtHead>, Arc<Error>> {
        self.suite()
            .shared
            .head
            .get_or_init(|| async { self.read_head().await.map(Arc::new).map_err(Arc::new) })
            .await
            .clone()
    }

    async fn read_head(&self) -> Result<AtHead> {
        let mut stage = Stage::bare(self, "head").await?;
        let result = self.ascend_and_read(&mut stage).await;
        if let Some(line) = stage.close(result.is_err()).await {
            eprintln!("{line}");
        }
        result
    }

    async fn ascend_and_read(&self, stage: &mut Stage) -> Result<AtHead> {
        for migration in self.history().migrations() {
            stage.apply(migration).await?;
        }
        let catalog = stage.catalog(self).await?;
        let breaches = self.hold(&catalog, stage).await.map(Arc::new).map_err(Arc::new);
        Ok(AtHead { catalog: Arc::new(catalog), breaches })
    }

    async fn hold(&self, catalog: &Catalog, stage: &mut Stage) -> Result<Vec<Breach>> {
        let stated = self.suite().model.as_ref().map_or(&[][..], ModelSet::stated);
        if stated.is_empty() {
            return Ok(Vec::new());
        }
        // A migration may have left settings behind that a program would not have.
        stage.reconnect().await?;
        let read = self.read_options(stage.sandbox());
        model::hold(stated, Head { catalog, conn: stage.conn(), read: &read }).await
    }

    /// The models that build a whole schema, each made real in a scratch database of its own. While the suite is
    /// blessed, a SQL file is taken as what will be written into it.
    ///
    /// # Errors
    ///
    /// When there is no model, or one does not load.
    pub async fn models(&self) -> Result<Arc<Vec<LoadedModel>>, Arc<Error>> {
        self.suite()
            .shared
            .models
            .get_or_init(|| async { self.load_models().await.map(Arc::new) })
            .await
            .clone()
    }

    async fn load_models(&self) -> Result<Vec<LoadedModel>, Arc<Error>> {
        let Some(set) = &self.suite().model else {
            return Err(Arc::new(Error::Usage(NO_MODEL.into())));
        };
        let mut models = Vec::new();
        for whole in set.wholes() {
            let file = whole.file(&self.suite().manifest_dir);
            let script = match &file {
                Some(_) if self.suite().bless => Some(self.script().await?),
                _ => None,
            };
            models.push(self.load_model(whole, file, script).await.map_err(Arc::new)?);
        }
        Ok(models)
    }

    async fn load_model(
        &self,
        whole: &Whole,
        file: Option<PathBuf>,
        script: Option<Arc<str>>,
    ) -> Result<LoadedModel> {
        let mut stage = Stage::bare(self, "model").await?;
        let isolation = stage.sandbox().isolation();
        let mut set_aside = Vec::new();
        let mut scratch =
            Scratch::new(stage.conn(), &self.suite().manifest_dir, isolation, &mut set_aside);
        let loaded = match &script {
            Some(script) => model::load_text(&whole.name(), script, &mut scratch).await,
            None => whole.load(scratch).await,
        };
        let result = match loaded {
            Ok(()) => {
                // The model may have set `search_path` and more, as `pg_dump` does.
                match stage.reconnect().await {
                    Ok(()) => stage.catalog(self).await,
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error.into()),
        };
        stage.close(false).await;
        Ok(LoadedModel { name: whole.name(), file, catalog: result?, set_aside })
    }

    /// The schema at head as SQL, without what base has already: what `GAUNTLET_BLESS=1` writes.
    ///
    /// # Errors
    ///
    /// When the history does not apply.
    pub async fn script(&self) -> Result<Arc<str>, Arc<Error>> {
        self.suite()
            .shared
            .script
            .get_or_init(|| async {
                let head = self.head().await?;
                self.write_script(&head).await.map(Arc::from).map_err(Arc::new)
            })
            .await
            .clone()
    }

    async fn write_script(&self, head: &Catalog) -> Result<String> {
        let mut stage = Stage::base(self, "base").await?;
        let base = stage.catalog(self).await;
        stage.close(false).await;
        let base = base?;
        Ok(format!("{HEADER}\n{}", beyond(&base, head)))
    }
}

/// What makes head out of base, as SQL. Where the migrations leave alone what base has, it is head without that.
fn beyond(base: &Catalog, head: &Catalog) -> String {
    let mut own = head.clone();
    own.objects.retain(|id, _| base.get(id).is_none());
    let same = |(id, object): (&ObjectId, &Object)| {
        head.get(id).is_some_and(|there| there.attributes == object.attributes)
    };
    let hangs_on_base = |id: &ObjectId| {
        id.parent.is_some()
            && base.objects.keys().any(|of| {
                of.parent.is_none()
                    && of.schema == id.schema
                    && Some(&of.name) == id.parent.as_ref()
            })
    };
    if base.objects.iter().all(same) && !own.objects.keys().any(hangs_on_base) {
        ddl::script(&own)
    } else {
        ddl::mend(head, base, &head.diff(base)).script()
    }
}

/// Only the suite that is built elsewhere gets here: the macro sees that a module has no model, and ignores the tests.
const NO_MODEL: &str = "the suite has no model to compare with: give it one with `.model(\"schema.sql\")`, or leave these tests out with `#[gauntlet(skip(\"up_to_date\", \"check_constraints\", \"enum_values\"), reason = \"no model\")]`";

/// The head of a blessed file. It names nothing that could differ between two runs or two servers.
const HEADER: &str = "-- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.\n";
