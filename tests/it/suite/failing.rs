//! A failed test as the harness shows it: the finding and its place without frames, and the frames of the user's own panics.

use std::path::Path;
use std::process::Command;

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::suite::Suite;

use crate::support::Project;

const HISTORY: &str = "--- 1_broken.sql\nSELECT * FROM nothing;\n";

/// Where the child processes of this file find their project, and what they do there.
const PROJECT: &str = "GAUNTLET_TEST_FAILING_PROJECT";
const MODE: &str = "GAUNTLET_TEST_FAILING_MODE";

/// Not a test of its own: what the child processes run.
#[test]
fn child() -> Result<(), gauntlet::Error> {
    let Some(folder) = std::env::var_os(PROJECT) else { return Ok(()) };
    let suite = Suite::new("tests::migrations", folder).db(crate::support::embedded());
    match std::env::var(MODE).unwrap().as_str() {
        "check" => suite.check(Check::Stairway),
        "panic" => suite.custom("custom", async |_| panic!("on purpose"), |()| false),
        "error" => {
            let body = async |mut db: gauntlet::TestDb| db.upgrade().await.map(drop);
            return suite.custom("custom", body, Result::is_err);
        }
        mode => panic!("no mode {mode}"),
    }
    Ok(())
}

/// What a run with this `RUST_BACKTRACE` prints, on both streams.
fn output(project: &Path, mode: &str, backtrace: Option<&str>) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "suite::failing::child", "--test-threads=1"]);
    command.env(PROJECT, project).env(MODE, mode);
    command.env(crate::support::RUN, crate::support::run());
    for variable in ["GAUNTLET_KEEP", "GAUNTLET_JSON", "RUST_BACKTRACE", "RUST_LIB_BACKTRACE"] {
        command.env_remove(variable);
    }
    command.envs(backtrace.map(|value| ("RUST_BACKTRACE", value)));
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{mode} passes");
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_failure_of_ours_prints_its_place_and_no_frames() {
    let project = Project::new(HISTORY);
    for backtrace in [None, Some("1"), Some("full")] {
        for (mode, finding) in
            [("check", "the up of 1_broken fails"), ("error", "failed to run the up of 1_broken")]
        {
            let text = output(project.path(), mode, backtrace);
            let case = format!("{mode}, RUST_BACKTRACE={backtrace:?}:\n{text}");
            assert!(text.contains(finding), "{case}");
            assert!(text.contains("--> migrations/1_broken.sql:1:15"), "{case}");
            assert!(text.contains(&format!(" at {}:", file!())), "{case}");
            assert!(!text.contains("stack backtrace"), "{case}");
            assert!(!text.contains("RUST_BACKTRACE=1`"), "{case}");
        }
    }
}

#[test]
fn a_panic_of_the_users_own_keeps_its_frames() {
    let project = Project::new(HISTORY);
    for backtrace in [None, Some("1"), Some("full")] {
        let text = output(project.path(), "panic", backtrace);
        assert!(text.contains("on purpose"), "{text}");
        assert!(text.contains(&format!("panicked at {}:", file!())), "{text}");
        assert_eq!(text.contains("stack backtrace"), backtrace.is_some(), "{text}");
        assert!(text.contains("failing::child"), "{text}");
    }
}
