//! What the crates bring to those who depend on them.

use std::collections::BTreeSet;
use std::process::Command;

/// A crate of entities depends on it in every build, so it brings what a derive needs, and no more.
#[test]
fn the_model_crate_brings_no_driver_and_no_runtime() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--package", "migration-gauntlet-model"])
        .args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("names are UTF-8");
    let crates: BTreeSet<&str> = text.lines().filter_map(|l| l.split_whitespace().next()).collect();
    let expected = [
        "heck",
        "migration-gauntlet-macros",
        "migration-gauntlet-model",
        "migration-gauntlet-plan",
        "proc-macro2",
        "quote",
        "strsim",
        "syn",
        "unicode-ident",
    ];
    assert_eq!(crates, BTreeSet::from(expected));
}
