//! Databases at some version that tests get a copy of: each is made once a process and content.
//!
//! On the embedded server they stay for the life of the process and go with the server. On another one they go when the
//! last test that uses a copy has ended, so that nothing is left behind there.

use std::sync::{Arc, PoisonError, Weak};

use tokio::sync::Mutex;

use super::stage::Stage;
use super::stages::Stages;
use super::template::Template;
use crate::error::Result;
use crate::isolation::Isolation;

/// The database of one content, while it exists.
#[derive(Debug, Default)]
struct Slot(Mutex<Option<Template>>);

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

impl Stages {
    /// A stage at which this many versions are applied and no seed is planted: a copy of a database that the process has
    /// made once for this content, where the server can copy it.
    ///
    /// # Errors
    ///
    /// When a version does not apply, or the database cannot be made.
    pub(crate) async fn migrated(
        &self,
        versions: usize,
        content: Option<u64>,
        label: &str,
    ) -> Result<(Stage, Option<HeadLease>)> {
        let copies = self.makes(Isolation::Database) && self.changes_nothing_of_the_server();
        let Some(content) = content.filter(|_| copies && versions > 0) else {
            return Ok((self.climb(versions, label).await?, None));
        };
        let slot = slot(content, self.server().is_embedded());
        let mut template = slot.0.lock().await;
        let made = match template.take() {
            Some(made) => made,
            None => Template::freeze(self.climb(versions, "migrated").await?).await?,
        };
        let mut stage = template.insert(made).copy(label).await?;
        self.take_over(&mut stage);
        drop(template);
        Ok((stage, Some(HeadLease(slot))))
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
}

/// The slot of a content.
fn slot(content: u64, stays: bool) -> Arc<Slot> {
    let mut heads = HEADS.lock().unwrap_or_else(PoisonError::into_inner);
    heads.retain(|entry| entry.slot.strong_count() > 0);
    if let Some(slot) = heads.iter().find(|e| e.content == content).and_then(|e| e.slot.upgrade()) {
        return slot;
    }
    let slot = Arc::new(Slot::default());
    let kept = stays.then(|| Arc::clone(&slot));
    heads.push(Entry { content, slot: Arc::downgrade(&slot), stays: kept });
    slot
}
