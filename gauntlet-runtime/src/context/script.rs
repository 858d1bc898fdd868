//! The schema at head as SQL: what `GAUNTLET_BLESS=1` writes.

use std::sync::Arc;

use super::context::Context;
use crate::catalog::{Catalog, Object, ObjectId};
use crate::error::{Error, Result};
use crate::repair::{self, ScriptOptions};

impl Context<'_> {
    /// The schema at head as SQL, without what base has already.
    ///
    /// # Errors
    ///
    /// When the history does not apply.
    pub async fn script(&self) -> Result<Arc<str>, Arc<Error>> {
        self.server().await.map_err(Arc::new)?;
        self.shared()
            .script
            .get_or_init(|| async {
                let head = self.head().await?;
                self.write_script(LEADS, &head).await.map(Arc::from).map_err(Arc::new)
            })
            .await
            .clone()
    }

    /// A schema as SQL, without what base has already. `which` ends the sentence `The schema …` in its first line.
    pub(crate) async fn write_script(&self, which: &str, head: &Catalog) -> Result<String> {
        let mut stage = self.stage_below_the_baseline("base").await?;
        let base = stage.catalog().await;
        stage.close(false).await;
        let base = base?;
        let script = beyond(&base, head);
        let script = if script.is_empty() { EMPTY } else { &script };
        Ok(format!("-- The schema {which}. {BLESSED}\n\n{script}"))
    }
}

/// The SQL that turns base into head. Where the migrations do not touch what base has, it is head without that.
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
        // Owners are compared with the model, so they are part of it.
        repair::script_with(&own, ScriptOptions::default().owners(true))
    } else {
        repair::mend(head, base, &head.diff(base)).script()
    }
}

/// Which schema a blessed model holds.
const LEADS: &str = "to which the migrations lead";

/// The first line of a blessed file, which names nothing that could differ between two runs or two servers.
const BLESSED: &str = "Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.";

/// The text for migrations that lead to nothing: a file without a statement is taken for one that was forgotten.
const EMPTY: &str = "-- The schema is empty.\nSELECT;\n";
