//! The new versions as one release.
//!
//! Where a version has changed the shape of a table, rows are made before the next one, as a program writes them that knows the
//! new shape. A deployed database that gets all new versions at once has none of them. So what fails on them is tried
//! once more on the rows that were there before the first new version; what is not found there is a note.

use super::walk::Walk;
use crate::checks::parts::new_versions::NewVersions;
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::history::Migration;

impl Walk<'_, '_> {
    /// Makes notes of what is found at a place of the order only with rows that were made between two new versions.
    pub(super) async fn as_one_release(
        &mut self,
        versions: &NewVersions<'_>,
        place: usize,
        found: &mut [Finding],
    ) -> Result<()> {
        let one_by_one = self.cx.settings().populated.all;
        if one_by_one || !self.made_between || !found.iter().any(Finding::is_failure) {
            return Ok(());
        }
        if let Some(again) = self.on_rows_of_before(versions, place).await? {
            for finding in found.iter_mut().filter(|finding| finding.is_failure()) {
                let same = |one: &&Finding| one.is_failure() && one.kind == finding.kind;
                if let Some(one) = again.iter().find(same) {
                    // With rows that are there.
                    *finding = one.clone();
                    continue;
                }
                finding.severity = Severity::Note;
                finding.help.clear();
                finding.facts.push(
                    "no deployed database has such rows yet: it matters where the new versions are deployed one by one"
                        .into(),
                );
            }
        }
        self.restart(place + 1).await
    }

    /// What is found at a place of the order with the rows of before the first new version. `None` where they do not come so
    /// far, or seeds say what the rows are on the way.
    async fn on_rows_of_before(
        &mut self,
        versions: &NewVersions<'_>,
        place: usize,
    ) -> Result<Option<Vec<Finding>>> {
        let old = versions.old.len();
        let way: &[&Migration] = &versions.new[..=place - old];
        let [before @ .., last] = way else { return Ok(None) };
        self.restart(old).await?;
        if way.iter().any(|migration| self.stage.has_seeds_due(migration) != (false, false)) {
            return Ok(None);
        }
        self.bring_old_rows(&versions.old).await?;
        self.fill().await?;
        for migration in before {
            match self.stage.apply(migration).await {
                Ok(step) if !step.open => {}
                Err(error) if error.companion.is_some() => return Err(Error::from(error)),
                Ok(_) | Err(_) => return Ok(None),
            }
        }
        self.judge_here(place, last, false).await.map(Some)
    }
}
