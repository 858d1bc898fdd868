//! The front end of `cargo test`: a failed check prints its text and fails its test, and what a passed one has to say goes
//! to standard error.
//!
//! A failure of ours unwinds without the panic hook: the finding says where and what, and a backtrace would only show the
//! frames of this library. A panic of the user's own code keeps the hook and so its frames.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _, Write as _};
use std::panic::{Location, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};
use std::thread;

use super::{hints, html_file};
use crate::checks::{BLESSED, Check, NOT_GIVEN};
use crate::env::Env;
use crate::finding::{Finding, Report, Status};
use crate::report::{self, Format};
use crate::sink::Sink;
use crate::suite::{CustomRun, Migrated, Remains, Suite, TestDb};

impl Suite {
    /// A suite with every default: migrations in `migrations`, the database of [`server::auto`](crate::server::auto), no
    /// model.
    ///
    /// `name` stands in reports (the macro gives the module's path); `manifest_dir` is where relative paths
    /// start, normally `env!("CARGO_MANIFEST_DIR")`.
    pub fn new(name: impl Into<String>, manifest_dir: impl Into<PathBuf>) -> Suite {
        let manifest_dir = manifest_dir.into();
        let env = Env::process().with_dotenv(&manifest_dir);
        let sink = StandardError { shows: env.uncaptured() && io::stderr().is_terminal() };
        Suite::with_front(name.into(), manifest_dir, env, Arc::new(sink))
    }

    /// Runs a check as a test: prints notes, appends to the file named by `GAUNTLET_JSON`, adds to the one named by
    /// `GAUNTLET_REPORT`, and panics with the text for the reader when something fails.
    ///
    /// # Panics
    ///
    /// When the check fails or cannot run, at the place of the caller.
    #[track_caller]
    pub fn check(&self, check: Check) {
        let report = self.report(check);
        let env = &self.settings.env;
        for format in Format::ALL {
            let variable = format.variable();
            let Some(path) = env.file(&variable) else { continue };
            if let Err(error) = append(&path, &(format.render)(&report)) {
                fail(&format!("failed to append to {} ({variable}): {error}", path.display()));
            }
        }
        if let Some(path) = html_file::file(env, &self.settings.manifest_dir)
            && let Err(error) = html_file::add(&path, self, &report, env)
        {
            let (path, variable) = (path.display(), html_file::VARIABLE);
            fail(&format!("failed to write {path} ({variable}): {error}"));
        }
        announce(&report);
        match report.status() {
            Status::Passed => {
                let notes = report::render_notes(&report);
                if !notes.is_empty() {
                    eprintln!("{notes}");
                }
                if check == Check::SingleHead {
                    self.hint();
                }
            }
            Status::Failed | Status::Error => fail(&report::render(&report)),
        }
    }

    /// What a suite with no more than the defaults could find as well; once a process, and past the harness, which hides the
    /// output of a test that passes.
    fn hint(&self) {
        static SHOWN: Once = Once::new();
        if let Some(hints) = hints::of(&self.settings) {
            SHOWN.call_once(|| self.settings.sink.report(&hints));
        }
    }

    /// The hints of this suite, as its first passing `single_head` prints them.
    #[doc(hidden)]
    pub fn hints(&self) -> Option<String> {
        hints::of(&self.settings)
    }

    /// Runs a custom test: gives `body` an own isolated database at base and returns what it returns.
    ///
    /// `failed` tells whether the returned value stands for a failed test; with `GAUNTLET_KEEP=1` the database
    /// then stays, as it does when the body panics.
    ///
    /// # Panics
    ///
    /// When the database cannot be made, with the reason; when the body panics; and when it passes although, in schema
    /// isolation, a migration reached out of the test's schema.
    #[track_caller]
    pub fn custom<T>(
        &self,
        test: &str,
        body: impl AsyncFnOnce(TestDb) -> T,
        failed: impl FnOnce(&T) -> bool,
    ) -> T {
        finish(self.run_custom(test, None, body, failed))
    }

    /// As [`custom`](Self::custom), with a database at head, or where `start` says. The migrations run once a process and
    /// content, and each test gets a copy, where the server can copy it.
    ///
    /// # Panics
    ///
    /// As [`custom`](Self::custom).
    #[track_caller]
    pub fn migrated<T>(
        &self,
        test: &str,
        start: &Migrated,
        body: impl AsyncFnOnce(TestDb) -> T,
        failed: impl FnOnce(&T) -> bool,
    ) -> T {
        finish(self.run_custom(test, Some(start), body, failed))
    }
}

/// Prints what a custom test has left and what was found outside of it, and returns what it returned.
#[track_caller]
fn finish<T>(run: Result<CustomRun<T>, String>) -> T {
    let run = match run {
        Ok(run) => run,
        Err(error) => fail(&error),
    };
    let outside = print_remains(&run.remains);
    match run.result {
        Ok(_) if !run.failed && !outside.is_empty() => fail(&outside),
        Ok(value) => {
            if run.failed {
                // The harness prints the returned error, but not where.
                eprintln!("{} failed at {}:", this_test(), Location::caller());
            }
            eprint!("{outside}");
            value
        }
        Err(panic) => {
            eprint!("{outside}");
            resume_unwind(panic)
        }
    }
}

/// Prints what a database has left. Returns the text of what migrations have changed outside of the test's schema.
fn print_remains(remains: &Remains) -> String {
    for leftover in &remains.leftovers {
        eprintln!("{leftover}");
    }
    remains.outside.iter().map(report::finding).collect()
}

/// The end of a database that the test itself has dropped, as [`finish`]. The test has `failed`, or passes so far; the
/// database was asked for at `place`.
pub(super) fn leave(remains: &Remains, failed: bool, place: &Location<'_>) {
    let outside = print_remains(remains);
    if !failed && !outside.is_empty() {
        fail_at(place, &outside);
    }
    eprint!("{outside}");
}

/// Fails the test at the place of the caller, in the form in which a panic is printed, which editors and test runners know,
/// but without a backtrace.
#[track_caller]
fn fail(text: &str) -> ! {
    fail_at(Location::caller(), text)
}

fn fail_at(place: &Location<'_>, text: &str) -> ! {
    eprintln!("\nthread '{}' panicked at {place}:\n{text}", this_test());
    resume_unwind(Box::new(text.to_owned()))
}

/// The name of the test that runs in this thread.
pub(super) fn this_test() -> String {
    thread::current().name().unwrap_or("<unnamed>").to_owned()
}

/// Standard error, past the harness, which would keep what `eprint!` writes until the end of a test that may never end.
#[derive(Debug)]
struct StandardError {
    shows: bool,
}

impl Sink for StandardError {
    fn report(&self, text: &str) {
        let mut stderr = io::stderr().lock();
        // Nothing else could report that standard error is closed.
        let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }

    fn show(&self, line: Option<&str>) {
        self.report(&format!("\r\x1b[K{}", line.unwrap_or_default()));
    }

    fn shows(&self) -> bool {
        self.shows
    }
}

/// Writes what blessing did, and that a check had nothing to compare with, past the harness, which hides the output of a test
/// that passes.
fn announce(report: &Report) {
    let said = |finding: &&Finding| finding.kind == BLESSED || finding.kind == NOT_GIVEN;
    for finding in report.findings.iter().filter(said) {
        let _ = writeln!(io::stderr(), "{}: {}", report.check, finding.title);
    }
}

/// Appends a text to a file, whole, whatever other processes append at the same time.
///
/// # Errors
///
/// When the file cannot be opened, locked or written.
pub fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.lock()?;
    file.write_all(text.as_bytes())
}
