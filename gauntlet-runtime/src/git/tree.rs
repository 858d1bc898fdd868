//! The files of a commit in one folder.

use super::GitError;
use super::program::Program;

/// The files that a commit has in a folder and below it.
#[derive(Debug)]
pub(crate) struct Tree {
    program: Program,
    pub(crate) files: Vec<TreeFile>,
}

/// One file of a commit.
#[derive(Debug, Clone)]
pub(crate) struct TreeFile {
    /// The path from the top of the repository.
    pub(crate) path: String,
    object: String,
    /// A submodule, whose files are in another repository.
    pub(crate) submodule: bool,
}

impl Tree {
    pub(super) fn read(program: &Program, commit: &str, folder: &str) -> Result<Tree, GitError> {
        let mut args = vec!["ls-tree", "-r", "-z", "--full-tree", commit];
        if !folder.is_empty() {
            args.extend(["--", folder]);
        }
        let out = program.ask(&args, Vec::new())?;
        let mut files = Vec::new();
        for entry in out.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            let entry = String::from_utf8_lossy(entry);
            // `MODE TYPE OBJECT\tPATH`
            let parts = entry.split_once('\t').and_then(|(facts, path)| {
                let mut facts = facts.split(' ');
                Some((facts.next()?, facts.next()?, facts.next()?, path))
            });
            let Some((_, kind, object, path)) = parts else {
                let command = format!("git {}", args.join(" "));
                return Err(GitError::Answer { command, answer: entry.into_owned() });
            };
            files.push(TreeFile {
                path: path.to_owned(),
                object: object.to_owned(),
                submodule: kind == "commit",
            });
        }
        Ok(Tree { program: program.clone(), files })
    }

    /// The contents of files, in their order, each as a checkout would write it here.
    ///
    /// # Errors
    ///
    /// When git fails, or does not have a file.
    pub(crate) fn contents(&self, files: &[&TreeFile]) -> Result<Vec<Vec<u8>>, GitError> {
        const ARGS: [&str; 3] = ["cat-file", "--batch", "--filters"];
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let mut input = Vec::new();
        for file in files {
            input.extend_from_slice(format!("{} {}\n", file.object, file.path).as_bytes());
        }
        let out = self.program.ask(&ARGS, input)?;
        let mut rest = &out[..];
        let mut contents = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let following = files.get(number + 1);
            match next(&mut rest, file, following) {
                Some(bytes) => contents.push(bytes),
                None => return Err(unexpected(file, rest)),
            }
        }
        Ok(contents)
    }
}

/// One answer of `cat-file --batch`: `OBJECT blob SIZE`, a line feed, the bytes, a line feed. The size is the one before
/// the filters, so the bytes end where the next answer begins.
fn next(rest: &mut &[u8], file: &TreeFile, following: Option<&&TreeFile>) -> Option<Vec<u8>> {
    let head = format!("{} blob ", file.object);
    let after = rest.strip_prefix(head.as_bytes())?;
    let start = after.iter().position(|byte| *byte == b'\n')? + 1;
    let bytes = &after[start..];
    let Some(following) = following else {
        let bytes = bytes.strip_suffix(b"\n")?;
        *rest = &[];
        return Some(bytes.to_vec());
    };
    let mark = format!("\n{} ", following.object);
    let mark = mark.as_bytes();
    let line_feeds = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let end = line_feeds.map(|(at, _)| at).find(|at| bytes[*at..].starts_with(mark))?;
    *rest = &bytes[end + 1..];
    Some(bytes[..end].to_vec())
}

fn unexpected(file: &TreeFile, rest: &[u8]) -> GitError {
    let answer: Vec<u8> =
        rest.iter().take(200).copied().take_while(|byte| *byte != b'\n').collect();
    GitError::Answer {
        command: format!("git cat-file --batch --filters ({})", file.path),
        answer: String::from_utf8_lossy(&answer).into_owned(),
    }
}
