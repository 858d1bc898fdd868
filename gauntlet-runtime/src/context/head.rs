//! What several checks share: one ascent to head, one loading of each model. Within a process they wait for each other,
//! across the processes of one run through [`Deposit`]s.

use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use serde::{Deserialize, Serialize};
use sqlx::Connection as _;
use tokio::sync::{Mutex, MutexGuard, Notify, OnceCell};

use super::Context;
use super::deposit::{Content, Deposit, Kind};
use crate::catalog::{Catalog, Object, ObjectId};
use crate::error::{Error, Result};
use crate::model::{self, Breach, Head, ModelSet, Models, Scratch, SetAside, Whole};
use crate::stage::Stage;

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

/// What head is compared with, and head.
type ModelsAndHead = (Arc<Vec<LoadedModel>>, Arc<Catalog>);

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
        let mut stage = None;
        let head = self.find_head(&mut stage).await.map(Arc::new).map_err(Arc::new);
        *known = Some(head.clone());
        // Those who wait for head need not wait for the database to go.
        drop(known);
        if let Some(stage) = stage
            && let Some(line) = stage.close(head.is_err()).await
        {
            eprintln!("{line}");
        }
        head
    }

    /// Leaves the stage on which it has climbed, if it has.
    async fn find_head(&self, climbed: &mut Option<Stage>) -> Result<AtHead> {
        let mut deposit = self.deposit(Kind::Head).await;
        if let Some(left) = deposit.as_mut().and_then(|(_, deposit)| deposit.read()) {
            return Ok(AtHead::new(left));
        }
        let stage = climbed.insert(Stage::bare(self, "head").await?);
        let head = self.ascend_and_read(stage).await?;
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
        self.models_once(&Notify::new()).await
    }

    /// The [models](Self::models) and [head](Self::head), found at the same time.
    ///
    /// # Errors
    ///
    /// Those of both; where both fail, that of the models.
    pub(crate) async fn models_and_head(&self) -> Result<ModelsAndHead, Arc<Error>> {
        // Two stages of one test would take the roles from each other.
        if self.suite().model.is_none() || self.makes_roles() {
            let models = self.models().await?;
            return Ok((models, self.head().await?));
        }
        // `downgrade_all_the_way` starts at the same time, and the lead on the way to head had better be its own.
        let begun = Notify::new();
        let models = async {
            let models = self.models_once(&begun).await;
            begun.notify_one();
            models
        };
        let head = async {
            begun.notified().await;
            self.head().await
        };
        let (models, head) = both(Box::pin(models), Box::pin(head)).await;
        Ok((models?, head?))
    }

    async fn models_once(&self, begun: &Notify) -> Result<Arc<Vec<LoadedModel>>, Arc<Error>> {
        let mut stages = Vec::new();
        let own = &mut stages;
        let find = move || async move { self.find_models(own, begun).await.map(Arc::new) };
        let models = self.suite().shared.models.get_or_init(find).await.clone();
        // Those who wait for the models need not wait for the databases to go.
        for stage in stages {
            stage.close(false).await;
        }
        models
    }

    /// Tells when it has begun to load, and leaves the stages on which it has.
    async fn find_models(
        &self,
        stages: &mut Vec<Stage>,
        begun: &Notify,
    ) -> Result<Vec<LoadedModel>, Arc<Error>> {
        let mut deposit = self.deposit(Kind::Models).await;
        if let Some(left) = deposit.as_mut().and_then(|(_, deposit)| deposit.read()) {
            return Ok(left);
        }
        let models = self.load_models(stages, begun).await?;
        if let Some((content, deposit)) = deposit
            && self.still(content)
        {
            deposit.fill(&models);
        }
        Ok(models)
    }

    async fn load_models(
        &self,
        stages: &mut Vec<Stage>,
        begun: &Notify,
    ) -> Result<Vec<LoadedModel>, Arc<Error>> {
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
            let mut stage = Stage::bare(self, "model").await.map_err(Arc::new)?;
            begun.notify_one();
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
        let mut set_aside = Vec::new();
        let mut scratch =
            Scratch::new(stage.conn(), &self.suite().manifest_dir, isolation, &mut set_aside);
        let loaded = match &script {
            Some(script) => model::load_text(&whole.name(), script, &mut scratch).await,
            None => whole.load(scratch).await,
        };
        loaded?;
        // The model may have set `search_path` and more, as `pg_dump` does.
        stage.reconnect().await?;
        let catalog = stage.catalog(self).await?;
        Ok(LoadedModel { name: whole.name(), file, catalog, set_aside })
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

/// Drives two futures at once, on the thread that waits for both.
async fn both<A, B>(
    mut a: impl Future<Output = A> + Unpin,
    mut b: impl Future<Output = B> + Unpin,
) -> (A, B) {
    let (mut first, mut second) = (None, None);
    poll_fn(|cx| {
        if first.is_none()
            && let Poll::Ready(value) = Pin::new(&mut a).poll(cx)
        {
            first = Some(value);
        }
        if second.is_none()
            && let Poll::Ready(value) = Pin::new(&mut b).poll(cx)
        {
            second = Some(value);
        }
        if first.is_some() && second.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let message = "both futures have ended";
    (first.expect(message), second.expect(message))
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
        crate::repair::script(&own)
    } else {
        crate::repair::mend(head, base, &head.diff(base)).script()
    }
}

/// Only the suite that is built elsewhere gets here: the macro sees that a module has no model, and ignores the tests.
const NO_MODEL: &str = "the suite has no model to compare with: give it one with `.model(\"schema.sql\")`, or leave these tests out with `#[gauntlet(skip(\"up_to_date\", \"check_constraints\", \"enum_values\"), reason = \"no model\")]`";

/// The head of a blessed file. It names nothing that could differ between two runs or two servers.
const HEADER: &str = "-- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.\n";
