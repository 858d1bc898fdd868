//! Workflows, checked for what can be seen without running them: the commands, packages and versions that they name.

use std::path::{Path, PathBuf};

/// Subcommands that a toolchain brings.
const CARGO: &[&str] = &["check", "clippy", "doc", "fmt", "publish", "test", "update"];

/// The commands of a workflow: what follows `run:`, and the lines of a block after `run: |`.
fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut block: Option<usize> = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        let line = line.trim().trim_start_matches("- ");
        if block.is_some_and(|outer| indent > outer) {
            commands.push(line.to_owned());
            continue;
        }
        block = None;
        match line.strip_prefix("run:").map(str::trim) {
            Some("|") => block = Some(indent),
            Some(command) => commands.push(command.to_owned()),
            None => {}
        }
    }
    commands
}

/// The row of the README that says which Rust is required, by version of sqlx.
fn requirement(root: &Path) -> String {
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap_or_default();
    readme.lines().find(|line| line.starts_with("| Rust |")).unwrap_or_default().to_owned()
}

/// What is wrong with a command, seen from the root of the workspace.
fn wrong(root: &Path, command: &str) -> Option<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    match words[..] {
        ["cargo", ref rest @ ..] => {
            let toolchain = rest.first().and_then(|word| word.strip_prefix('+'));
            let rest = if toolchain.is_some() { &rest[1..] } else { rest };
            let is_a_number = |name: &str| name.starts_with(|c: char| c.is_ascii_digit());
            if let Some(name) = toolchain.filter(|name| is_a_number(name))
                && !manifest.contains(&format!("rust-version = \"{name}\""))
                && !requirement(root).split([' ', ',']).any(|word| word == name)
            {
                return Some(format!(
                    "{name} is neither the `rust-version` of the workspace nor a Rust that the README requires"
                ));
            }
            let Some(task) = rest.first().filter(|task| CARGO.contains(task)) else {
                return Some(format!("`{command}`: cargo has no such subcommand"));
            };
            let manifest = rest.windows(2).find(|pair| pair[0] == "--manifest-path");
            let workspace = manifest.and_then(|pair| Path::new(pair[1]).parent());
            let workspace = workspace.map_or_else(|| root.to_owned(), |folder| root.join(folder));
            let packages = rest.windows(2).filter(|pair| matches!(pair[0], "-p" | "--package"));
            packages.map(|pair| pair[1]).find_map(|package| match folder(&workspace, package) {
                None => Some(format!("`cargo {task}`: there is no package {package}")),
                Some(folder) => {
                    let text = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
                    let kept = *task == "publish" && text.contains("publish = false");
                    kept.then(|| format!("{package} is not published"))
                }
            })
        }
        [program, ..] if program.starts_with('.') && !root.join(program).is_file() => {
            Some(format!("there is no file {program}"))
        }
        _ => None,
    }
}

/// The folder of a package of the workspace.
fn folder(root: &Path, package: &str) -> Option<PathBuf> {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).ok()?;
    let members = manifest.split("\nmembers = [").nth(1)?.split(']').next()?;
    let mut folders = members.split(',').map(|member| root.join(member.trim().trim_matches('"')));
    let name = format!("name = \"{package}\"");
    folders.find(|folder| {
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        text.lines().any(|line| line == name)
    })
}

#[test]
fn each_command_of_the_workflows_exists() {
    let root = crate::root();
    let workflows = std::fs::read_dir(root.join(".github/workflows")).expect("workflows");
    let mut count = 0;
    for file in workflows.map(|entry| entry.expect("an entry").path()) {
        let text = std::fs::read_to_string(&file).expect("a workflow");
        for command in commands(&text) {
            count += 1;
            if let Some(wrong) = wrong(&root, &command) {
                panic!("{}: {wrong}", file.display());
            }
        }
    }
    assert!(count > 10, "only {count} commands are found");
}

#[test]
fn what_does_not_exist_is_found() {
    let root = crate::root();
    for command in [
        "cargo tset",
        "cargo +1.10 check",
        "cargo test --package quikstart",
        "cargo publish -p xtask",
        ".ci/rnu",
    ] {
        assert!(wrong(&root, command).is_some(), "{command}");
    }
}
