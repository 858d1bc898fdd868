use std::path::{Path, PathBuf};
use std::process::Command;

use super::edit::{camel, words};
use super::{new_check, new_engine};

#[test]
fn a_name_is_in_snake_case() {
    assert_eq!(words("no_locks").map(|words| camel(&words)), Ok("NoLocks".to_owned()));
    for wrong in ["", "NoLocks", "no-locks", "no__locks", "2_locks", "../locks"] {
        assert!(words(wrong).is_err(), "{wrong}");
    }
}

/// The stubs in a copy of the workspace. In the longer forms of the tests (`GAUNTLET_TEST_ALL`) the copy is checked by the
/// compiler, and in the longest (`1`) their examples run.
#[test]
fn the_stubs_fit_in() {
    let root = crate::root();
    let copy = root.join("target/xtask/copy");
    if copy.exists() {
        std::fs::remove_dir_all(&copy).expect("the last copy is removed");
    }
    copy_sources(&root, &copy);

    new_check(&copy, "no_stubs").expect("a check");
    let again = new_check(&copy, "no_stubs").expect_err("the check exists");
    assert!(again.ends_with("exists already"), "{again}");
    new_engine(&copy, "stub_engine").expect("an engine");
    let list = std::fs::read_to_string(copy.join("gauntlet-plan/src/check.rs")).expect("a list");
    assert!(list.contains("NoStubs = no_stubs {"), "{list}");

    let Some(extent) = std::env::var_os("GAUNTLET_TEST_ALL") else { return };
    let runs = extent == "1";
    rename_versions(&copy);
    let output = Command::new(env!("CARGO"))
        .arg(if runs { "test" } else { "check" })
        // The whole workspace, as everywhere: another selection has other features of the dependencies.
        .args(["--quiet", "--workspace", "--test", "it"])
        .args(runs.then_some("stub"))
        .current_dir(&copy)
        .env("CARGO_TARGET_DIR", target(&root))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
    // Without a warning either.
    assert!(output.status.success() && (runs || text.is_empty()), "the stubs fail:\n{text}");
    assert!(!runs || text.contains("3 passed"), "the examples of the stubs did not run:\n{text}");
}

/// Gives the crates of a copy a version of their own, so that they share the target directory, and with it the compiled
/// dependencies, and Cargo still does not take them for those of the workspace.
fn rename_versions(copy: &Path) {
    let manifest = copy.join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).expect("the manifest of the workspace");
    let version = env!("CARGO_PKG_VERSION");
    let renamed = text
        .replace(&format!("\"{version}\""), &format!("\"{version}-stubs\""))
        .replace(&format!("\"={version}\""), &format!("\"={version}-stubs\""));
    assert_ne!(renamed, text, "the manifest does not name the version {version}");
    std::fs::write(&manifest, renamed).expect("the manifest is written");
}

/// The target directory in which this program was built.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Copies what git knows, and what it would take.
fn copy_sources(from: &Path, to: &Path) {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(from)
        .output()
        .expect("git runs");
    let files = String::from_utf8(output.stdout).expect("names in UTF-8");
    for file in files.split('\0').filter(|file| from.join(file).is_file()) {
        let target = to.join(file);
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("a folder is made");
        std::fs::copy(from.join(file), target).expect("a file is copied");
    }
}
