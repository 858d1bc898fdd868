//! What is left behind: after an interrupt, and what `clean` removes.

use expect_test::expect;

use crate::folders::{shop, slow};
use crate::support::Folder;

#[test]
fn an_interrupted_run_leaves_no_database() {
    let folder = slow(shop());
    let (run, database) = folder.interrupt(&["check", "--only", "stairway"]);
    run.assert(
        130,
        expect![[r#"
        error: interrupted; the databases of this run are removed
    "#]],
    );
    assert!(!folder.databases().contains(&database), "{database} is still there");
}

#[test]
fn clean_removes_what_no_living_run_has() {
    let folder = slow(Folder::with_own_server());
    let nothing = || {
        expect![[r#"
            nothing is left of killed runs
        "#]]
    };
    folder.run(&["clean"]).assert(0, nothing());
    let database = folder.kill(&["check", "--only", "stairway"]);
    assert!(folder.databases().contains(&database));
    folder.wake();
    folder.wait_until_unused(&database);
    let run = folder.run(&["clean"]);
    assert_eq!((run.code, run.stdout), (0, format!("removed {database}\n")));
    assert!(!folder.databases().contains(&database));
    folder.run(&["clean"]).assert(0, nothing());
}
