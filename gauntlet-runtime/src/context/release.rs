//! The program that is deployed: which versions it has applied, and its queries.

use std::sync::Arc;

use super::context::Context;
use super::shipped::{self, Found};
use crate::error::Error;
use crate::history::shipped::{Shipped, ShippedBy};
use crate::queries::{self, QueryError};

/// The program that is deployed.
#[derive(Debug)]
pub(crate) struct Release {
    /// The versions that it has applied.
    pub(crate) shipped: Arc<Found>,
    /// Its queries.
    pub(crate) queries: queries::Found,
}

impl Context<'_> {
    /// The program at the git ref that is deployed; `None` where the suite names none.
    ///
    /// # Errors
    ///
    /// When git cannot answer, or what it has cannot be read.
    pub(crate) fn release(&self) -> Result<Option<Release>, Arc<Error>> {
        let settings = self.settings();
        let Some(reference) = settings.release() else { return Ok(None) };
        let shipped = match (&settings.compat, self.settings().shipped.as_ref()) {
            (Some(_), declared) => {
                let by = ShippedBy::Git(reference.to_owned());
                let folder = declared.and_then(|declared| declared.folder.clone());
                let declared = Shipped { by, folder, healed: Vec::new() };
                let found = shipped::find(&declared, settings, self.project());
                Some(Arc::new(found.map_err(|error| Arc::new(Error::Shipped(error)))?))
            }
            (None, _) => self.shipped()?,
        };
        let Some(shipped) = shipped else { return Ok(None) };
        let queries = self.old_queries(reference);
        let queries = queries.map_err(|error| Arc::new(Error::Queries(error)))?;
        Ok(Some(Release { shipped, queries }))
    }

    fn old_queries(&self, reference: &str) -> Result<queries::Found, QueryError> {
        let settings = self.settings();
        let (rules, except) = (&settings.queries, &settings.queries_excepted);
        queries::at_commit(&settings.manifest_dir, &settings.env, reference, rules, except)
    }
}
