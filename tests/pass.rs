//! Suites that must compile: each file shows one thing. Here its tests run; `tests/ui/pass.rs` compiles it again without tests.

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

#[path = "ui/pass/advanced.rs"]
mod advanced;

#[path = "ui/pass/nested.rs"]
mod nested;

/// A generated test fails at the argument that it is about, a custom one at its own name.
#[test]
fn failures_stand_at_their_cause() {
    let at = |test: &str| {
        let exe = std::env::current_exe().expect("a test knows its program");
        let output = std::process::Command::new(exe)
            .args(["--ignored", "--exact", "--nocapture", test])
            .output()
            .expect("this program can be started again");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let place = text.split("panicked at ").nth(1).and_then(|rest| rest.split(":\n").next());
        place.map(|place| place.replace('\\', "/")).unwrap_or(text)
    };
    assert_eq!(at("failing::migrations::stairway"), "tests/ui/failing.rs:9:5");
    assert_eq!(at("failing::migrations::single_head"), "tests/ui/failing.rs:9:5");
    assert_eq!(at("failing::migrations::up_to_date"), "tests/ui/failing.rs:11:5");
    assert_eq!(at("failing::migrations::enum_values"), "tests/ui/failing.rs:11:5");
    assert_eq!(at("failing::migrations::naming"), "tests/ui/failing.rs:7:1");
    assert_eq!(at("failing::migrations::custom"), "tests/ui/failing.rs:17:14");
}

#[path = "ui/failing.rs"]
mod failing;
