//! What is new is what is judged: a finding about an object that has shipped is a note.

use std::sync::Arc;

use crate::catalog::{Catalog, ObjectId};
use crate::checks::outcome::CheckError;
use crate::context::{Context, ShippedFound};
use crate::finding::Finding;

/// The kind of the notes that count what was judged.
pub const JUDGED: &str = "judged";

/// Tells objects that have shipped from new ones, and counts.
pub(in crate::checks) struct Judge {
    found: Arc<ShippedFound>,
    /// A deployed database, and head; `None` where nothing is to be judged.
    catalogs: Option<(Arc<Catalog>, Arc<Catalog>)>,
    shipped: usize,
}

impl Judge {
    /// `None` where the suite does not say what has shipped: everything is judged. `needed` says whether there is an
    /// object to judge; without one no database is needed.
    pub(in crate::checks) async fn of(
        cx: &Context<'_>,
        needed: bool,
    ) -> Result<Option<Judge>, CheckError> {
        let Some(found) = cx.shipped().map_err(CheckError::Shared)? else { return Ok(None) };
        let catalogs = if needed {
            let shipped = cx.at_shipped(&found).await.map_err(CheckError::Shared)?;
            Some((shipped, cx.head().await.map_err(CheckError::Shared)?))
        } else {
            None
        };
        Ok(Some(Judge { found, catalogs, shipped: 0 }))
    }

    /// Whether an object has shipped, and counts it if it has.
    pub(in crate::checks) fn has_shipped(&mut self, id: &ObjectId) -> bool {
        let shipped =
            self.catalogs.as_ref().is_some_and(|(shipped, head)| has_shipped(shipped, head, id));
        self.shipped += usize::from(shipped);
        shipped
    }

    /// The note that says how much was judged.
    pub(in crate::checks) fn note(&self) -> Finding {
        let versions = match self.found.new.len() {
            0 => "no version is new".to_owned(),
            1 => "judged 1 new version".to_owned(),
            n => format!("judged {n} new versions"),
        };
        let old = match self.shipped {
            0 => String::new(),
            1 => "; 1 object that has shipped is only noted".to_owned(),
            n => format!("; {n} objects that have shipped are only noted"),
        };
        Finding::note(JUDGED, format!("{versions}{old}"))
    }
}

/// Whether an object has shipped, also where the table that it belongs to was renamed since: that one is gone at head.
fn has_shipped(shipped: &Catalog, head: &Catalog, id: &ObjectId) -> bool {
    let exists = |catalog: &Catalog, of: &ObjectId| {
        catalog.objects.keys().any(|known| {
            known.parent.is_none()
                && known.schema == of.schema
                && Some(&known.name) == of.parent.as_ref()
        })
    };
    let renamed = |known: &ObjectId| {
        known.kind == id.kind
            && known.schema == id.schema
            && known.name == id.name
            && known.parent.is_some()
            && !exists(head, known)
    };
    shipped.get(id).is_some()
        || id.parent.is_some() && !exists(shipped, id) && shipped.objects.keys().any(renamed)
}
