//! A folder, read by sqlx's rules; what sqlx drops silently is kept as a problem.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::collect::{Collector, Found};
use super::layout;
use crate::driver::MigrationType;
use crate::history::{History, HistoryError, Misnaming, Problem, Script, SourceFile, Version};
use crate::sql::Position;

/// The end of a migration's name, to sqlx: in lower case only.
const SUFFIX: &str = ".sql";

/// Reads folders (relative to `manifest_dir`) as one. Files are shown as `folder/name`, the way the user wrote the folder.
pub(super) fn load(folders: &[&Path], manifest_dir: &Path) -> Result<History, HistoryError> {
    let mut collector = Collector::default();
    let mut other_layout = None;
    for folder in folders {
        let absolute = manifest_dir.join(folder);
        let error = |source| HistoryError::Folder { folder: absolute.clone(), source };
        let mut names: Vec<OsString> = Vec::new();
        for entry in std::fs::read_dir(&absolute).map_err(error)? {
            names.push(entry.map_err(error)?.file_name());
        }
        names.sort();
        for name in &names {
            let path = absolute.join(name);
            let metadata = std::fs::metadata(&path);
            let is_other = metadata.as_ref().is_ok_and(|it| !it.is_file() && !it.is_dir());
            if is_other && name.to_string_lossy().to_ascii_lowercase().ends_with(SUFFIX) {
                let (file, why) = (folder.join(name), Misnaming::NotAFile);
                collector.problem(Problem::Misnamed { file, why, right: None });
            }
            let is_file = metadata.map(|metadata| metadata.is_file());
            read(&mut collector, folder.join(name), is_file, || std::fs::read(&path));
        }
        if other_layout.is_none() && collector.has_no_up() {
            other_layout = layout::of_folder(&absolute, folder, &names);
        }
    }
    if collector.has_no_up()
        && let Some(problem) = other_layout
    {
        // One problem instead of one for each file.
        collector = Collector::default();
        collector.problem(problem);
    }
    collector.finish(origin(folders))
}

/// Reads the files of another state of the folders.
pub(super) fn load_files(folders: &[(&Path, Vec<SourceFile>)]) -> Result<History, HistoryError> {
    let mut collector = Collector::default();
    for (folder, files) in folders {
        let mut files: Vec<&SourceFile> = files.iter().collect();
        // Folders in the folder are passed over.
        files.retain(|file| file.name.components().count() == 1);
        files.sort_by(|one, other| one.name.cmp(&other.name));
        for file in files {
            read(&mut collector, folder.join(&file.name), Ok(true), || Ok(file.bytes.clone()));
        }
    }
    let folders: Vec<&Path> = folders.iter().map(|(folder, _)| *folder).collect();
    collector.finish(origin(&folders))
}

fn origin(folders: &[&Path]) -> String {
    let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    let word = if names.len() == 1 { "folder" } else { "folders" };
    format!("the {word} {}", names.join(" and "))
}

fn read(
    collector: &mut Collector,
    shown: PathBuf,
    is_file: io::Result<bool>,
    content: impl FnOnce() -> io::Result<Vec<u8>>,
) {
    let name = shown.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let looks_like_sql = name.to_ascii_lowercase().ends_with(SUFFIX);
    let unreadable =
        |why: String, position| Problem::Unreadable { file: shown.clone(), why, position };
    match is_file {
        Ok(true) => {}
        Err(error) if looks_like_sql => {
            return collector.problem(unreadable(error.to_string(), None));
        }
        _ => return,
    }
    let Some((prefix, rest)) = name.split_once('_').filter(|(_, rest)| rest.ends_with(SUFFIX))
    else {
        if looks_like_sql {
            collector.problem(passed_over(&name, shown));
        }
        return;
    };
    let Ok(number) = prefix.parse::<i64>() else {
        let prefix = prefix.to_owned();
        return collector.problem(Problem::NotAVersion { file: shown, prefix });
    };
    let kind = MigrationType::from_filename(rest);
    let stem = rest.trim_end_matches(kind.suffix());
    let version = Version::new(number, stem);
    let sql = match content() {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(sql) => sql,
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(&error.as_bytes()[..valid]);
                let at = Some(Position::of_byte(&text, valid));
                collector.problem(unreadable("it is not UTF-8".into(), at));
                return collector.unread(number, kind);
            }
        },
        Err(error) => {
            collector.problem(unreadable(error.to_string(), None));
            return collector.unread(number, kind);
        }
    };
    let misspelt = misspelt_direction(stem, kind);
    let odd = misspelt.is_some();
    if let Some((meant, plain)) = misspelt {
        let right = Some(format!("{number}_{plain}.{meant}.sql"));
        let why = Misnaming::Direction { taken_for: stem.to_owned() };
        collector.problem(Problem::Misnamed { file: shown.clone(), why, right });
    }
    if let Some((tool, sign)) = layout::of_script(&sql) {
        collector.other_layout(&shown, tool, sign);
    }
    let transactional = !sql.starts_with("-- no-transaction");
    let script = Script::new(sql).in_file(&*shown).transactional(transactional);
    collector.take(Found { number, version, kind, script, shown, odd });
}

/// The problem of a file that sqlx passes over, because of its name.
fn passed_over(name: &str, file: PathBuf) -> Problem {
    let lower = name.to_ascii_lowercase();
    let (why, right) = if name.ends_with(SUFFIX) {
        let digits = name.len() - name.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = name.split_at(digits);
        let rest = rest.trim_start_matches(['-', '.', ' ']);
        let right = (digits > 0 && rest != "sql").then(|| format!("{number}_{rest}"));
        (Misnaming::NoUnderscore, right)
    } else {
        let stem = &name[..lower.len() - SUFFIX.len()];
        (Misnaming::Suffix, stem.contains('_').then(|| format!("{stem}.sql")))
    };
    Problem::Misnamed { file, why, right }
}

/// sqlx takes `5_x.dwn.sql` for a simple migration named `x.dwn`. Returns the direction that is meant, and the name
/// without it.
fn misspelt_direction(stem: &str, kind: MigrationType) -> Option<(&'static str, &str)> {
    if kind != MigrationType::Simple {
        return None;
    }
    let (plain, ending) = stem.rsplit_once('.')?;
    let meant = match ending.to_ascii_lowercase().as_str() {
        "up" | "upp" | "apply" => "up",
        "down" | "dwn" | "donw" | "dowm" | "rollback" | "revert" | "undo" => "down",
        _ => return None,
    };
    Some((meant, plain))
}

#[cfg(test)]
mod tests {
    use any_input::{rounds, some};

    use super::*;

    /// Any names and contents are a history, or problems of one.
    #[test]
    fn any_files_are_read() {
        const NAMES: [&str; 24] = [
            "1",
            "2",
            "007",
            "9223372036854775808",
            "-1",
            "+1",
            "_",
            "_",
            "_",
            "a",
            "ä",
            " ",
            "'",
            ".",
            ".up",
            ".down",
            ".UP",
            ".dwn",
            ".sql",
            ".sql",
            ".sql",
            ".SQL",
            "v",
            "\u{feff}",
        ];
        const TEXTS: [&[u8]; 14] = [
            b"",
            b"\0",
            b"\xff",
            b"\xef\xbb\xbf",
            b"SELECT 1;",
            b"-- no-transaction",
            b"\r\n",
            b"-- +goose Up\n",
            b"-- migrate:up\n",
            b"$$",
            b"'",
            b"/*",
            b"\xc3",
            b"BEGIN;",
        ];
        let (mut read, mut refused) = (0, 0);
        rounds(5_000, |random| {
            let files = (0..random.usize(..5)).map(|_| {
                let name = NAMES[random.usize(..NAMES.len())].to_owned()
                    + &some(random, 5, &NAMES).concat();
                SourceFile::new(name, some(random, 3, &TEXTS).concat())
            });
            let files: Vec<SourceFile> = files.collect();
            match load_files(&[(Path::new("migrations"), files)]) {
                Ok(history) if history.runnable().is_ok() => read += 1,
                _ => refused += 1,
            }
        });
        let both = read > 100 && refused > 100;
        assert!(both || std::env::var_os("GAUNTLET_FUZZ_SEED").is_some(), "{read} {refused}");
    }
}
