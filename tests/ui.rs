//! The messages of the compiler: `ui/fail` has one mistake a file and the recorded text; `ui/pass` must compile, also
//! without tests (with tests it is compiled, and run, by `tests/pass.rs`).
//!
//! `TRYBUILD=overwrite cargo test --test ui` records the texts again.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/fail/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}
