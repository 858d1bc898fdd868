//! Writing the model's SQL file from head.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::ModelError;

/// The result of `GAUNTLET_BLESS=1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Blessed {
    /// The file holds something new.
    Written(PathBuf),
    /// The file held this already, and was not touched.
    Same(PathBuf),
}

/// Writes a model's file, whole or not at all: another process reads the old text or the new one.
pub(crate) fn write(manifest_dir: &Path, file: &Path, text: &str) -> Result<Blessed, ModelError> {
    let path = manifest_dir.join(file);
    if fs::read_to_string(&path).is_ok_and(|old| old == text) {
        return Ok(Blessed::Same(file.to_owned()));
    }
    let failed = |source| ModelError::Write { file: file.display().to_string(), source };
    replace(&path, text).map_err(failed)?;
    Ok(Blessed::Written(file.to_owned()))
}

/// Replaces a file, whole or not at all.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link stays one: what it leads to is written.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = folder.join(format!(".{name}.{}", uuid::Uuid::new_v4().simple()));
    let written = (|| {
        let mut out = fs::File::create_new(&new)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        if let Ok(old) = fs::metadata(&path) {
            fs::set_permissions(&new, old.permissions())?;
        }
        fs::rename(&new, &path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = std::env::temp_dir().join(format!("gauntlet-bless-{}", uuid::Uuid::new_v4()));
        let file = Path::new("db/schema.sql");
        assert_eq!(write(&folder, file, "a").unwrap(), Blessed::Written(file.into()));
        assert_eq!(write(&folder, file, "a").unwrap(), Blessed::Same(file.into()));
        assert_eq!(write(&folder, file, "b").unwrap(), Blessed::Written(file.into()));
        assert_eq!(fs::read_to_string(folder.join(file)).unwrap(), "b");
        assert_eq!(fs::read_dir(folder.join("db")).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }
}
