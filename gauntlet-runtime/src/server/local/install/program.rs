//! The programs of package clients: no questions, a limit in time, and an end together with us, except for what must not be cut
//! short.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::server::local::files::tail;
use crate::server::source_context::SourceContext;

/// How often a running program is looked at.
const POLL: Duration = Duration::from_millis(20);

/// How often it is reported that a program runs.
const REPORT: Duration = Duration::from_secs(10);

/// How many of the last lines of a failed program are kept.
const LINES: usize = 8;

/// Variables that keep the clients from asking and from doing more than they have to.
const UNATTENDED: [(&str, &str); 9] = [
    ("LC_ALL", "C"),
    ("DEBIAN_FRONTEND", "noninteractive"),
    ("NEEDRESTART_SUSPEND", "1"),
    ("NONINTERACTIVE", "1"),
    ("HOMEBREW_NO_AUTO_UPDATE", "1"),
    ("HOMEBREW_NO_ENV_HINTS", "1"),
    ("PIP_NO_INPUT", "1"),
    ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    ("NO_COLOR", "1"),
];

/// The programs of one client.
pub(super) struct Programs<'a> {
    pub(super) context: &'a SourceContext,
    /// The client's name.
    pub(super) client: &'static str,
    /// Where they run, and leave what they print.
    pub(super) folder: &'a Path,
    /// The lock that keeps other processes from installing.
    pub(super) lock: &'a File,
    /// When they are ended.
    pub(super) deadline: Instant,
    /// The limit that led to it.
    pub(super) limit: Duration,
}

impl Programs<'_> {
    /// Runs a program to its end and returns its standard output.
    ///
    /// The error is the command, how it ended and its last lines.
    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        self.run_with(&Way::EndsWithUs, program, arguments)
    }

    /// Runs a program that leaves damage where it is killed: nobody ends it, and it holds the lock when we have died. The script
    /// gets `file`, and the program with its arguments.
    pub(super) fn run_through(
        &self,
        script: &str,
        file: &Path,
        program: &str,
        arguments: &[&str],
    ) -> Result<String, String> {
        self.run_with(&Way::Through { script, file }, program, arguments)
    }

    fn run_with(&self, way: &Way<'_>, program: &str, arguments: &[&str]) -> Result<String, String> {
        let path = in_path(self.context, program).ok_or("not in PATH")?;
        let command = [&[program], arguments].concat().join(" ");
        let (out, err) = (self.folder.join(".stdout"), self.folder.join(".stderr"));
        let ended = self.wait(way, &path, arguments, &out, &err);
        let (out, err) = (take(&out), take(&err));
        match ended {
            Ok(Ended::By(status)) if status.success() => Ok(out),
            Ok(Ended::By(status)) => {
                Err(format!("`{command}` failed ({status}){}", last_lines(&err, &out)))
            }
            Ok(Ended::Late) => {
                let (seconds, last) = (self.limit.as_secs(), last_lines(&err, &out));
                let how = match way {
                    Way::EndsWithUs => "was ended",
                    Way::Through { .. } => "still runs",
                };
                Err(format!("`{command}` {how} after {seconds} s{last}"))
            }
            Err(error) => Err(format!("`{command}` could not run: {error}")),
        }
    }

    /// Reports what the client does.
    pub(super) fn report(&self, what: &str) {
        self.context.report(&format!("{}: {what}\n", self.client));
    }

    fn wait(
        &self,
        way: &Way<'_>,
        program: &Path,
        arguments: &[&str],
        out: &Path,
        err: &Path,
    ) -> std::io::Result<Ended> {
        let inherited = self.context.environment().variables();
        // Files and not pipes, which a grandchild could hold open.
        let mut command = Command::new("/bin/sh");
        match way {
            // Its end ends the group.
            Way::EndsWithUs => {
                command.args(["-c", include_str!("program.sh"), "sh"]).stdin(Stdio::piped())
            }
            // The shell holds it open, and with it the lock.
            Way::Through { script, file } => {
                command.args(["-c", script, "sh"]).arg(file).stdin(self.lock.try_clone()?)
            }
        };
        let mut child = command
            .arg(program)
            .args(arguments)
            .current_dir(self.folder)
            .env_clear()
            .envs(inherited)
            .envs(UNATTENDED)
            .stdout(File::create(out)?)
            .stderr(File::create(err)?)
            .process_group(0)
            .spawn()?;
        let life = child.stdin.take();
        let begin = Instant::now();
        let mut reported = begin;
        let ended = loop {
            if let Some(status) = child.try_wait()? {
                break Ended::By(status);
            }
            if Instant::now() > self.deadline {
                break Ended::Late;
            }
            if reported.elapsed() > REPORT {
                reported = Instant::now();
                // Some clients leave nothing in the folder.
                let size = match size(self.folder) >> 20 {
                    0 => String::new(),
                    size => format!(", {size} MB"),
                };
                self.report(&format!("{} s{size}", begin.elapsed().as_secs()));
            }
            std::thread::sleep(POLL);
        };
        drop(life);
        if matches!((way, &ended), (Way::EndsWithUs, Ended::Late)) {
            child.wait()?;
        }
        Ok(ended)
    }
}

/// How a program comes to its end.
enum Way<'a> {
    /// By itself, or together with us.
    EndsWithUs,
    /// By itself only.
    Through { script: &'a str, file: &'a Path },
}

enum Ended {
    By(std::process::ExitStatus),
    Late,
}

/// The file of a program in `PATH`.
pub(super) fn in_path(context: &SourceContext, program: &str) -> Option<PathBuf> {
    let entries = context.environment().paths("PATH");
    entries.into_iter().map(|entry| entry.join(program)).find(|path| path.is_file())
}

/// The text of a file, which is removed.
fn take(path: &Path) -> String {
    let text = tail(path);
    drop(fs::remove_file(path));
    text
}

/// The last lines of standard error, or else of standard output, each on a line of its own.
fn last_lines(err: &str, out: &str) -> String {
    let text = if err.trim().is_empty() { out } else { err };
    let lines: Vec<&str> =
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(LINES)..];
    if last.is_empty() { String::new() } else { format!("\n{}", last.join("\n")) }
}

/// The bytes in a folder, as far as it can be read while it changes.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::OpenOptionsExt;

    use super::*;

    fn programs<T>(limit: Duration, body: impl FnOnce(&Programs<'_>) -> T) -> T {
        let id = uuid::Uuid::new_v4();
        let folder = std::env::temp_dir().join(format!("gauntlet-program-{id}"));
        fs::create_dir(&folder).unwrap();
        let context = SourceContext::default().with_environment([("PATH", "/usr/bin:/bin")]);
        let deadline = Instant::now() + limit;
        let lock = File::create(folder.join("lock")).unwrap();
        let (client, folder, lock) = ("sh", folder.as_path(), &lock);
        let done = body(&Programs { context: &context, client, folder, lock, deadline, limit });
        fs::remove_dir_all(folder).unwrap();
        done
    }

    #[test]
    fn a_program_has_no_input_and_its_output_is_returned_or_its_last_lines() {
        programs(Duration::from_secs(60), |programs| {
            assert_eq!(programs.run("sh", &["-c", "cat; echo done"]).unwrap(), "done\n");
            assert_eq!(
                programs.run("sh", &["-c", "echo one; echo two >&2; exit 3"]).unwrap_err(),
                "`sh -c echo one; echo two >&2; exit 3` failed (exit status: 3)\ntwo"
            );
            assert_eq!(programs.run("no-such-program", &[]).unwrap_err(), "not in PATH");
        });
    }

    /// The background process would hold the FIFO open for an hour.
    #[test]
    fn what_takes_too_long_is_ended_with_all_that_it_has_started() {
        programs(Duration::from_secs(2), |programs| {
            let script = "mkfifo held && { sleep 3600 <>held & sleep 3600; }";
            let error = programs.run("sh", &["-c", script]).unwrap_err();
            assert!(error.contains("was ended after"), "{error}");
            let held = programs.folder.join("held");
            let begin = Instant::now();
            // A FIFO without a reader refuses a writer that does not wait.
            let open = || File::options().write(true).custom_flags(libc::O_NONBLOCK).open(&held);
            while open().is_ok() {
                assert!(begin.elapsed() < Duration::from_secs(60), "it still runs");
                std::thread::sleep(POLL);
            }
            assert_eq!(open().unwrap_err().raw_os_error(), Some(libc::ENXIO));
        });
    }

    /// It waits until a FIFO has a writer.
    #[test]
    fn what_must_not_be_cut_short_goes_on_and_holds_the_lock() {
        programs(Duration::from_secs(1), |programs| {
            let fifo = programs.folder.join("fifo");
            assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
            let ours = File::create(programs.folder.join("own")).unwrap();
            ours.lock().unwrap();
            let script = "file=$1; shift; read -r _ <\"$file\"; \"$@\"";
            let error = Programs { lock: &ours, ..*programs }
                .run_through(script, &fifo, "touch", &["done"])
                .unwrap_err();
            assert_eq!(error, "`touch done` still runs after 1 s");
            drop(ours);
            let other = File::open(programs.folder.join("own")).unwrap();
            assert!(matches!(other.try_lock(), Err(fs::TryLockError::WouldBlock)));
            fs::write(&fifo, "").unwrap();
            other.lock().unwrap();
            assert!(programs.folder.join("done").exists());
        });
    }
}
