//! What several checks share: one ascent to head, one loading of each model. Within a process they wait for each other,
//! across the processes of one run through [`Deposit`]s.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sqlx::Connection as _;
use tokio::sync::{Mutex, MutexGuard, OnceCell};

use super::deposit::{Content, Deposit, Kind};
use super::error::{Error, Result};
use super::{Context, Stage};
use crate::catalog::{Catalog, Object, ObjectId, ddl};
use crate::model::{self, Breach, Head, ModelSet, Models, Scratch, SetAside, Whole};

/// Values that are computed once a process and suite, by whichever check needs them first.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Locked by who climbs to head for all.
    head: Mutex<Known>,
    models: OnceCell<Result<Arc<Vec<LoadedModel>>, Arc<Error>>>,
    script: OnceCell<Result<Arc<str>, Arc<Error>>>,
}

/// What is known of head by now.
type Known = Option<Result<Arc<AtHead>, Arc<Error>>>;

/// What was seen at head.
#[derive(Debug)]
struct AtHead {
    catalog: Arc<Catalog>,
    /// What structs and enums state and head does not keep.
    breaches: Result<Arc<Vec<Breach>>, Arc<Error>>,
}

/// The duty to climb to head for all who want to know it; they wait. Dropping it leaves that to the next of them.
#[derive(Debug)]
pub(crate) struct Lead<'s> {
    known: MutexGuard<'s, Known>,
    deposit: Option<(Content, Deposit)>,
}

/// A model that builds a whole schema, made real.
#[derive(Debug, Serialize, Deserialize)]
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

impl AtHead {
    fn new((catalog, breaches): (Catalog, Vec<Breach>)) -> AtHead {
        AtHead { catalog: Arc::new(catalog), breaches: Ok(Arc::new(breaches)) }
    }
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
        let mut known = self.suite().shared.head.lock().await;
        if let Some(known) = &*known {
            return known.clone();
        }
        let head = self.find_head().await.map(Arc::new).map_err(Arc::new);
        known.insert(head).clone()
    }

    async fn find_head(&self) -> Result<AtHead> {
        let mut deposit = self.deposit(Kind::Head).await;
        if let Some(left) = deposit.as_mut().and_then(|(_, deposit)| deposit.read()) {
            return Ok(AtHead::new(left));
        }
        let head = self.read_head().await?;
        self.leave_head(deposit, &head);
        Ok(head)
    }

    /// What processes share of this kind, once nobody else works on it.
    async fn deposit(&self, kind: Kind) -> Option<(Content, Deposit)> {
        let content = Content::of(kind, self.suite(), self.history())?;
        let server = self.server().await.ok()?;
        Some((content, Deposit::wait(content, server.directory()?).await?))
    }

    /// Whether a deposit of this content is still right: files may have changed since.
    fn still(&self, content: Content) -> bool {
        Content::of(content.kind(), self.suite(), self.history()) == Some(content)
    }

    fn leave_head(&self, deposit: Option<(Content, Deposit)>, head: &AtHead) {
        if let (Some((content, deposit)), Ok(breaches)) = (deposit, &head.breaches)
            // What a step did outside of its schema is told by every process that has seen it.
            && self.outside().is_empty()
            && self.still(content)
        {
            deposit.fill(&(&*head.catalog, &**breaches));
        }
    }

    /// Takes the lead on the way to head, if nobody knows head or is on the way there. For a check that climbs for a
    /// reason of its own.
    pub(crate) async fn lead(&self) -> Option<Lead<'_>> {
        // With seeds, its way is another.
        if !self.plan().seeds.is_empty() {
            return None;
        }
        let known = self.suite().shared.head.try_lock().ok().filter(|known| known.is_none())?;
        let deposit = match Content::of(Kind::Head, self.suite(), self.history()) {
            None => None,
            Some(content) => match self.server().await.ok()?.directory() {
                None => None,
                Some(directory) => {
                    let deposit = Deposit::claim(content, directory)?;
                    if deposit.is_filled() {
                        return None;
                    }
                    Some((content, deposit))
                }
            },
        };
        Some(Lead { known, deposit })
    }

    /// Tells the others what head is, from a stage that has climbed there and goes on afterwards.
    pub(crate) async fn tell_head(&self, mut lead: Lead<'_>, stage: &mut Stage) {
        if !self.outside().is_empty() {
            return;
        }
        // Where it cannot be read, those who wait find out why.
        let Ok(catalog) = stage.catalog(self).await else { return };
        let Ok(breaches) = self.hold_beside(&catalog, stage).await else { return };
        let head = AtHead::new((catalog, breaches));
        self.leave_head(lead.deposit.take(), &head);
        *lead.known = Some(Ok(Arc::new(head)));
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
        let stated = self.stated();
        if stated.is_empty() {
            return Ok(Vec::new());
        }
        // A migration may have left settings behind that a program would not have.
        stage.reconnect().await?;
        let read = self.read_options(stage.sandbox());
        model::hold(stated, Head { catalog, conn: stage.conn(), read: &read }).await
    }

    /// The same on a connection of its own; the stage's stays as the migrations have left it.
    async fn hold_beside(&self, catalog: &Catalog, stage: &Stage) -> Result<Vec<Breach>> {
        let stated = self.stated();
        if stated.is_empty() {
            return Ok(Vec::new());
        }
        let mut conn = stage.sandbox().connect().await?;
        let read = self.read_options(stage.sandbox());
        let breaches = model::hold(stated, Head { catalog, conn: &mut conn, read: &read }).await?;
        conn.close().await?;
        Ok(breaches)
    }

    fn stated(&self) -> &[Models] {
        self.suite().model.as_ref().map_or(&[][..], ModelSet::stated)
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
            .get_or_init(|| async { self.find_models().await.map(Arc::new) })
            .await
            .clone()
    }

    async fn find_models(&self) -> Result<Vec<LoadedModel>, Arc<Error>> {
        let mut deposit = self.deposit(Kind::Models).await;
        if let Some(left) = deposit.as_mut().and_then(|(_, deposit)| deposit.read()) {
            return Ok(left);
        }
        let models = self.load_models().await?;
        if let Some((content, deposit)) = deposit
            && self.still(content)
        {
            deposit.fill(&models);
        }
        Ok(models)
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
    for id in base.objects.keys() {
        own.objects.remove(id);
    }
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
