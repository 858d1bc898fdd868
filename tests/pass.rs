//! What must compile: each file shows one thing. Here its tests run; `tests/ui.rs` compiles it again without tests.

#[path = "ui/pass/custom_tests.rs"]
mod custom_tests;

#[path = "ui/pass/all_arguments.rs"]
mod all_arguments;

#[path = "ui/pass/selection.rs"]
mod selection;

#[path = "ui/pass/hostile_scope.rs"]
mod hostile_scope;

#[path = "ui/pass/denied_lints.rs"]
mod denied_lints;

#[path = "ui/pass/nested.rs"]
mod nested;
