//! The queries that `cargo sqlx prepare` has written: where they are, and whether a check can prepare them.

use std::fs;
use std::path::{Path, PathBuf};

/// The name of the folder.
const FOLDER: &str = ".sqlx";

/// The queries that `cargo sqlx prepare` has written for a crate, as far as a plan depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prepared {
    /// None.
    #[default]
    None,
    /// Only such of other databases than PostgreSQL.
    OfOthers,
    /// Some of PostgreSQL.
    OfPostgres,
}

impl Prepared {
    /// The queries of the crate in this folder.
    pub fn of(manifest_dir: &Path) -> Prepared {
        let mut found = Prepared::None;
        for file in prepared_folders(manifest_dir).iter().flat_map(|folder| files(folder)) {
            let Ok(text) = fs::read_to_string(file) else { continue };
            // The database is the first value of a file.
            let mut values = text.split('"');
            match (values.nth(1), values.nth(1)) {
                (Some("db_name"), Some("PostgreSQL")) => return Prepared::OfPostgres,
                _ => found = Prepared::OfOthers,
            }
        }
        found
    }
}

/// The folders in which sqlx looks for the prepared queries of a crate, if they exist: that of the crate, and that of its
/// workspace.
pub fn prepared_folders(manifest_dir: &Path) -> Vec<PathBuf> {
    let mut folders = vec![manifest_dir.join(FOLDER)];
    let is_workspace = |folder: &&Path| {
        fs::read_to_string(folder.join("Cargo.toml"))
            .is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
    };
    if let Some(root) = manifest_dir.ancestors().find(is_workspace)
        && root != manifest_dir
    {
        folders.push(root.join(FOLDER));
    }
    folders.retain(|folder| folder.is_dir());
    folders
}

/// The files of a folder, one a query, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| {
        let name = file.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| {
            name.strip_suffix(".json").is_some_and(|stem| stem.starts_with("query-"))
        })
    });
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_of_a_crate_and_of_its_workspace() {
        let name = format!("gauntlet-prepared-{}", std::process::id());
        let root = std::env::temp_dir().join(name);
        let member = root.join("crates/db");
        fs::create_dir_all(&member).expect("the folder can be made");
        let write = |path: &Path, text: &str| fs::write(path, text).expect("it can be written");
        assert_eq!(Prepared::of(&member), Prepared::None);
        assert!(prepared_folders(&member).is_empty());

        fs::create_dir(root.join(FOLDER)).expect("the folder can be made");
        let query = "{\n  \"db_name\": \"SQLite\",\n  \"query\": \"SELECT 1\"\n}";
        write(&root.join(".sqlx/query-1.json"), query);
        assert_eq!(Prepared::of(&member), Prepared::None, "no workspace");
        write(&root.join("Cargo.toml"), "[workspace]\nmembers = []\n");
        assert_eq!(Prepared::of(&member), Prepared::OfOthers);
        assert_eq!(Prepared::of(&root), Prepared::OfOthers);

        fs::create_dir(member.join(FOLDER)).expect("the folder can be made");
        write(&member.join(".sqlx/notes.json"), &query.replace("SQLite", "PostgreSQL"));
        assert_eq!(Prepared::of(&member), Prepared::OfOthers);
        write(&member.join(".sqlx/query-2.json"), &query.replace("SQLite", "PostgreSQL"));
        assert_eq!(Prepared::of(&member), Prepared::OfPostgres);
        assert_eq!(prepared_folders(&member), [member.join(FOLDER), root.join(FOLDER)]);
        fs::remove_dir_all(&root).expect("it can be removed");
    }
}
