//! `init`: the first suite of a crate, from what is in it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use gauntlet_runtime::history::History;

use super::output::print;
use super::workplace::Workplace;
use crate::cli;
use crate::configuration::Settings;
use crate::failure::{Failure, Verdict};
use crate::interrupt;
use crate::progress::Hidden;

/// The file of the suite.
const TESTS: &str = "tests/migrations.rs";

/// The file of the expected schema.
pub(super) const MODEL: &str = "schema.sql";

/// The workflow, and the folder whose presence says that workflows are used.
const WORKFLOW: (&str, &str) = (".github/workflows/migrations.yml", ".github");

/// The same file as in the guides, which a test holds equal.
const WORKFLOW_TEXT: &str = include_str!("../../templates/github.yml");

pub(super) fn run(arguments: &cli::Init, place: Workplace) -> Result<Verdict, Failure> {
    let Workplace { folder: base, env } = place;
    let Ok(manifest) = fs::read_to_string(base.join("Cargo.toml")) else {
        let text = "there is no Cargo.toml here; run it in the crate that owns the migrations";
        return Err(Failure::Usage(text.to_owned()));
    };
    let manifest: toml::Table =
        manifest.parse().map_err(|error| Failure::Usage(format!("Cargo.toml: {error}")))?;
    let suite = || {
        let settings = Settings::new(&base, &arguments.migrations)?;
        Ok::<_, Failure>(settings.into_suite(env.clone(), Arc::new(Hidden)).0)
    };
    let (folders, history) = suite()?.sources()?;
    let [folder] = &folders[..] else {
        let text = "the migrations are in several folders; name the one for this suite";
        return Err(Failure::Usage(text.to_owned()));
    };
    if history.migrations().is_empty() {
        return Err(Failure::Usage(format!("{} holds no migration yet", history.origin())));
    }
    let script = interrupt::run(async { Ok(suite()?.script().await?) })?;
    let shipped = shipped(&base);
    print(&format!("found {}\n", found(&history, shipped.as_deref())))?;
    write(&base, TESTS, &suite_of(&history, folder, shipped.as_deref()))?;
    write(&base, MODEL, &script)?;
    if base.join(WORKFLOW.1).is_dir() {
        write(&base, WORKFLOW.0, WORKFLOW_TEXT)?;
    }
    print(&next(&manifest))?;
    Ok(Verdict::Passed)
}

/// `12 versions in the folder migrations, 3 without a way back; shipped: origin/main`.
fn found(history: &History, shipped: Option<&str>) -> String {
    let migrations = history.migrations();
    let versions = match migrations.len() {
        1 => "1 version".to_owned(),
        n => format!("{n} versions"),
    };
    let downs = migrations.iter().filter(|migration| migration.down().is_some()).count();
    let ways = match downs {
        0 => "none with a way back".to_owned(),
        n if n == migrations.len() => "all with a way back".to_owned(),
        n => format!("{n} with a way back"),
    };
    let shipped = shipped.map(|reference| format!("; shipped: {reference}")).unwrap_or_default();
    format!("{versions} in {}, {ways}{shipped}", history.origin())
}

/// The suite.
fn suite_of(history: &History, folder: &Path, shipped: Option<&str>) -> String {
    let mut arguments = vec![format!("model = \"{MODEL}\"")];
    if folder != Path::new("migrations") {
        arguments.insert(0, format!("migrations = \"{}\"", folder.display()));
    }
    if !history.has_downs() {
        arguments.push("irreversible = all".to_owned());
    }
    if let Some(reference) = shipped {
        arguments.push(format!("shipped = git(\"{reference}\")"));
    }
    format!(
        "//! The migrations, tested on a PostgreSQL: `cargo test --test migrations`.\n\n#[gauntlet::migration_suite({})]\nmod migrations {{}}\n",
        arguments.join(", ")
    )
}

/// The branch that has shipped, as far as git knows: the one that is the origin's head, else `origin/main` or
/// `origin/master`.
fn shipped(base: &Path) -> Option<String> {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(base).stdin(Stdio::null()).stderr(Stdio::null());
        let output = command.output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let head = git(&["symbolic-ref", "--short", "refs/remotes/origin/HEAD"]);
    let named = ["origin/main", "origin/master"].map(str::to_owned);
    head.into_iter().chain(named).find(|reference| {
        git(&["rev-parse", "--verify", "--quiet", &format!("{reference}^{{commit}}")]).is_some()
    })
}

/// Writes a file, unless there is one.
fn write(base: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let failed = || Failure::io(format!("write {name}"));
    let path = base.join(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed())?;
    }
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).map_err(failed())?;
            print(&format!("wrote {name}\n"))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            print(&format!("kept {name}, which exists already\n"))
        }
        Err(error) => Err(failed()(error)),
    }
}

/// What is left to do.
fn next(manifest: &toml::Table) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let version = version.rsplit_once('.').map_or(version, |(version, _)| version);
    let has = |table: &str| {
        let dependencies = manifest.get(table).and_then(toml::Value::as_table);
        dependencies.is_some_and(|all| all.contains_key("migration-gauntlet"))
    };
    let run = "run: cargo test --test migrations\n";
    if has("dev-dependencies") || has("dependencies") {
        return format!("next: {run}");
    }
    let value = if uses_sqlx_08(manifest) {
        format!(
            "{{ version = \"{version}\", default-features = false, features = [\"sqlx-0_8\"] }}"
        )
    } else {
        format!("\"{version}\"")
    };
    format!(
        "next: add to Cargo.toml\n\n    [dev-dependencies]\n    migration-gauntlet = {value}\n\nthen {run}"
    )
}

/// Whether the crate names sqlx 0.8 as a dependency.
fn uses_sqlx_08(manifest: &toml::Table) -> bool {
    let sqlx = manifest.get("dependencies").and_then(|all| all.get("sqlx"));
    let version = sqlx.and_then(|sqlx| sqlx.as_str().or_else(|| sqlx.get("version")?.as_str()));
    version
        .is_some_and(|version| version.trim_start_matches(['^', '=', '~', ' ']).starts_with("0.8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workflow_is_that_of_the_guides() {
        let guide =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ci/github-actions-embedded.yml");
        assert_eq!(fs::read_to_string(guide).unwrap(), WORKFLOW_TEXT);
    }

    #[test]
    fn the_version_of_sqlx() {
        let old = |text: &str| uses_sqlx_08(&text.parse().unwrap());
        assert!(old("[dependencies]\nsqlx = \"0.8.6\""));
        assert!(old("[dependencies]\nsqlx = { version = \"=0.8\", features = [] }"));
        assert!(!old("[dependencies]\nsqlx = \"0.9\""));
        assert!(!old("[dependencies]\nsqlx = { workspace = true }"));
        assert!(!old("[package]\nname = \"a\""));
    }
}
