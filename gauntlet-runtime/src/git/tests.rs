//! Git that does not answer.

use std::time::Duration;

use super::Repository;
use super::program::Program;
use crate::env::Env;

#[test]
fn a_machine_without_git() {
    let env = Env::empty().var("PATH", "/nowhere");
    let error = Repository::of(&std::env::temp_dir(), &env).unwrap_err();
    assert_eq!(
        error.to_string(),
        "run `git`: the program was not found in PATH\n  install it, or say what has shipped without git: `shipped = lock(\"migrations/gauntlet.lock\")`"
    );
}

#[test]
fn a_run_that_does_not_end() {
    let program = Program::new(&std::env::temp_dir(), &Env::process());
    let program = program.limited_to(Duration::from_millis(200));
    let error = program.ask(&["-c", "alias.wait=!sleep 5", "wait"], Vec::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "run `git -c alias.wait=!sleep 5 wait`: it did not end within 0 s\n  run it by hand: it may wait for a lock, the network or a password"
    );
}

#[test]
fn a_run_that_fails_says_what_git_said() {
    let program = Program::new(&std::env::temp_dir(), &Env::process());
    let error = program.ask(&["cat-file", "--nonsense"], Vec::new()).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("run `git cat-file --nonsense`: exit status: 1"), "{text}");
}
