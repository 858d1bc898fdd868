//! What must compile: each file shows one thing. Here its tests run; `tests/ui.rs` compiles it again without tests.

#[path = "ui/pass/custom_tests.rs"]
mod custom_tests;
