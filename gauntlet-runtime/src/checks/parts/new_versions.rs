//! The versions that a check of what is new judges, and those that a deployed database has before them.

use crate::checks::outcome::CheckError;
use crate::context::Context;
use crate::error::Error;
use crate::finding::Finding;
use crate::history::Migration;

use super::new_only::JUDGED;

/// The versions of a history, in the order in which a deployed database gets them.
pub(in crate::checks) struct NewVersions<'a> {
    /// What has shipped, whatever the numbers of the new versions are.
    pub(in crate::checks) old: Vec<&'a Migration>,
    pub(in crate::checks) new: Vec<&'a Migration>,
}

impl<'a> NewVersions<'a> {
    /// `all` counts every version as new. `None` where nothing says what is new.
    ///
    /// # Errors
    ///
    /// When what has shipped cannot be found, or the engine does not run the history: a file that cannot be read may be what
    /// is new.
    pub(in crate::checks) fn of(
        cx: &'a Context<'_>,
        all: bool,
    ) -> Result<Option<Self>, CheckError> {
        let found = cx.shipped().map_err(CheckError::Shared)?;
        if !all && found.is_none() {
            return Ok(None);
        }
        cx.whole_history().runnable().map_err(Error::from)?;
        let is_new = |migration: &&Migration| {
            all || found.as_ref().is_some_and(|found| found.is_new(migration.id()))
        };
        let (new, old) = cx.history().migrations().iter().partition(is_new);
        Ok(Some(NewVersions { old, new }))
    }

    /// The note that says how many are judged.
    pub(in crate::checks) fn note(&self) -> Finding {
        let title = match self.new.len() {
            0 => "no version is new".to_owned(),
            1 => "judged 1 new version".to_owned(),
            n => format!("judged {n} new versions"),
        };
        Finding::note(JUDGED, title)
    }
}
