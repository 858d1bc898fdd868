//! The messages of the compiler: `ui/fail` has one mistake a file and the recorded text.
//!
//! What must compile, `ui/pass`, is compiled with the other tests (`tests/pass.rs`, and without tests `tests/ui/pass.rs`): a
//! single case here that compiles would make trybuild link them all, one after the other.
//!
//! `TRYBUILD=overwrite cargo test --test ui` records the texts again.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// Marks the process in which the cases are compiled.
const INNER: &str = "GAUNTLET_TEST_UI";

/// The cases are compiled without optional features, which nothing in them uses.
///
/// `trybuild` takes the features from the hash in the name by which its program was started. In a build of the whole
/// workspace those are all features, and it would compile Docker's client and a hundred crates more once again. So the
/// program is started again under a name without a hash.
#[test]
fn ui() {
    if std::env::var_os(INNER).is_none() {
        let program = std::env::current_exe().expect("a test knows its program");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(program)
            // trybuild takes the last 17 bytes for the hash and panics at a shorter name.
            .arg0("ui-without-optional-features")
            .args(["--exact", "ui", "--nocapture"])
            .env(INNER, "1")
            .env("GAUNTLET_TEST_CARGO", cargo)
            .env("CARGO", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ui/cargo"))
            .status()
            .expect("this program can be started again");
        assert!(status.success(), "the cases fail: see above");
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/fail/*.rs");
}
