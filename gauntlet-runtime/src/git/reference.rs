//! A ref that does not exist here, and the command that fetches it.

use std::path::Path;

use super::GitError;
use super::program::Program;

/// The commit that a ref names, if it exists.
pub(super) fn resolve(program: &Program, wanted: &str) -> Result<Option<String>, GitError> {
    // A text that begins with `-` would be an option.
    if wanted.starts_with('-') || wanted.contains(['\n', '\0']) {
        return Ok(None);
    }
    let wanted = format!("{wanted}^{{commit}}");
    let answer = program.run(&["rev-parse", "--verify", "--quiet", &wanted], Vec::new())?;
    Ok(answer.success.then(|| answer.lines().concat()))
}

/// The error for a ref that git does not know.
pub(super) fn missing(program: &Program, top: &Path, shallow: bool, wanted: &str) -> GitError {
    let is_option = wanted.starts_with('-');
    let remotes = if is_option { Vec::new() } else { lines(program, &["remote"]) };
    let depth = if shallow { "--depth=1 " } else { "" };
    let mut next = Vec::new();
    let why =
        if shallow { "it does not exist in this shallow clone" } else { "it does not exist there" };
    let of_remote = remotes.iter().find_map(|remote| {
        let branch = wanted.strip_prefix(remote.as_str())?.strip_prefix('/')?;
        Some((remote, branch))
    });
    let elsewhere = remotes.iter().map(|remote| format!("{remote}/{wanted}"));
    let elsewhere = elsewhere.into_iter().find(|name| {
        // An error here leaves out a proposal only.
        resolve(program, name).is_ok_and(|commit| commit.is_some())
    });
    match (of_remote, elsewhere, remotes.first()) {
        (Some((remote, branch)), ..) => next.push(format!(
            "run: git fetch {depth}{remote} {branch}:refs/remotes/{remote}/{branch}"
        )),
        (None, Some(name), _) => {
            next.push(format!("use the branch of the remote: `shipped = git(\"{name}\")`"));
        }
        (None, None, Some(remote)) => next.push(format!(
            "run, if it is a tag: git fetch {depth}{remote} refs/tags/{wanted}:refs/tags/{wanted}"
        )),
        (None, None, None) => {
            next.push(
                "correct the name; `git branch --all` and `git tag` list the names".to_owned(),
            );
        }
    }
    if !remotes.is_empty() {
        next.push(
            "in CI, check out with `fetch-depth: 0` or run that command before the tests"
                .to_owned(),
        );
    }
    if let [outer] = &lines(program, &["rev-parse", "--show-superproject-working-tree"])[..] {
        next.push(format!(
            "the folder is in a submodule of {outer}; the name is one of the submodule"
        ));
    }
    GitError::NoRef {
        reference: wanted.to_owned(),
        repository: top.to_owned(),
        why: why.to_owned(),
        next,
    }
}

/// The answer to a question that only improves a message.
fn lines(program: &Program, args: &[&str]) -> Vec<String> {
    let answer = program.run(args, Vec::new());
    answer.ok().filter(|answer| answer.success).map(|answer| answer.lines()).unwrap_or_default()
}
