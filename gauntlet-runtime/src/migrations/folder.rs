//! Reading a folder by sqlx's rules, and keeping what sqlx drops in silence.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use sqlx::AssertSqlSafe;
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration as SqlxMigration, MigrationType};

use super::history::{Migration, Script, Version};
use super::{History, MigrationsError, Problem};

/// Reads `folder` (relative to `manifest_dir`). Files are shown as `folder/name`, the way the user wrote the folder.
pub(super) fn load(folder: &Path, manifest_dir: &Path) -> Result<History, MigrationsError> {
    let absolute = manifest_dir.join(folder);
    let error = |source| MigrationsError::Folder { folder: absolute.clone(), source };
    let mut names: Vec<OsString> = Vec::new();
    for entry in std::fs::read_dir(&absolute).map_err(error)? {
        names.push(entry.map_err(error)?.file_name());
    }
    names.sort();

    let mut reader = Reader::default();
    for name in names {
        reader.read(&absolute.join(&name), folder.join(&name));
    }
    Ok(reader.finish(folder.display().to_string()))
}

#[derive(Default)]
struct Reader {
    ups: Vec<(Version, MigrationType, Script, PathBuf)>,
    downs: Vec<(Version, Script, PathBuf)>,
    problems: Vec<Problem>,
}

impl Reader {
    fn read(&mut self, path: &Path, shown: PathBuf) {
        let name = shown.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let looks_like_sql = name.to_ascii_lowercase().ends_with(".sql");
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return,
            Err(error) if looks_like_sql => {
                return self
                    .problems
                    .push(Problem::Unreadable { file: shown, why: error.to_string() });
            }
            Err(_) => return,
        }
        let Some((prefix, rest)) = name.split_once('_').filter(|(_, rest)| rest.ends_with(".sql"))
        else {
            if looks_like_sql {
                let why = if name.ends_with(".sql") {
                    "there is no `_` behind a version"
                } else {
                    "the suffix is not lower-case `.sql`"
                };
                self.problems.push(Problem::Misnamed { file: shown, why: why.into() });
            }
            return;
        };
        let Ok(number) = prefix.parse::<i64>() else {
            let prefix = prefix.to_owned();
            return self.problems.push(Problem::NotAVersion { file: shown, prefix });
        };
        let sql = match std::fs::read(path).map(String::from_utf8) {
            Ok(Ok(sql)) => sql,
            Ok(Err(error)) => {
                let why = format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to());
                return self.problems.push(Problem::Unreadable { file: shown, why });
            }
            Err(error) => {
                return self
                    .problems
                    .push(Problem::Unreadable { file: shown, why: error.to_string() });
            }
        };
        self.take(number, rest, sql, shown);
    }

    fn take(&mut self, number: i64, rest: &str, sql: String, shown: PathBuf) {
        let kind = MigrationType::from_filename(rest);
        let stem = rest.trim_end_matches(kind.suffix());
        if let Some(why) = misspelt_direction(stem, kind) {
            self.problems.push(Problem::Misnamed { file: shown.clone(), why });
        }
        let version = Version { number, name: stem.to_owned() };
        let no_tx = sql.starts_with("-- no-transaction");
        let inner = SqlxMigration::new(
            number,
            stem.replace('_', " ").into(),
            kind,
            AssertSqlSafe(sql).into_sql_str(),
            no_tx,
        );
        let script = Script { file: Some(shown.clone()), inner };
        if kind.is_down_migration() {
            self.downs.push((version, script, shown));
        } else {
            self.ups.push((version, kind, script, shown));
        }
    }

    fn finish(mut self, origin: String) -> History {
        self.ups.sort_by_key(|(version, ..)| version.number);
        self.downs.sort_by_key(|(version, ..)| version.number);
        self.problem_mixed();
        self.problem_odd_lengths();

        let mut history = History {
            origin,
            migrations: Vec::new(),
            problems: self.problems,
            table: "_sqlx_migrations".into(),
            create_schemas: Vec::new(),
        };
        let mut reversible_ups = Vec::new();
        for (version, kind, up, file) in self.ups {
            let number = version.number;
            if let Some(last) = history.migrations.last().filter(|m| m.number() == number) {
                let first = last.up.file.clone().unwrap_or_default();
                history.problems.push(Problem::Duplicate { number, first, second: file });
                continue;
            }
            if kind == MigrationType::ReversibleUp {
                reversible_ups.push((number, file));
            }
            history.migrations.push(Migration { version, up, down: None });
        }
        for (version, down, file) in self.downs {
            let number = version.number;
            let Some(i) = history.index_of(number) else {
                history.problems.push(Problem::DownWithoutUp { file, version });
                continue;
            };
            if let Some(first) = &history.migrations[i].down {
                let first = first.file.clone().unwrap_or_default();
                history.problems.push(Problem::Duplicate { number, first, second: file });
                continue;
            }
            history.migrations[i].down = Some(down);
        }
        for (number, file) in reversible_ups {
            if let Some(i) =
                history.index_of(number).filter(|i| history.migrations[*i].down.is_none())
            {
                let version = history.migrations[i].version.clone();
                history.problems.push(Problem::UpWithoutDown { file, version });
            }
        }
        history
    }

    fn problem_mixed(&mut self) {
        let files = |simple: bool| -> Vec<PathBuf> {
            self.ups
                .iter()
                .filter(|(_, kind, ..)| (*kind == MigrationType::Simple) == simple)
                .map(|(.., file)| file.clone())
                .collect()
        };
        let (simple, reversible) = (files(true), files(false));
        // A simple history with a lone `.down.sql` is not mixed: that down pairs with a simple up.
        if simple.is_empty() || reversible.is_empty() {
            return;
        }
        let odd_are_simple = simple.len() <= reversible.len();
        let odd = if odd_are_simple { simple } else { reversible };
        self.problems.push(Problem::Mixed { odd, odd_are_simple });
    }

    fn problem_odd_lengths(&mut self) {
        let digits = |number: i64| number.unsigned_abs().to_string().len();
        let mut counts = std::collections::BTreeMap::<usize, usize>::new();
        for (version, ..) in &self.ups {
            *counts.entry(digits(version.number)).or_default() += 1;
        }
        let Some((usual, _)) =
            counts.iter().max_by_key(|(_, count)| **count).map(|(l, c)| (*l, *c))
        else {
            return;
        };
        // Timestamps only: 9 and 10 are neighbours as well as 999 and 1000.
        if usual < 12 {
            return;
        }
        for (version, _, _, file) in &self.ups {
            if digits(version.number) >= 8 && digits(version.number) != usual {
                let (file, version) = (file.clone(), version.clone());
                self.problems.push(Problem::OddLength { file, version, usual });
            }
        }
    }
}

/// sqlx takes `5_x.dwn.sql` for a simple migration named `x.dwn`.
fn misspelt_direction(stem: &str, kind: MigrationType) -> Option<String> {
    if kind != MigrationType::Simple {
        return None;
    }
    let (_, ending) = stem.rsplit_once('.')?;
    let lower = ending.to_ascii_lowercase();
    let meant = match lower.as_str() {
        "up" | "upp" | "apply" => "up",
        "down" | "dwn" | "donw" | "dowm" | "rollback" | "revert" | "undo" => "down",
        _ => return None,
    };
    Some(format!(
        "sqlx takes it for a simple migration named `{stem}`; `.{meant}.sql` is meant, it seems"
    ))
}
