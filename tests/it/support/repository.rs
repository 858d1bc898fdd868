//! A git repository with a crate's migrations, made by a test with the real `git`.

use std::path::{Path, PathBuf};
use std::process::Command;

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::Report;
use gauntlet_runtime::suite::Suite;
use tempfile::TempDir;

use super::gallery::printed;

/// A working tree that is gone when the test ends.
#[derive(Debug)]
pub(crate) struct Repository {
    folder: TempDir,
    tree: PathBuf,
}

impl Repository {
    /// A repository whose branch `main` has these files in its first commit, written as in
    /// [`Project::new`](super::Project::new), with the names from the top. The working tree is on the branch `work`.
    #[track_caller]
    pub(crate) fn new(files: &str) -> Repository {
        let folder = tempfile::Builder::new().prefix("gauntlet-git").tempdir().unwrap();
        let tree = folder.path().join("project");
        std::fs::create_dir(&tree).unwrap();
        let repository = Repository { folder, tree };
        repository.git("init --quiet --initial-branch=main");
        repository.write(files);
        repository.commit("first");
        repository.git("switch --quiet --create work");
        repository
    }

    /// Clones this repository with these options.
    pub(crate) fn clone_with(&self, options: &str) -> Repository {
        let folder = tempfile::Builder::new().prefix("gauntlet-git").tempdir().unwrap();
        let tree = folder.path().join("project");
        let from = format!("file://{}", self.tree.display());
        run(folder.path(), &format!("clone --quiet {options} {from} project"));
        Repository { folder, tree }
    }

    /// A second view of a folder of this repository, such as a worktree of it.
    pub(crate) fn at(self, tree: impl AsRef<Path>) -> Repository {
        let tree = self.tree.join(tree);
        Repository { tree, ..self }
    }

    /// Writes files: each begins with a line `--- name`, from the top.
    #[track_caller]
    pub(crate) fn write(&self, files: &str) {
        for part in files.trim_start().split("--- ").skip(1) {
            let (name, text) = part.split_once('\n').unwrap_or((part, ""));
            self.write_bytes(name.trim(), text.as_bytes());
        }
    }

    pub(crate) fn write_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.tree.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.tree.join(name)).unwrap()
    }

    /// Commits everything.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str) {
        self.git("add --all");
        self.git(&format!("commit --quiet --allow-empty --message={message}"));
    }

    /// Runs git, which has to succeed.
    #[track_caller]
    pub(crate) fn git(&self, args: &str) -> String {
        run(&self.tree, args)
    }

    /// Runs a command line that a help proposes.
    #[track_caller]
    pub(crate) fn shell(&self, line: &str) {
        let mut command = Command::new("sh");
        command.args(["-e", "-c", line]);
        complete(&mut command, &self.tree, line);
    }

    pub(crate) fn path(&self) -> &Path {
        &self.tree
    }

    /// The suite of the crate in the top folder.
    pub(crate) fn suite(&self) -> Suite {
        Suite::new("tests::migrations", &self.tree).db(super::embedded())
    }

    /// The text of the check `shipped`, without what changes from run to run.
    #[track_caller]
    pub(crate) fn text(&self, settings: impl FnOnce(Suite) -> Suite) -> String {
        self.text_of(&settings(self.suite()).report(Check::Shipped))
    }

    pub(crate) fn text_of(&self, report: &Report) -> String {
        let folder = self.folder.path().canonicalize().unwrap();
        without_commits(&printed(report).replace(&folder.display().to_string(), "…"))
    }

    /// Runs the commands that the findings of a report propose.
    #[track_caller]
    pub(crate) fn do_what_helps(&self, report: &Report) {
        for finding in &report.findings {
            for help in &finding.help {
                if let Some(code) = &help.code
                    && code.language == gauntlet_runtime::finding::Language::Shell
                {
                    self.shell(&code.text);
                }
            }
        }
    }
}

/// Replaces `(1a2b3c4)`, the commit behind a ref.
fn without_commits(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('(') {
        let inside = &rest[start + 1..];
        let is_commit = inside.len() > 7
            && inside.as_bytes()[7] == b')'
            && inside.as_bytes()[..7].iter().all(u8::is_ascii_hexdigit);
        out.push_str(&rest[..=start]);
        rest = inside;
        if is_commit {
            out.push('…');
            rest = &inside[7..];
        }
    }
    out + rest
}

#[track_caller]
fn run(folder: &Path, args: &str) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "protocol.file.allow=always", "-c", "core.autocrlf=false"]);
    command.args(args.split_whitespace());
    complete(&mut command, folder, args)
}

#[track_caller]
fn complete(command: &mut Command, folder: &Path, what: &str) -> String {
    for (name, value) in [
        ("GIT_AUTHOR_NAME", "Ann"),
        ("GIT_AUTHOR_EMAIL", "ann@example.com"),
        ("GIT_COMMITTER_NAME", "Ann"),
        ("GIT_COMMITTER_EMAIL", "ann@example.com"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ] {
        command.env(name, value);
    }
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let output = command.current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
