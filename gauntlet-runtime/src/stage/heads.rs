//! Databases at some version that tests get a copy of.
//!
//! On the embedded server the processes of its user share them, where the content follows from the scripts alone, and later
//! runs find them again (see [`Original`]). Otherwise each is made once a process and content, and stays for the life of the
//! process: on the embedded server it goes with the server, and from another one it is removed before the process ends.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::shared_head::{SharedHead, Source};
use super::stage::Stage;
use super::stages::Stages;
use super::template::Template;
use crate::at_exit::before_exit;
use crate::error::Result;
use crate::isolation::{Found, Isolation, Making, Original};
use crate::server::digest;

/// How often an original may go in the moment in which it is to be copied.
const ATTEMPTS: usize = 3;

/// How long an ascent may take that is rather run twice than have a copy made for a process with a single test.
const SHORT: Duration = Duration::from_millis(300);

/// The database of one content.
#[derive(Debug, Default)]
struct Slot {
    head: Mutex<Option<Arc<SharedHead>>>,
    /// True once a test has asked for a copy.
    begun: AtomicBool,
    /// How many tests are about to get a copy.
    waiting: AtomicUsize,
}

impl Slot {
    fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

static HEADS: std::sync::Mutex<Vec<(u64, Arc<Slot>)>> = std::sync::Mutex::new(Vec::new());

/// What a migrated database follows from.
pub(crate) struct HeadSource<'a> {
    /// The number of versions that are applied in it.
    pub(crate) versions: usize,
    /// True if this process runs no other test.
    pub(crate) alone: bool,
    /// A digest of all that it follows from; `None` where a text cannot be read, which whoever runs it reports. Computed
    /// again before a database is shared, since files may change while it is made.
    pub(crate) content: &'a (dyn Fn() -> Option<u64> + Sync),
}

/// One who is about to get a copy.
struct Waits<'a>(&'a AtomicUsize);

impl Waits<'_> {
    fn new(count: &AtomicUsize) -> Waits<'_> {
        count.fetch_add(1, Ordering::Relaxed);
        Waits(count)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What came of the search for a database of which copies are made.
enum Made {
    Head(SharedHead),
    /// A stage that the test may have itself; `None` where no copies can be made.
    Stage(Option<Stage>),
}

impl Stages {
    /// A stage at which some versions are applied and no seed is planted: a copy of a database that was made once for this
    /// content, where the server can copy it.
    ///
    /// # Errors
    ///
    /// When a version does not apply, or the database cannot be made.
    pub(crate) async fn migrated(&self, source: &HeadSource<'_>, label: &str) -> Result<Stage> {
        let versions = source.versions;
        let copies =
            versions > 0 && self.makes(Isolation::Database) && self.changes_nothing_of_the_server();
        let shares = copies && self.server().directory().is_some() && self.follows_from_scripts();
        let used_again = shares || (copies && !source.alone);
        let Some(content) = used_again.then(|| (source.content)()).flatten() else {
            return self.climb(versions, label).await;
        };
        let slot = self.slot(content);
        let waits = Waits::new(&slot.waiting);
        let copied = Box::pin(self.copied(&slot, source, shares.then_some(content), label)).await;
        drop(waits);
        match copied? {
            Some(stage) => Ok(stage),
            None => self.climb(versions, label).await,
        }
    }

    /// A copy of the database of a content, which processes share where the content is given. `None` where there is none to
    /// copy.
    async fn copied(
        &self,
        slot: &Slot,
        source: &HeadSource<'_>,
        shared: Option<u64>,
        label: &str,
    ) -> Result<Option<Stage>> {
        let mut again = false;
        for _ in 0..ATTEMPTS {
            let mut place = slot.head.lock().await;
            let head = match &*place {
                Some(head) => Arc::clone(head),
                None => match self.head(slot, source, shared, again, label).await? {
                    Made::Head(head) => Arc::clone(place.insert(Arc::new(head))),
                    Made::Stage(stage) => return Ok(stage),
                },
            };
            // Others may copy it at the same time.
            drop(place);
            if let Some(stage) = self.copy_of(&head, source.versions, label, slot.waiting()).await?
            {
                return Ok(Some(stage));
            }
            let gone = |place: &mut Arc<SharedHead>| Arc::ptr_eq(place, &head);
            drop(slot.head.lock().await.take_if(gone));
            again = true;
        }
        Ok(None)
    }

    /// Finds or makes the database of which copies are made: one that processes share, if a content is given.
    async fn head(
        &self,
        slot: &Slot,
        source: &HeadSource<'_>,
        shared: Option<u64>,
        again: bool,
        label: &str,
    ) -> Result<Made> {
        let place = match shared {
            Some(content) => Original::find(self.server(), content, again).await?,
            None => None,
        };
        let making: Option<Making> = match place {
            Some(Found::Made(original)) => {
                return Ok(Made::Head(SharedHead::new(Source::Shared(original))));
            }
            Some(Found::Missing(making)) => Some(making),
            None => None,
        };
        let (first, begin) = (!slot.begun.swap(true, Ordering::Relaxed), Instant::now());
        let label = if making.is_some() { "migrated" } else { label };
        let stage = self.climb(source.versions, label).await?;
        let others = slot.waiting() > 1;
        if making.is_none() && first && !others && begin.elapsed() < SHORT {
            return Ok(Made::Stage(Some(stage)));
        }
        let (sandbox, statements) = match Template::freeze(stage).await?.into_sandbox() {
            Ok(parts) => parts,
            Err(template) => {
                template.close().await;
                return Ok(Made::Stage(None));
            }
        };
        let original = match making.filter(|_| (source.content)() == shared) {
            Some(making) => Source::Shared(making.publish(sandbox, statements).await?),
            None => Source::Own(sandbox, statements),
        };
        Ok(Made::Head(SharedHead::new(original)))
    }

    async fn climb(&self, versions: usize, label: &str) -> Result<Stage> {
        let mut stage = self.without_seeds(label).await?;
        let up = async {
            for migration in &self.migrations()[..versions] {
                stage.apply(migration).await?;
            }
            stage.end_run().await
        };
        match up.await {
            Ok(()) => Ok(stage),
            Err(error) => {
                stage.close(true).await;
                Err(error)
            }
        }
    }

    /// The slot of a content on this server.
    fn slot(&self, content: u64) -> Arc<Slot> {
        let place = self.server().url("", None);
        let content = digest(&[&place, &content.to_string()]);
        let mut heads = HEADS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, slot)) = heads.iter().find(|(known, _)| *known == content) {
            return Arc::clone(slot);
        }
        let slot = Arc::new(Slot::default());
        if !self.server().is_embedded() {
            let slot = Arc::clone(&slot);
            before_exit(Box::pin(async move { drop(slot.head.lock().await.take()) }));
        }
        heads.push((content, Arc::clone(&slot)));
        slot
    }
}
