//! The baseline: a SQL file that stands for the versions up to one of them.

use std::path::{Path, PathBuf};

use crate::driver::PgConnection;
use crate::engines::Runner;
use crate::error::{Error, Result};
use crate::history::{History, Migration, VersionId};
use crate::isolation::Sandbox;
use crate::model::{self, Scratch, SetAside};
use crate::regular_file;

/// A SQL file that makes the schema of the versions up to one of them, so that a new database starts from it: what a
/// history is squashed into.
///
/// Each test starts from the file, with those versions recorded as applied, and judges the versions above. `single_head`
/// compares the file with what the versions make, while they still exist.
///
/// ```
/// # use gauntlet_runtime as gauntlet;
/// use gauntlet::stage::Baseline;
///
/// let named = Baseline::new("baseline/20240105_schema.sql"); // up to 20240105
/// let said = Baseline::new("schema_2024.sql").at(20240105);
/// # let _ = (named, said);
/// ```
#[derive(Debug, Clone)]
pub struct Baseline {
    file: PathBuf,
    at: Option<VersionId>,
}

impl Baseline {
    /// The schema in this file, relative to the crate's folder. The number at the beginning of the file's name is the last
    /// version that it stands for, unless [`at`](Self::at) names one.
    pub fn new(file: impl Into<PathBuf>) -> Baseline {
        Baseline { file: file.into(), at: None }
    }

    /// The last version that the file stands for.
    #[must_use]
    pub fn at(mut self, version: impl Into<VersionId>) -> Baseline {
        self.at = Some(version.into());
        self
    }

    /// The last version that the file stands for, or what is wrong.
    fn version(&self) -> Result<VersionId, String> {
        if let Some(version) = &self.at {
            return Ok(version.clone());
        }
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<i64>().map(VersionId::from).map_err(|_| {
            let file = self.file.display();
            format!(
                "`baseline`: the name of {file} does not begin with a version; say up to which one it goes: `baseline(file = \"{file}\", at = 20240105)`"
            )
        })
    }
}

impl<P: Into<PathBuf>> From<P> for Baseline {
    fn from(file: P) -> Baseline {
        Baseline::new(file)
    }
}

/// A baseline, with what it stands for.
#[derive(Debug)]
pub(crate) struct Laid {
    /// The file, as the user wrote it.
    pub(crate) file: PathBuf,
    /// The last version that it stands for.
    pub(crate) at: VersionId,
    /// The versions that it stands for and that still exist.
    pub(crate) stands_for: Vec<Migration>,
}

impl Laid {
    /// The versions that a baseline stands for, and the history above it.
    pub(crate) fn of(declared: &Baseline, history: &History) -> Result<(Laid, History), String> {
        let at = declared.version()?;
        let (stands_for, above) = history.cut_at(&at);
        Ok((Laid { file: declared.file.clone(), at, stands_for }, above))
    }

    /// Returns true if this is one of the versions that the baseline stands for.
    pub(crate) fn holds(&self, version: &VersionId) -> bool {
        self.stands_for.iter().any(|migration| migration.id().matches(version))
    }

    /// The text of the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(crate) fn text(&self, manifest_dir: &Path) -> Result<String> {
        regular_file::read_to_string(&manifest_dir.join(&self.file)).map_err(|error| {
            let written = if self.stands_for.is_empty() {
                String::new()
            } else {
                format!(
                    "\n  help: GAUNTLET_BLESS=1 cargo test single_head writes it from the versions up to {}",
                    self.at
                )
            };
            Error::Baseline(format!("failed to read the baseline {}: {error}{written}", self.file.display()))
        })
    }
}

/// Makes the schema of the baseline, as the role that runs the migrations. Returns the statements that were set aside.
pub(super) async fn lay(
    laid: &Laid,
    manifest_dir: &Path,
    sandbox: &Sandbox,
) -> Result<Vec<SetAside>> {
    let text = laid.text(manifest_dir)?;
    let mut conn = sandbox.connect().await?;
    let mut set_aside = Vec::new();
    let place = (sandbox.isolation(), &**sandbox.server());
    let mut scratch = Scratch::new(&mut conn, manifest_dir, place, &mut set_aside);
    model::load_text(&laid.file.display().to_string(), &text, &mut scratch)
        .await
        .map_err(|error| Error::Baseline(error.about("the baseline")))?;
    Ok(set_aside)
}

/// Records the versions that the baseline stands for as applied, except for those that it has recorded itself.
pub(super) async fn record(laid: &Laid, engine: &Runner, conn: &mut PgConnection) -> Result<()> {
    let failed =
        |error| Error::Baseline(format!("failed to record the versions of the baseline: {error}"));
    let applied = engine.applied(conn).await.map_err(failed)?;
    let missing =
        laid.stands_for.iter().filter(|one| !applied.iter().any(|id| one.id().matches(id)));
    for migration in missing {
        engine.mark_applied(conn, migration).await.map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_said_or_begins_the_name() {
        let version = |baseline: Baseline| baseline.version().map(|version| version.to_string());
        assert_eq!(version(Baseline::new("db/20240105_schema.sql")), Ok("20240105".to_owned()));
        assert_eq!(version(Baseline::new("db/7_a.sql").at(5)), Ok("5".to_owned()));
        assert_eq!(
            version(Baseline::new("db/schema.sql")),
            Err("`baseline`: the name of db/schema.sql does not begin with a version; say up to which one it goes: `baseline(file = \"db/schema.sql\", at = 20240105)`".to_owned())
        );
    }
}
