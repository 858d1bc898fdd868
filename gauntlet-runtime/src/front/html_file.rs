//! The report to look at, as a file to which all processes of a run add what their checks reported.

use std::fs::{File, OpenOptions, create_dir_all};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use crate::checks::Check;
use crate::env::Env;
use crate::finding::Report;
use crate::report::{Document, RunId, Settings};
use crate::runtime::block_on;
use crate::suite::{Plan, Suite};

/// The variable that names the file.
pub(super) const VARIABLE: &str = "GAUNTLET_REPORT";

/// The file that the environment names. A relative path starts at the root of the workspace, where `Cargo.lock` is: all of
/// its tests write one file.
pub(super) fn file(env: &Env, manifest_dir: &Path) -> Option<PathBuf> {
    let path = env.file(VARIABLE)?;
    let root = manifest_dir.ancestors().find(|folder| folder.join("Cargo.lock").is_file());
    Some(root.unwrap_or(manifest_dir).join(path))
}

/// Adds the report of a check. The first one of a suite in a run also adds its history and its schema.
pub(super) fn add(path: &Path, suite: &Suite, report: &Report, env: &Env) -> io::Result<()> {
    let run = this_run(env);
    // Found before the file is locked: the migrations may have to run.
    let overview = known(path)?.wants_overview(suite, &run).then(|| block_on(suite.overview()));
    update(path, |document| {
        document.add(suite, report, &run, now());
        if let Some(overview) = &overview {
            document.set_overview(suite, &run, overview.as_ref().map_err(|error| &**error));
        }
    })
}

/// Writes the report of a whole run of a suite, in the place of an earlier one.
///
/// # Errors
///
/// When the file cannot be written, or is something else than a report.
pub fn write_html(
    path: &Path,
    suite: &Suite,
    (plan, reports): (&Plan, &[&Report]),
    settings: Settings,
    env: &Env,
) -> io::Result<()> {
    let run = this_run(env);
    let overview = block_on(suite.overview());
    update(path, |document| {
        *document = Document::default();
        for report in reports {
            document.add(suite, report, &run, now());
        }
        for planned in &plan.checks {
            let check: Check = planned.check;
            if let Some(reason) = &planned.ignored {
                let reason = settings.words(&reason.to_string()).into_owned();
                document.ignore(suite, &run, check.name(), reason);
            }
        }
        document.set_settings(suite, &run, settings);
        document.set_overview(suite, &run, overview.as_ref().map_err(|error| &**error));
    })
}

/// The data of the file; none where it does not exist yet.
fn known(path: &Path) -> io::Result<Document> {
    match File::open(path) {
        Ok(mut file) => {
            file.lock_shared()?;
            read(&mut file)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Document::default()),
        Err(error) => Err(error),
    }
}

/// Changes the data of the file, one process at a time.
fn update(path: &Path, change: impl FnOnce(&mut Document)) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_dir_all(folder)?;
    }
    let mut file =
        OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
    file.lock()?;
    let mut document = read(&mut file)?;
    change(&mut document);
    let text = document.render();
    // In place: the file that others wait for must stay the same one.
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    file.set_len(text.len() as u64)
}

fn read(file: &mut File) -> io::Result<Document> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Document::parse(&text).map_err(io::Error::other)
}

/// The run that this process belongs to.
fn this_run(env: &Env) -> RunId {
    static PROCESS: OnceLock<String> = OnceLock::new();
    let name = || format!("{}-{}", std::process::id(), since_1970().as_nanos());
    let runner = env.nextest_run().map(|(run, round)| format!("{run} {round}"));
    RunId::new(PROCESS.get_or_init(name), runner)
}

fn now() -> u64 {
    since_1970().as_secs()
}

fn since_1970() -> Duration {
    // A clock before 1970 is as good as none.
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
