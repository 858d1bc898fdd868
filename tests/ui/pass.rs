//! The suites of `ui/pass` in a build without tests: an attribute must leave a crate as it found it, also to those who deny
//! all warnings. `cargo test` compiles this as an example, which is never run; `tests/pass.rs` runs the same suites' tests.

#![allow(dead_code, reason = "what only a suite names is used by its tests alone")]

/// One file for each thing that has to compile.
pub mod pass {
    pub mod advanced;
    pub mod all_arguments;
    pub mod custom_tests;
    pub mod denied_lints;
    pub mod hostile_scope;
    pub mod minimal;
    pub mod models;
    pub mod nested;
    pub mod selection;
}
