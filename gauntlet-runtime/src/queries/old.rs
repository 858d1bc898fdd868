//! The queries that a commit has.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::files::{Found, is_prepared};
use super::{QueryError, QueryRules};
use crate::env::Env;
use crate::git::{Repository, TreeFile};
use crate::names::Globs;

/// The folder in which sqlx keeps what it has prepared.
const FOLDER: &str = ".sqlx";

/// The queries of a crate at a git ref: those of the folder `.sqlx` of the crate, and of the nearest one above it; those in
/// files that the suite names; and those that it gives as text, as they are today.
pub(crate) fn at_commit(
    manifest_dir: &Path,
    env: &Env,
    reference: &str,
    rules: &QueryRules,
    except: &Globs,
) -> Result<Found, QueryError> {
    let repository = Repository::of(manifest_dir, env)?;
    let tree = repository.tree(&repository.commit(reference)?, "")?;
    let prefix = repository.prefix();
    let mut found = Found::default();
    let mut folders: Vec<(String, PathBuf)> = Vec::new();
    let mut up = PathBuf::new();
    for folder in Path::new(prefix).ancestors() {
        let prepared = folder.join(FOLDER);
        let has_files = |file: &TreeFile| Path::new(&file.path).parent() == Some(&prepared);
        if (up.as_os_str().is_empty()
            || folders.iter().all(|(_, shown)| shown == Path::new(FOLDER)))
            && tree.files.iter().any(has_files)
        {
            folders.push((format!("{}/", prepared.display()), up.join(FOLDER)));
        }
        up.push("..");
    }
    for (folder, shown) in &folders {
        let files = tree.files.iter().filter(|file| {
            file.path.strip_prefix(folder.as_str()).is_some_and(is_prepared) && !file.submodule
        });
        let files: Vec<&TreeFile> = files.collect();
        for (file, bytes) in files.iter().zip(tree.contents(&files)?) {
            let name = file.path.strip_prefix(folder.as_str()).unwrap_or(&file.path);
            found.prepared(&shown.join(name), &bytes, shown != Path::new(FOLDER))?;
        }
    }
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::default() };
    // The suite has checked the globs.
    let globs: Vec<Pattern> = rules.files.iter().filter_map(|g| Pattern::new(g).ok()).collect();
    let files = tree.files.iter().filter(|file| {
        let name = file.path.strip_prefix(prefix);
        name.is_some_and(|name| globs.iter().any(|glob| glob.matches_with(name, options)))
            && !file.submodule
    });
    let files: Vec<&TreeFile> = files.collect();
    for (file, bytes) in files.iter().zip(tree.contents(&files)?) {
        let name = file.path.strip_prefix(prefix).unwrap_or(&file.path);
        found.file(Path::new(name), &String::from_utf8_lossy(&bytes));
    }
    found.texts(&rules.texts);
    found.leave_out(except);
    Ok(found)
}
