//! Databases at some version that tests get a copy of.
//!
//! On the embedded server the processes of its user share them, where the content follows from the scripts alone, and later
//! runs find them again (see [`Original`]). Otherwise each is made once a process and content. On the embedded server such a
//! one stays for the life of the process and goes with the server. On another one it goes when the last test that uses a copy
//! has ended, so that nothing is left behind there.

use std::sync::{Arc, PoisonError, Weak};

use tokio::sync::Mutex;

use super::shared_head::SharedHead;
use super::stage::Stage;
use super::stages::Stages;
use super::template::Template;
use crate::error::Result;
use crate::isolation::{Found, Isolation, Making, Original};
use crate::server::digest;

/// How often an original may go in the moment in which it is to be copied.
const ATTEMPTS: usize = 3;

/// The database of one content, while it exists.
#[derive(Debug, Default)]
struct Slot(Mutex<Option<Head>>);

/// A database of which copies are made.
#[derive(Debug)]
enum Head {
    /// Processes share it.
    Shared(Arc<SharedHead>),
    /// It belongs to this process.
    Own(Template),
}

/// What is known of a content: the slot, and whether it has to stay.
struct Entry {
    content: u64,
    slot: Weak<Slot>,
    #[expect(dead_code, reason = "it is held, not used")]
    stays: Option<Arc<Slot>>,
}

static HEADS: std::sync::Mutex<Vec<Entry>> = std::sync::Mutex::new(Vec::new());

/// Keeps the database from which a copy was made, for the tests that come while this one runs.
#[derive(Debug, Clone)]
pub struct HeadLease(#[expect(dead_code, reason = "it is held, not used")] Arc<Slot>);

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

impl Stages {
    /// A stage at which some versions are applied and no seed is planted: a copy of a database that was made once for this
    /// content, where the server can copy it.
    ///
    /// # Errors
    ///
    /// When a version does not apply, or the database cannot be made.
    pub(crate) async fn migrated(
        &self,
        source: &HeadSource<'_>,
        label: &str,
    ) -> Result<(Stage, Option<HeadLease>)> {
        let versions = source.versions;
        let copies =
            versions > 0 && self.makes(Isolation::Database) && self.changes_nothing_of_the_server();
        let shares = copies && self.server().directory().is_some() && self.follows_from_scripts();
        let used_again = shares || (copies && !source.alone);
        let Some(content) = used_again.then(|| (source.content)()).flatten() else {
            return Ok((self.climb(versions, label).await?, None));
        };
        let slot = self.slot(content);
        let mut again = false;
        for _ in 0..ATTEMPTS {
            let mut place = slot.0.lock().await;
            let head = if let Some(head) = place.take() {
                head
            } else {
                let shared = shares.then_some((content, again));
                Box::pin(self.head(source, shared)).await?
            };
            let shared = match place.insert(head) {
                Head::Own(template) => {
                    let mut stage = template.copy(label).await?;
                    self.take_over(&mut stage);
                    drop(place);
                    return Ok((stage, Some(HeadLease(slot))));
                }
                Head::Shared(shared) => Arc::clone(shared),
            };
            // Others may copy it at the same time.
            drop(place);
            if let Some(stage) = self.copy_of(&shared, versions, label).await? {
                return Ok((stage, Some(HeadLease(slot))));
            }
            let gone =
                |head: &mut Head| matches!(head, Head::Shared(it) if Arc::ptr_eq(it, &shared));
            drop(slot.0.lock().await.take_if(gone));
            again = true;
        }
        Ok((self.climb(versions, label).await?, None))
    }

    /// Finds or makes the database of which copies are made: one that processes share, if a content is given.
    async fn head(&self, source: &HeadSource<'_>, shared: Option<(u64, bool)>) -> Result<Head> {
        let place = match shared {
            Some((content, again)) => Original::find(self.server(), content, again).await?,
            None => None,
        };
        let (making, content): (Option<Making>, _) = match place {
            Some(Found::Made(original)) => {
                return Ok(Head::Shared(Arc::new(SharedHead::new(original))));
            }
            Some(Found::Missing(making)) => (Some(making), shared.map(|(content, _)| content)),
            None => (None, None),
        };
        let template = Template::freeze(self.climb(source.versions, "migrated").await?).await?;
        let Some(making) = making.filter(|_| (source.content)() == content) else {
            return Ok(Head::Own(template));
        };
        match template.into_sandbox() {
            Ok((sandbox, statements)) => {
                let original = making.publish(sandbox, statements).await?;
                Ok(Head::Shared(Arc::new(SharedHead::new(original))))
            }
            Err(template) => Ok(Head::Own(template)),
        }
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
        heads.retain(|entry| entry.slot.strong_count() > 0);
        let found = heads.iter().find(|entry| entry.content == content);
        if let Some(slot) = found.and_then(|entry| entry.slot.upgrade()) {
            return slot;
        }
        let slot = Arc::new(Slot::default());
        let kept = self.server().is_embedded().then(|| Arc::clone(&slot));
        heads.push(Entry { content, slot: Arc::downgrade(&slot), stays: kept });
        slot
    }
}
