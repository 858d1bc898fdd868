//! The repository that a folder lies in.

use std::path::{Path, PathBuf};

use super::program::Program;
use super::{Attributes, GitError, Tree, reference};
use crate::env::Env;

/// The repository of a folder, and the folder's place in it.
#[derive(Debug)]
pub(crate) struct Repository {
    program: Program,
    /// The top folder of the working tree.
    top: PathBuf,
    /// The folder from the top, with a `/` at its end; empty for the top itself.
    prefix: String,
    shallow: bool,
}

impl Repository {
    /// Finds the repository: that of a worktree or a submodule where the folder lies in one.
    ///
    /// # Errors
    ///
    /// When there is no git, or the folder is in no repository that git reads.
    pub(crate) fn of(folder: &Path, env: &Env) -> Result<Repository, GitError> {
        let program = Program::new(folder, env);
        let args = ["rev-parse", "--show-toplevel", "--show-prefix", "--is-shallow-repository"];
        let answer = program.run(&args, Vec::new())?;
        if !answer.success {
            return Err(GitError::NoRepository { folder: folder.to_owned(), said: answer.said });
        }
        match &answer.lines()[..] {
            [top, prefix, shallow] => Ok(Repository {
                program: program.within(Path::new(top)),
                top: PathBuf::from(top),
                prefix: prefix.clone(),
                shallow: shallow == "true",
            }),
            other => Err(GitError::Answer { command: answer.command, answer: other.join(" ") }),
        }
    }

    /// The folder from the top of the repository, with a `/` at its end; empty for the top itself.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The top folder of the working tree, absolute and without links.
    pub(crate) fn top(&self) -> &Path {
        &self.top
    }

    /// A file from the top of the repository; `None` where it is outside.
    pub(crate) fn path_of(&self, file: &Path) -> Option<String> {
        let folder = file.parent()?.canonicalize().ok()?;
        let path = folder.join(file.file_name()?);
        Some(path.strip_prefix(&self.top).ok()?.display().to_string())
    }

    /// The commit that a ref names: a branch, a tag, anything that git takes for a commit.
    ///
    /// # Errors
    ///
    /// [`GitError::NoRef`], with the command that fetches it.
    pub(crate) fn commit(&self, wanted: &str) -> Result<String, GitError> {
        match reference::resolve(&self.program, wanted)? {
            Some(commit) => Ok(commit),
            None => Err(reference::missing(&self.program, &self.top, self.shallow, wanted)),
        }
    }

    /// The commit from which the working tree and another commit have parted; `None` where git does not know it, as in a
    /// shallow clone.
    ///
    /// # Errors
    ///
    /// When git cannot be run.
    pub(crate) fn parted_from(&self, commit: &str) -> Result<Option<String>, GitError> {
        let answer = self.program.run(&["merge-base", "HEAD", commit], Vec::new())?;
        Ok(answer.success.then(|| answer.lines().concat()))
    }

    /// The files that a commit has in a folder (from the top, with a `/` at its end) and below.
    ///
    /// # Errors
    ///
    /// When git fails.
    pub(crate) fn tree(&self, commit: &str, folder: &str) -> Result<Tree, GitError> {
        Tree::read(&self.program, commit, folder)
    }

    /// The attributes that decide on the bytes of these files, given from the top.
    ///
    /// # Errors
    ///
    /// When git fails.
    pub(crate) fn attributes(&self, files: &[String]) -> Result<Vec<Attributes>, GitError> {
        Attributes::read(&self.program, files)
    }
}
