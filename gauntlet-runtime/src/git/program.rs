//! One run of the `git` program: its environment, its time, its answer.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::GitError;
use crate::env::Env;

/// The time that one run may take. Asking a large repository takes milliseconds; a partial clone may have to fetch.
const LIMIT: Duration = Duration::from_secs(60);

/// How many lines of standard error an error keeps.
const KEPT_LINES: usize = 4;

/// The variables by which git tells its hooks which repository they run for. A question is about the folder that it
/// names, also when the tests run in a hook.
const OF_A_HOOK: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
];

/// The program, run in one folder.
#[derive(Debug, Clone)]
pub(super) struct Program {
    path: Option<OsString>,
    folder: std::path::PathBuf,
    limit: Duration,
}

/// A run that has ended.
pub(super) struct Answer {
    pub(super) command: String,
    pub(super) success: bool,
    pub(super) status: String,
    pub(super) out: Vec<u8>,
    pub(super) said: String,
}

impl Program {
    /// The program of this environment's `PATH`.
    pub(super) fn new(folder: &Path, env: &Env) -> Program {
        let path = env.get("PATH").map(OsStr::to_owned);
        Program { path, folder: folder.to_owned(), limit: LIMIT }
    }

    /// The same program in another folder.
    pub(super) fn within(&self, folder: &Path) -> Program {
        Program { folder: folder.to_owned(), ..self.clone() }
    }

    /// The same program with another limit.
    #[cfg(test)]
    pub(super) fn limited_to(self, limit: Duration) -> Program {
        Program { limit, ..self }
    }

    /// Runs it and returns its standard output.
    pub(super) fn ask(&self, args: &[&str], input: Vec<u8>) -> Result<Vec<u8>, GitError> {
        let answer = self.run(args, input)?;
        if answer.success { Ok(answer.out) } else { Err(answer.failed()) }
    }

    /// Runs it, whatever its exit status is.
    pub(super) fn run(&self, args: &[&str], input: Vec<u8>) -> Result<Answer, GitError> {
        let name = format!("git {}", args.join(" "));
        let start = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound if self.folder.is_dir() => GitError::NoProgram,
            _ => GitError::Start { command: name.clone(), source },
        };
        let mut child = self.command(args).spawn().map_err(start)?;
        let said = child.stderr.take().map(in_background);
        let out = child.stdout.take().map(in_background);
        if let Some(mut pipe) = child.stdin.take() {
            // A program that does not read to the end says why on standard error.
            thread::spawn(move || pipe.write_all(&input));
        }
        let deadline = Instant::now() + self.limit;
        let out = received(out.as_ref(), deadline);
        let (Some(out), Some(said)) = (out, received(said.as_ref(), deadline)) else {
            end(child);
            return Err(GitError::TimedOut { command: name, limit: self.limit });
        };
        let status = child.wait().map_err(start)?;
        let (out, said) = (out.map_err(start)?, said.map_err(start)?);
        Ok(Answer {
            command: name,
            success: status.success(),
            status: status.to_string(),
            out,
            said: last_lines(&String::from_utf8_lossy(&said)),
        })
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.args(args).current_dir(&self.folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        for variable in OF_A_HOOK {
            command.env_remove(variable);
        }
        // Messages in one language, no question at a terminal, no lock on the index.
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
        command
    }
}

impl Answer {
    pub(super) fn failed(self) -> GitError {
        GitError::Failed { command: self.command, status: self.status, said: self.said }
    }

    /// The standard output as lines.
    pub(super) fn lines(&self) -> Vec<String> {
        String::from_utf8_lossy(&self.out).lines().map(str::to_owned).collect()
    }
}

fn in_background(mut pipe: impl Read + Send + 'static) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.read_to_end(&mut bytes).map(|_| bytes);
        // Nobody receives when the time is over.
        let _ = sender.send(read);
    });
    receiver
}

/// What a pipe held; `None` when the time is over.
fn received(
    pipe: Option<&Receiver<io::Result<Vec<u8>>>>,
    deadline: Instant,
) -> Option<io::Result<Vec<u8>>> {
    let Some(pipe) = pipe else { return Some(Ok(Vec::new())) };
    pipe.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
}

fn end(mut child: Child) {
    // It may have ended meanwhile.
    let _ = child.kill();
    let _ = child.wait();
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(KEPT_LINES)..].join("\n")
}
