//! The messages of the compiler: `fail` has one mistake a file and the recorded text.
//!
//! What must compile, `pass`, is compiled with the other tests (`tests/pass.rs`, and without tests `tests/ui/pass.rs`): a
//! single case here that compiles would make trybuild link them all, one after the other.
//!
//! `TRYBUILD=overwrite cargo test --test ui` records the texts again.

use std::process::Command;

/// Names cargo to the program that takes its place, in the process in which the cases are compiled.
const CARGO: &str = "GAUNTLET_TEST_CARGO";

/// The program is started again with another `CARGO`, which says why.
#[test]
fn ui() {
    if std::env::var_os(CARGO).is_none() {
        let program = std::env::current_exe().expect("a test knows its program");
        let status = Command::new(program)
            .args(["--exact", "ui", "--nocapture"])
            .env(CARGO, std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .env("CARGO", concat!(env!("CARGO_MANIFEST_DIR"), "/cargo"))
            .status()
            .expect("this program can be started again");
        assert!(status.success(), "the cases fail: see above");
        return;
    }
    trybuild::TestCases::new().compile_fail("fail/*.rs");
}
