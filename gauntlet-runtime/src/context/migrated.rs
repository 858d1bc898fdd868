//! The database of a test that wants one with migrations applied.

use super::context::Context;
use super::handover::program;
use super::project::Project;
use super::settings::Settings;
use crate::error::Result;
use crate::regular_file;
use crate::server::digest;
use crate::stage::{HeadSource, Stage};

impl Context<'_> {
    /// A stage at which this many versions are applied; see [`Stages::migrated`](crate::stage::Stages).
    ///
    /// # Errors
    ///
    /// When a version does not apply, or the database cannot be made.
    pub(crate) async fn migrated(&self, versions: usize, label: &str) -> Result<Stage> {
        let (settings, project) = (self.settings(), self.project());
        let stages = self.stages().await?;
        let source = HeadSource {
            versions,
            // nextest runs a process a test.
            alone: settings.env.nextest_run().is_some(),
            content: &|| content(settings, project, versions),
        };
        stages.migrated(&source, label).await
    }
}

/// A digest of all that a migrated database follows from. `None` where a text cannot be read.
fn content(settings: &Settings, project: &Project, versions: usize) -> Option<u64> {
    let engine = &settings.engine;
    let mut parts = vec![
        env!("CARGO_PKG_VERSION").to_owned(),
        format!("{} {:?} {:?}", engine.name(), engine.tables(), engine.schemas()),
        format!("{:?} {:?} {:?}", settings.isolation, settings.as_role, settings.setup),
    ];
    for engine in std::iter::once(engine).chain(engine.parts().iter().map(|part| &part.engine)) {
        let file = engine.settings_file();
        parts.push(file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default());
    }
    if !engine.follows_from_scripts() {
        parts.push(program(settings.env.program()?).ok()?);
    }
    if let Some(setup) = &settings.setup {
        parts.push(regular_file::read_to_string(&settings.manifest_dir.join(setup)).ok()?);
    }
    if let Some(laid) = &project.stage.baseline {
        parts.push(format!("{} {}", laid.file.display(), laid.at));
        parts.push(laid.text(&settings.manifest_dir).ok()?);
    }
    parts.push(project.digest_of(versions).to_string());
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Some(digest(&parts))
}
