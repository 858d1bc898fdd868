//! Remembered answers of programs: starting `postgres --version` takes longer than joining a server.
//!
//! A cache of one line for each file and question, valid while the file is the same. A crate for on-disk caches would add
//! eviction, locks and a format, none of which this needs, to what every user compiles.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::server::digest::digest;

/// A directory of answers, each valid as long as its program stays the same file.
#[derive(Debug, Clone)]
pub(in crate::server) struct Memo {
    directory: PathBuf,
}

impl Memo {
    /// Answers in `directory`, which is created with the first of them.
    pub(in crate::server) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// The answer of `program` to `question`: the remembered one, else that of `ask`. Errors are not remembered.
    pub(in crate::server) fn recall<E>(
        &self,
        program: &Path,
        question: &str,
        ask: impl FnOnce() -> Result<String, E>,
    ) -> Result<String, E> {
        let Ok(path) = self.path(program, question) else { return ask() };
        if let Ok(answer) = fs::read_to_string(&path)
            && let Some(answer) = answer.strip_suffix('\n')
        {
            return Ok(answer.to_owned());
        }
        let answer = ask()?;
        // The line's end shows that it was written whole. Where it cannot be kept, it is asked for again.
        drop(
            fs::create_dir_all(&self.directory)
                .and_then(|()| fs::write(&path, format!("{answer}\n"))),
        );
        Ok(answer)
    }

    fn path(&self, program: &Path, question: &str) -> io::Result<PathBuf> {
        let metadata = fs::metadata(program)?;
        let stamp = format!(
            "{} {} {}.{} {}.{}",
            metadata.ino(),
            metadata.len(),
            metadata.mtime(),
            metadata.mtime_nsec(),
            metadata.ctime(),
            metadata.ctime_nsec()
        );
        let digest = digest(&[&program.to_string_lossy(), question, &stamp]);
        Ok(self.directory.join(format!("{digest:016x}")))
    }
}
