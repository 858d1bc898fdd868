//! `stairway` over every variant of a history, each in a process of its own as `cargo test` runs it, against the plain SQL
//! of the same history: in this build, and in another one (`GAUNTLET_BENCH_OTHER`) in the same turns.

use std::path::Path;
use std::process::Command;

use gauntlet::Check;

use crate::history::Variant;
use crate::rounds::{Case, measure};
use crate::{Floor, SEED};

/// The variable with the path of this program in another build.
const OTHER: &str = "GAUNTLET_BENCH_OTHER";

pub(crate) fn bench(size: usize, runs: usize, only: Option<&str>) {
    let own = std::env::current_exe().expect("the path of this program");
    let other = std::env::var_os(OTHER);
    for variant in Variant::ALL {
        if only.is_some_and(|only| !variant.to_string().contains(only)) {
            continue;
        }
        let history = variant.history(size, SEED);
        // Plain SQL does not get past a faulty version.
        let clean = variant.clean().history(size, SEED);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path();
        crate::write(folder, &history.versions);
        crate::write_seeds(folder, &history.seeds);
        let (server, postmaster) = crate::server(folder);
        println!("\n{variant}, N = {size}, {runs} runs, {}", server.origin());
        let mut cases = vec![
            Case::new("floor: up, down, up", || {
                crate::floor(&server, &clean.versions, Floor::Stairway);
            }),
            Case::new("stairway", || stairway(own.as_os_str().as_ref(), folder)).of(&[0]),
        ];
        if let Some(other) = &other {
            cases.push(
                Case::new("stairway, other build", || stairway(other.as_ref(), folder)).of(&[0]),
            );
        }
        let measured = measure(cases, runs, postmaster);
        measured.print();
        if other.is_some() {
            println!("other build, of this one: {:.2}", measured.ratio(2, &[1]));
        }
        println!("{}", counted(own.as_os_str().as_ref(), folder));
    }
}

/// Runs the check in a process. Whether it passes is for the tests: a variant may be faulty.
fn stairway(program: &Path, folder: &Path) {
    let status = command(program, folder).status().expect("this program starts once more");
    assert!(status.success(), "stairway cannot run");
}

fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    let name = std::env::var(crate::NAME).unwrap_or_else(|_| crate::server_name());
    command.env(crate::NAME, name).arg("--any").arg(Check::Stairway.name()).arg(folder);
    command
}

/// What one more run does, counted.
fn counted(program: &Path, folder: &Path) -> String {
    let output = command(program, folder).arg("--count").output();
    let output = output.expect("this program starts once more");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
