//! The queries of a project: where they are, and in which order they are read.

use std::fs;
use std::path::{Path, PathBuf};

use gauntlet_plan::prepared_folders;
use glob::Pattern;

use super::{Query, QueryError, QueryRules, prepared};
use crate::names::Globs;
use crate::regular_file;
use crate::sql::{self, Position};

/// The queries of a project.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) queries: Vec<Query>,
    /// How many are of other databases than PostgreSQL.
    pub(crate) of_others: usize,
    /// How many are excepted.
    pub(crate) excepted: usize,
}

/// Reads the queries of the crate in this folder: those of the folders `.sqlx`, then those that the suite gives.
pub(crate) fn of_project(
    manifest_dir: &Path,
    rules: &QueryRules,
    except: &Globs,
) -> Result<Found, QueryError> {
    let mut found = Found::default();
    for folder in prepared_folders(manifest_dir) {
        let shown = as_seen_from(manifest_dir, &folder);
        let is_own = folder.parent() == Some(manifest_dir);
        for name in names(&folder)? {
            let path = folder.join(&name);
            let bytes =
                regular_file::read(&path).map_err(|source| QueryError::Read { path, source })?;
            found.prepared(&shown.join(&name), &bytes, !is_own)?;
        }
    }
    for glob in &rules.files {
        let all = format!("{}/{glob}", Pattern::escape(&manifest_dir.display().to_string()));
        let paths = glob::glob(&all).into_iter().flatten().filter_map(Result::ok);
        let mut files: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
        files.sort();
        if files.is_empty() {
            let folder = manifest_dir.to_owned();
            return Err(QueryError::NoFile { glob: glob.clone(), folder });
        }
        for path in files {
            let shown = as_seen_from(manifest_dir, &path);
            let text = regular_file::read_to_string(&path);
            let text = text.map_err(|source| QueryError::Read { path, source })?;
            found.file(&shown, &text);
        }
    }
    found.texts(&rules.texts);
    found.leave_out(except);
    Ok(found)
}

impl Found {
    /// Adds what a file of a folder `.sqlx` has.
    pub(crate) fn prepared(
        &mut self,
        shown: &Path,
        bytes: &[u8],
        of_workspace: bool,
    ) -> Result<(), QueryError> {
        match prepared::read(shown, bytes)? {
            None => self.of_others += 1,
            // A crate and its workspace may both have it.
            Some(query) if self.queries.iter().any(|known| known.sql == query.sql) => {}
            Some(query) => self.queries.push(Query { of_workspace, ..query }),
        }
        Ok(())
    }

    /// Adds the queries of a SQL file.
    pub(crate) fn file(&mut self, shown: &Path, text: &str) {
        let statements = sql::split(text);
        let several = statements.len() > 1;
        self.queries.extend(statements.into_iter().map(|statement| {
            let line = Position::of_byte(text, statement.offset).line;
            let line = if several { format!(":{line}") } else { String::new() };
            Query {
                file: Some(shown.to_owned()),
                place: format!("{}{line}", shown.display()),
                sql: statement.text.to_owned(),
                recorded: None,
                of_workspace: false,
            }
        }));
    }

    /// Adds the queries that a suite gives as text.
    pub(crate) fn texts(&mut self, texts: &[String]) {
        self.queries.extend(texts.iter().enumerate().map(|(index, text)| Query {
            file: None,
            place: format!("query {} of `queries`", index + 1),
            sql: text.clone(),
            recorded: None,
            of_workspace: false,
        }));
    }

    /// Leaves out the queries of these files.
    pub(crate) fn leave_out(&mut self, except: &Globs) {
        let before = self.queries.len();
        self.queries.retain(|query| {
            let file = query.file.as_ref().map(|file| file.display().to_string());
            file.is_none_or(|file| except.matches(&file).is_empty())
        });
        self.excepted += before - self.queries.len();
    }
}

/// The names of the files of a folder `.sqlx`, sorted.
fn names(folder: &Path) -> Result<Vec<String>, QueryError> {
    let fault = |source| QueryError::Read { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let name = entry.map_err(fault)?.file_name().to_string_lossy().into_owned();
        if is_prepared(&name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Whether `cargo sqlx prepare` writes files of this name.
pub(crate) fn is_prepared(name: &str) -> bool {
    name.strip_prefix("query-").and_then(|rest| rest.strip_suffix(".json")).is_some()
}

/// A path below the crate, or below a folder that has it, as seen from the crate.
fn as_seen_from(manifest_dir: &Path, path: &Path) -> PathBuf {
    let mut up = PathBuf::new();
    for folder in manifest_dir.ancestors() {
        if let Ok(rest) = path.strip_prefix(folder) {
            return up.join(rest);
        }
        up.push("..");
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_as_seen_from_the_crate() {
        let of = |path: &str| as_seen_from(Path::new("/w/crates/db"), Path::new(path));
        assert_eq!(of("/w/crates/db/.sqlx"), Path::new(".sqlx"));
        assert_eq!(of("/w/.sqlx"), Path::new("../../.sqlx"));
    }
}
