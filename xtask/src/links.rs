//! The repository's symbolic links: each stays inside the repository, and leads to something that is committed.
//!
//! One that leads to a folder of the machine on which it was made is a fault that only another machine sees.

use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// Committed files below `root`, and the targets of those that are symbolic links.
fn committed(root: &Path) -> (Vec<PathBuf>, Vec<(PathBuf, PathBuf)>) {
    let listed = git(root, &["ls-files", "--stage", "-z"]);
    let (mut files, mut links) = (Vec::new(), Vec::new());
    for entry in listed.split('\0').filter(|entry| !entry.is_empty()) {
        let (attributes, path) = entry.split_once('\t').expect("attributes, a tab, a path");
        let mut attributes = attributes.split(' ');
        let (mode, object) = (attributes.next(), attributes.next().expect("an object"));
        if mode == Some("120000") {
            links.push((
                PathBuf::from(path),
                PathBuf::from(git(root, &["cat-file", "blob", object])),
            ));
        }
        files.push(PathBuf::from(path));
    }
    (files, links)
}

fn git(root: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(root).output().expect("git runs");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("names in UTF-8")
}

/// Where a link leads, from the root of the repository; `None` if that is outside.
fn leads_to(link: &Path, target: &Path) -> Option<PathBuf> {
    let mut place = link.parent()?.to_owned();
    for component in target.components() {
        match component {
            Component::Normal(name) => place.push(name),
            Component::ParentDir => place.pop().then_some(())?,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(place)
}

fn wrong(root: &Path) -> Vec<String> {
    let (files, links) = committed(root);
    let mut wrong = Vec::new();
    for (link, target) in links {
        let place = leads_to(&link, &target);
        if !place.is_some_and(|place| files.iter().any(|file| file.starts_with(&place))) {
            let (link, target) = (link.display(), target.display());
            wrong.push(format!(
                "{link} is a symbolic link to {target}, which is not committed here"
            ));
        }
    }
    wrong
}

#[test]
fn links_stay_inside() {
    assert_eq!(wrong(&crate::root()), Vec::<String>::new());
}

#[test]
#[cfg(unix)]
fn links_that_lead_elsewhere_are_found() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::create_dir(root.join("inner")).expect("a folder");
    std::fs::write(root.join("inner/file"), "").expect("a file");
    for (link, target) in [
        ("good", "inner/file"),
        ("inner/good", "../inner"),
        ("absolute", "/tmp"),
        ("gone", "inner/other"),
        ("inner/outside", "../../else"),
    ] {
        symlink(target, root.join(link)).expect("a link");
    }
    git(root, &["init", "--quiet"]);
    git(root, &["add", "--all"]);
    assert_eq!(
        wrong(root),
        [
            "absolute is a symbolic link to /tmp, which is not committed here",
            "gone is a symbolic link to inner/other, which is not committed here",
            "inner/outside is a symbolic link to ../../else, which is not committed here",
        ]
    );
}
