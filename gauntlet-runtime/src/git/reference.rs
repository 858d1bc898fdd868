//! A ref that does not exist here, and the command that fetches it.

use super::{GitError, Repository};

/// The error for a ref that git does not know.
pub(super) fn missing(repository: &Repository, wanted: &str) -> GitError {
    let remotes = match wanted.starts_with('-') {
        true => Vec::new(),
        false => lines(repository, &["remote"]),
    };
    let depth = if repository.shallow { "--depth=1 " } else { "" };
    let mut next = Vec::new();
    let why = if repository.shallow {
        "it does not exist in this shallow clone"
    } else {
        "it does not exist there"
    };
    let of_remote = remotes.iter().find_map(|remote| {
        let branch = wanted.strip_prefix(remote.as_str())?.strip_prefix('/')?;
        Some((remote, branch))
    });
    let elsewhere = remotes.iter().map(|remote| format!("{remote}/{wanted}"));
    let elsewhere = elsewhere.into_iter().find(|name| {
        // An error here leaves out a proposal only.
        repository.resolve(name).is_ok_and(|commit| commit.is_some())
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
    if let [outer] = &lines(repository, &["rev-parse", "--show-superproject-working-tree"])[..] {
        next.push(format!(
            "the folder is in a submodule of {outer}; the name is one of the submodule"
        ));
    }
    GitError::NoRef {
        reference: wanted.to_owned(),
        repository: repository.top.clone(),
        why: why.to_owned(),
        next,
    }
}

/// The answer to a question that only improves a message.
fn lines(repository: &Repository, args: &[&str]) -> Vec<String> {
    let answer = repository.program.run(args, Vec::new());
    answer.ok().filter(|answer| answer.success).map(|answer| answer.lines()).unwrap_or_default()
}
