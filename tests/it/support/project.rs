//! A crate's folder with migrations, written from one text.

use std::path::{Path, PathBuf};

use gauntlet_runtime::suite::Suite;
use tempfile::TempDir;

use super::oracle::on_all_servers;

/// A folder that is gone when the test ends.
#[derive(Debug)]
pub(crate) struct Project {
    /// Of the crate.
    path: PathBuf,
    /// Holds the crate.
    _folder: TempDir,
}

impl Project {
    /// Writes files. Each begins with a line `--- name`, where `name` is one in `migrations/`, or with a leading `/` one
    /// in the crate's own folder. What stands between two such lines is the file, to the byte.
    #[track_caller]
    pub(crate) fn new(files: &str) -> Project {
        let folder = tempfile::Builder::new().prefix("gauntlet-test").tempdir().unwrap();
        if on_all_servers() {
            // Servers from npm are found from a crate's folder and above.
            let servers = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules");
            std::os::unix::fs::symlink(servers, folder.path().join("node_modules")).unwrap();
        }
        let project = Project { path: folder.path().join("crate"), _folder: folder };
        std::fs::create_dir_all(project.path().join("migrations")).unwrap();
        let mut parts = files.trim_start().split("--- ");
        assert_eq!(parts.next(), Some(""), "the first line has to name a file");
        for part in parts {
            let (name, text) = part.split_once('\n').unwrap_or((part, ""));
            project.write(name.trim(), text.as_bytes());
        }
        project
    }

    /// Writes one file, named as in [`new`](Self::new).
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = match name.strip_prefix('/') {
            Some(name) => self.path().join(name),
            None => self.path().join("migrations").join(name),
        };
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// The same files in another folder.
    pub(crate) fn copy(&self) -> Project {
        let copy = Project::new("--- /.copy\n");
        for folder in ["", "migrations"] {
            for entry in std::fs::read_dir(self.path().join(folder)).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_file() {
                    let to = copy.path().join(folder).join(entry.file_name());
                    std::fs::copy(entry.path(), to).unwrap();
                }
            }
        }
        copy
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The suite that a person would declare in this crate, on the server of this run.
    pub(crate) fn suite(&self) -> Suite {
        let folder: PathBuf = self.path().to_owned();
        let suite = Suite::new("tests::migrations", folder).db(super::embedded());
        if self.path().join("setup.sql").exists() { suite.setup("setup.sql") } else { suite }
    }
}
