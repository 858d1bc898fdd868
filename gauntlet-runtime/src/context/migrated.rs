//! The database of a test that wants one with migrations applied.

use super::context::Context;
use crate::error::Result;
use crate::regular_file;
use crate::server::digest;
use crate::stage::{HeadLease, Stage};

impl Context<'_> {
    /// A stage at which this many versions are applied; see [`Stages::migrated`](crate::stage::Stages).
    ///
    /// # Errors
    ///
    /// When a version does not apply, or the database cannot be made.
    pub(crate) async fn migrated(
        &self,
        versions: usize,
        label: &str,
    ) -> Result<(Stage, Option<HeadLease>)> {
        let stages = self.stages().await?;
        let content = self.content(versions).await?;
        stages.migrated(versions, content, label).await
    }

    /// A digest of all that the database follows from. `None` where a text cannot be read, which whoever runs it reports, and
    /// where each test has a process of its own, so that nobody else would use it.
    async fn content(&self, versions: usize) -> Result<Option<u64>> {
        let (settings, project) = (self.settings(), self.project());
        if settings.env.nextest_run().is_some() {
            return Ok(None);
        }
        let server = self.server().await?;
        let mut parts = vec![
            server.url("", None),
            format!("{} {}", settings.engine.name(), settings.engine.tables().join(" ")),
            format!("{:?} {:?}", settings.as_role, settings.setup),
        ];
        if let Some(setup) = &settings.setup {
            match regular_file::read_to_string(&settings.manifest_dir.join(setup)) {
                Ok(text) => parts.push(text),
                Err(_) => return Ok(None),
            }
        }
        if let Some(laid) = &project.stage.baseline {
            parts.push(format!("{} {}", laid.file.display(), laid.at));
            parts.push(laid.text(&settings.manifest_dir)?);
        }
        // Two texts a version.
        parts.extend(project.walk.way_up().take(2 * versions));
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Ok(Some(digest(&parts)))
    }
}
