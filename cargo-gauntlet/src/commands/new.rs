//! `new`: the next migration, empty or from the difference between head and the model.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Utc;
use gauntlet_runtime::Suite;
use gauntlet_runtime::catalog::{Catalog, Difference};
use gauntlet_runtime::history::{History, Migration};
use gauntlet_runtime::repair;

use super::init::MODEL;
use super::output::print;
use super::workplace::Workplace;
use crate::cli;
use crate::configuration::Settings;
use crate::failure::{Failure, Verdict, missing_folder};
use crate::interrupt;
use crate::progress::Hidden;
use crate::schemas::of_file;
use crate::words::OneOrMore;

/// The texts of the scripts.
struct Scripts {
    up: String,
    down: String,
}

pub(super) fn run(arguments: &cli::New, place: Workplace) -> Result<Verdict, Failure> {
    let Workplace { folder: base, env } = place;
    let model = model(arguments, Settings::new(&base, &arguments.migrations)?, &base)?;
    let suite = || {
        let settings = Settings::new(&base, &arguments.migrations)?;
        Ok::<_, Failure>(settings.into_suite(env.clone(), Arc::new(Hidden)).0)
    };
    if let Err(error) = suite()?.sources()
        && let Some(folder) = missing_folder(&error)
    {
        // The first migration makes its folder.
        let failed = Failure::io(format!("make the folder {}", folder.display()));
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let (folders, history) = suite()?.sources()?;
    let [folder] = &folders[..] else {
        let text = "the migrations are in several folders; name the one for the new migration";
        return Err(Failure::Usage(text.to_owned()));
    };
    let scripts = match model {
        None => Scripts::empty(),
        Some(model) => {
            let (head, model) = interrupt::run(async {
                let head = suite()?.schema_at(None).await?;
                Ok((head, of_file(suite()?, &base.join(model)).await?))
            })?;
            let suite = suite()?;
            let up = script(&suite, &model, &head);
            let Some(up) = up else {
                print("head equals the model: there is nothing to write\n")?;
                return Ok(Verdict::Passed);
            };
            Scripts { up, down: script(&suite, &head, &model).unwrap_or_default() }
        }
    };
    let version = next_version(&history, &Utc::now().format("%Y%m%d%H%M%S").to_string())?;
    let stem = format!("{version}_{}", file_name(&arguments.name));
    let reversible = history.has_downs() || history.migrations().is_empty();
    let files = if reversible {
        vec![(format!("{stem}.up.sql"), scripts.up), (format!("{stem}.down.sql"), scripts.down)]
    } else {
        vec![(format!("{stem}.sql"), scripts.up)]
    };
    let in_two = files.iter().any(|(_, text)| text.contains(repair::APART));
    for file in write(&base, folder, &files)? {
        print(&format!("wrote {}\n", file.display()))?;
    }
    if in_two {
        print(
            "a label is added and used: move the statement with the comment to a version of its own\n",
        )?;
    }
    Ok(Verdict::Passed)
}

impl Scripts {
    /// For a person to fill.
    fn empty() -> Scripts {
        Scripts { up: "-- Add the migration here\n".into(), down: "-- Undo it here\n".into() }
    }
}

/// The model to write the migration from, if that is wanted.
fn model(
    arguments: &cli::New,
    settings: Settings,
    base: &Path,
) -> Result<Option<PathBuf>, Failure> {
    match (&arguments.model, settings.model) {
        (Some(model), _) => Ok(Some(model.clone())),
        (None, _) if !arguments.from_model => Ok(None),
        (None, Some(OneOrMore::One(model))) => Ok(Some(model)),
        (None, Some(OneOrMore::More(_))) => {
            Err(Failure::Usage("the model is several files; name one: --model FILE".to_owned()))
        }
        // As `init` writes it, which names it in the suite.
        (None, None) if base.join("Cargo.toml").exists() && base.join(MODEL).exists() => {
            Ok(Some(PathBuf::from(MODEL)))
        }
        (None, None) => Err(Failure::Usage(
            "no model given; name a SQL file with the schema that you want: --model FILE"
                .to_owned(),
        )),
    }
}

/// The statements that turn one schema into another, and what no statement is known for. `None` where they are equal.
fn script(suite: &Suite, to: &Catalog, from: &Catalog) -> Option<String> {
    let mut differences = suite.compare(to, from).differences;
    differences.retain(Difference::is_failure);
    if differences.is_empty() {
        return None;
    }
    let plan = repair::mend(to, from, &differences);
    Some(plan.migration() + &plan.by_hand(&differences))
}

/// The number after the last one, in the form that the last one has: a time, or a count with its leading zeros.
///
/// # Errors
///
/// When the last one is the largest that there is.
fn next_version(history: &History, now: &str) -> Result<String, Failure> {
    let last = history.migrations().last();
    let number = last.and_then(|last| last.id().number());
    let (Some(last), Some(number)) = (last, number) else { return Ok(now.to_owned()) };
    let digits = digits(last).unwrap_or(number.to_string().len());
    let as_time = (8..=14).contains(&digits).then(|| &now[..digits]);
    match as_time.and_then(|now| now.parse::<i64>().ok()) {
        Some(now) if now > number => Ok(now.to_string()),
        _ => {
            let next = number.checked_add(1);
            let next = next.ok_or_else(|| {
                Failure::Usage(format!("no version can follow {}", last.version()))
            })?;
            Ok(format!("{next:0digits$}"))
        }
    }
}

/// The number of digits with which the file of a version begins.
fn digits(migration: &Migration) -> Option<usize> {
    let name = migration.up().file()?.file_name()?.to_string_lossy().into_owned();
    Some(name.chars().take_while(char::is_ascii_digit).count()).filter(|digits| *digits > 0)
}

/// A name as it may stand in a file's name.
fn file_name(name: &str) -> String {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("_").to_lowercase()
}

/// Writes all files, or none. None is written over.
fn write(base: &Path, folder: &Path, files: &[(String, String)]) -> Result<Vec<PathBuf>, Failure> {
    let mut written: Vec<PathBuf> = Vec::new();
    for (name, text) in files {
        let file = folder.join(name);
        let opened = OpenOptions::new().write(true).create_new(true).open(base.join(&file));
        let done = opened.and_then(|mut opened| opened.write_all(text.as_bytes()));
        if let Err(error) = done {
            for file in &written {
                drop(fs::remove_file(base.join(file)));
            }
            return Err(Failure::io(format!("write {}", file.display()))(error));
        }
        written.push(file);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use gauntlet_runtime::history::{Script, Version};

    use super::*;

    fn next(files: &[&str]) -> String {
        let migrations = files.iter().map(|file| {
            let number: String = file.chars().take_while(char::is_ascii_digit).collect();
            let version = Version::new(number.parse::<i64>().unwrap(), "a");
            Migration::new(version, Script::new("SELECT 1").in_file(*file))
        });
        let history = History::new("a list", migrations.collect(), Vec::new()).unwrap();
        match next_version(&history, "20261126031500") {
            Ok(next) => next,
            Err(Failure::Usage(text)) => text,
            Err(_) => "another error".to_owned(),
        }
    }

    #[test]
    fn a_version_is_written_as_those_before_it() {
        assert_eq!(next(&[]), "20261126031500");
        assert_eq!(next(&["0009_a.sql"]), "0010");
        assert_eq!(
            next(&["9223372036854775807_a.sql"]),
            "no version can follow 9223372036854775807_a"
        );
        assert_eq!(next(&["1_a.sql", "9_b.up.sql"]), "10");
        assert_eq!(next(&["20240105120000_a.sql"]), "20261126031500");
        assert_eq!(next(&["202401051200_a.sql"]), "202611260315");
        assert_eq!(next(&["20240105_a.sql"]), "20261126");
        // One of today, and one that is ahead of the clock.
        assert_eq!(next(&["20261126_a.sql"]), "20261127");
        assert_eq!(next(&["20300101000000_a.sql"]), "20300101000001");
    }

    #[test]
    fn a_name_is_made_of_words() {
        assert_eq!(file_name("Add e-mail  to users"), "add_e_mail_to_users");
        assert_eq!(file_name("größe"), "größe");
    }
}
