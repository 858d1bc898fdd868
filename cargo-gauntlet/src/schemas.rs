//! Schemas as the command line names them: a SQL file, a folder of migrations, a database.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use gauntlet_runtime::Suite;
use gauntlet_runtime::catalog::Catalog;
use gauntlet_runtime::sql;

use crate::failure::Failure;

/// A schema.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// A database, by its URL.
    Database(String),
    /// A SQL file.
    File(PathBuf),
    /// A folder of migrations, at head or at a version.
    Folder { folder: PathBuf, version: Option<String> },
}

/// Whether a text of the command line is the URL of a database.
pub(crate) fn is_url(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}

impl Given {
    /// The schema of this text; a relative path starts at `base`.
    pub(crate) fn parse(text: &str, base: &Path) -> Result<Given, Failure> {
        if is_url(text) {
            return Ok(Given::Database(text.to_owned()));
        }
        let whole = base.join(text);
        if whole.is_dir() {
            return Ok(Given::Folder { folder: whole, version: None });
        }
        if whole.exists() {
            return Ok(Given::File(whole));
        }
        if let Some((folder, version)) = text.rsplit_once('@')
            && base.join(folder).is_dir()
        {
            let version = Some(version.to_owned());
            return Ok(Given::Folder { folder: base.join(folder), version });
        }
        Err(Failure::Usage(format!(
            "{text} is neither a file, nor a folder of migrations, nor a URL that begins with postgres://"
        )))
    }

    /// Whether both are versions of one folder.
    pub(crate) fn same_history(&self, other: &Given) -> bool {
        match (self, other) {
            (Given::Folder { folder, .. }, Given::Folder { folder: of_other, .. }) => {
                folder == of_other
            }
            _ => false,
        }
    }

    /// Reads the schema. `suite` makes a suite with the settings of the run; its server runs what a file or folder holds.
    pub(crate) async fn read(
        &self,
        suite: impl Fn() -> Result<Suite, Failure>,
    ) -> Result<Catalog, Failure> {
        Ok(match self {
            Given::Database(url) => suite()?.schema_of_database(url).await?,
            Given::File(file) => of_file(suite()?, file).await?,
            Given::Folder { folder, version } => {
                suite()?.migrations(folder.clone()).schema_at(version.as_deref()).await?
            }
        })
    }
}

/// Reads the schema of a file, and tells what it leaves out.
pub(crate) async fn of_file(suite: Suite, file: &Path) -> Result<Catalog, Failure> {
    let text = fs::read(file).map_err(Failure::io(format!("read {}", file.display())))?;
    if sql::is_blank(&String::from_utf8_lossy(&text)) {
        return Err(Failure::Usage(format!("{} holds no statement", file.display())));
    }
    let (catalog, roles) = Box::pin(suite.schema_of_file(file)).await?;
    for role in roles {
        // An output that is closed takes no note.
        let _ = writeln!(
            io::stderr(),
            "note: role \"{role}\" does not exist on the server that loads {}, so what it owns and may do is left out",
            file.display()
        );
    }
    Ok(catalog)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_url_a_file_or_a_folder() {
        let base = Path::new(env!("CARGO_MANIFEST_DIR"));
        let given = |text: &str| Given::parse(text, base).unwrap();
        assert_eq!(given("postgres://a/b"), Given::Database("postgres://a/b".to_owned()));
        assert_eq!(given("Cargo.toml"), Given::File(base.join("Cargo.toml")));
        let folder = base.join("src");
        assert_eq!(given("src"), Given::Folder { folder: folder.clone(), version: None });
        let version = Some("20240105".to_owned());
        assert_eq!(given("src@20240105"), Given::Folder { folder, version });
        let missing = Given::parse("nowhere.sql", base).unwrap_err().to_string();
        assert!(missing.starts_with("nowhere.sql is neither a file"), "{missing}");
    }
}
