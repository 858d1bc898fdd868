//! The lock file.

use std::fmt::Write as _;
use std::path::Path;

use expect_test::expect;
use gauntlet_runtime::history::shipped::{Lock, lock};
use gauntlet_runtime::runtime::block_on;

use super::SHIPPED;
use crate::support::Repository;
use crate::support::database::{UsersDatabase, server};

const FILE: &str = "migrations/gauntlet.lock";

fn blessed() -> Repository {
    let repository = Repository::new(SHIPPED);
    repository
        .write("--- .gitattributes\n*.sql text eol=lf\nmigrations/gauntlet.lock merge=union\n");
    repository.text(|suite| suite.shipped(lock(FILE)).bless(true));
    repository.commit("lock");
    repository
}

#[test]
fn it_is_written_on_demand() {
    let repository = Repository::new(SHIPPED);
    expect![[r#"
        shipped could not run:

           failed to read migrations/gauntlet.lock: the lock file does not exist
             run once with GAUNTLET_BLESS=1 at a state that has shipped, and commit the file
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(lock(FILE))));
    expect![[r#"
        shipped: ok
        shipped: note: two branches that add versions to migrations/gauntlet.lock conflict

           help: add to .gitattributes in the top folder of the repository:

                 migrations/gauntlet.lock merge=union

        shipped: note: wrote migrations/gauntlet.lock: added 2 versions

        shipped: note: compared 0 versions with migrations/gauntlet.lock; 2 versions are new
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(lock(FILE)).bless(true)));
    expect![[r#"
        # The migrations that have shipped. GAUNTLET_BLESS=1 adds the new ones; a line that is here never changes.
        # version, `simple` or `up` and `down`, each with its checksum, name
        1 up c72d83fd3fa44d3458d479ba249777d97527fde4ccd1e1483878051ba8ee6f15fcf7964f412c5d17e122e4397248e42a down 654d520d8584303e4197074587b0e96b3f62a756039414e998f49e5eae5b35121598468fd8b2e9f0830ba381b3b7a519 users
        3 up 38ea8677c01d4accc49fc031cbdfde02d2797cd3e27a89fbe8e3637c563b4a985cc7e91a863f7a2793e9762ba3628ec5 down 4a122da6dea49b37869f2d96730e1ff08af6886e4ec1b6e47020902ed3daba5dc950e9c3b44a0a4b9ee21319f9bd823e add_email
    "#]].assert_eq(&repository.read(FILE));
    expect![[r#"
        shipped: ok
        shipped: note: two branches that add versions to migrations/gauntlet.lock conflict

           help: add to .gitattributes in the top folder of the repository:

                 migrations/gauntlet.lock merge=union

        shipped: note: migrations/gauntlet.lock already lists every version

        shipped: note: compared 2 versions with migrations/gauntlet.lock; none is new
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(lock(FILE)).bless(true)));
    expect![[r#"
        shipped: ok
        shipped: note: two branches that add versions to migrations/gauntlet.lock conflict

           help: add to .gitattributes in the top folder of the repository:

                 migrations/gauntlet.lock merge=union

        shipped: note: compared 2 versions with migrations/gauntlet.lock; none is new
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(lock(FILE))));
}

#[test]
fn a_changed_line_is_never_blessed_away() {
    let repository = blessed();
    let before = repository.read(FILE);
    repository
        .write("--- migrations/3_add_email.up.sql\nALTER TABLE users ADD COLUMN email citext;\n");
    repository.write("--- migrations/4_orders.up.sql\nCREATE TABLE orders ();\n--- migrations/4_orders.down.sql\nDROP TABLE orders;\n");
    expect![[r#"
        shipped: 1 finding

        1. 3_add_email has shipped, and its up script has changed
           --> migrations/3_add_email.up.sql
           at deployment: sqlx fails with VersionMismatch(3), and the service does not start
           checksum in migrations/gauntlet.lock: 38ea8677c01d4accc49fc031cbdfde02d2797cd3e27a89fbe8e3637c563b4a985cc7e91a863f7a2793e9762ba3628ec5

           help: bring the script back, and make the change in a new version; its history is in:

                 git log -p -- migrations/3_add_email.up.sql

           help: or, if it has not shipped yet, remove its line from the lock file and run with GAUNTLET_BLESS=1

           help: or, if its checksum is corrected in every deployed database, declare it (in the attribute):

                 shipped(lock = "migrations/gauntlet.lock", healed = [3])

        note: wrote migrations/gauntlet.lock: added 1 version

        note: compared 2 versions with migrations/gauntlet.lock; 1 version is new
    "#]].assert_eq(&repository.text(|suite| suite.shipped(lock(FILE)).bless(true)));
    let after = repository.read(FILE);
    assert!(after.starts_with(&before) && after.lines().count() == before.lines().count() + 1);
}

#[test]
fn white_space_is_recognised_by_the_checksum() {
    let repository = blessed();
    repository.write("--- migrations/1_users.up.sql\nCREATE TABLE users (id bigint PRIMARY KEY);\r\n--- migrations/3_add_email.up.sql\nALTER TABLE users ADD COLUMN email text;  \n");
    expect![[r#"
        shipped: 2 findings

        1. 1_users has shipped, and its up script has changed in the ends of its lines only
           --> migrations/1_users.up.sql
           at deployment: sqlx fails with VersionMismatch(1), and the service does not start

           help: bring the script back; its history is in:

                 git log -p -- migrations/1_users.up.sql

           help: or, if it has not shipped yet, remove its line from the lock file and run with GAUNTLET_BLESS=1

        2. 3_add_email has shipped, and its up script has changed in white space only
           --> migrations/3_add_email.up.sql
           at deployment: sqlx fails with VersionMismatch(3), and the service does not start

           help: bring the script back; its history is in:

                 git log -p -- migrations/3_add_email.up.sql

           help: or, if it has not shipped yet, remove its line from the lock file and run with GAUNTLET_BLESS=1

        note: compared 2 versions with migrations/gauntlet.lock; none is new
    "#]].assert_eq(&repository.text(|suite| suite.shipped(lock(FILE))));
}

#[test]
fn lines_that_are_not_understood() {
    let repository = blessed();
    let text = repository.read(FILE);
    repository.write_bytes(FILE, format!("{text}<<<<<<< HEAD\n").as_bytes());
    expect![[r#"
        shipped could not run:

           failed to read migrations/gauntlet.lock:5: it has the marks of a merge conflict
             <<<<<<< HEAD
             keep the lines of both sides and remove the marks
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(lock(FILE))));
    repository.write_bytes(FILE, format!("{text}4 upp 123\n").as_bytes());
    expect![[r#"
        shipped could not run:

           failed to read migrations/gauntlet.lock:5: the line is not understood
             4 upp 123
             restore the file from git, then run with GAUNTLET_BLESS=1
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(lock(FILE))));
    let line = text.lines().last().unwrap().replace("add_email", "add_mail");
    repository.write_bytes(FILE, format!("{text}{line}\n").as_bytes());
    expect![[r#"
        shipped could not run:

           failed to read migrations/gauntlet.lock:5: the version stands on an earlier line too, which is different
             3 up 38ea8677c01d4accc49fc031cbdfde02d2797cd3e27a89fbe8e3637c563b4a985cc7e91a863
             keep the line of the version that has shipped
    "#]].assert_eq(&repository.text(|suite| suite.shipped(lock(FILE))));
}

#[test]
fn two_branches_that_add_versions_merge_without_a_conflict() {
    let mut files =
        "--- .gitattributes\n*.sql text eol=lf\nmigrations/gauntlet.lock merge=union\n".to_owned();
    for number in 1..=200 {
        let _ = writeln!(files, "--- migrations/{}_t.sql\nSELECT {number};", 20_240_000 + number);
    }
    let repository = Repository::new(&files);
    let bless = || repository.text(|suite| suite.shipped(lock(FILE)).bless(true));
    bless();
    repository.commit("lock");
    repository.git("switch --quiet --create other");
    repository.write(
        "--- migrations/20240201_a.sql\nSELECT 201;\n--- migrations/20240204_b.sql\nSELECT 202;\n",
    );
    bless();
    repository.commit("other");
    repository.git("switch --quiet work");
    repository.write(
        "--- migrations/20240202_c.sql\nSELECT 203;\n--- migrations/20240203_d.sql\nSELECT 204;\n",
    );
    bless();
    repository.commit("work");
    repository.git("merge --quiet --no-edit other");
    let merged = Lock::parse(&repository.read(FILE), Path::new(FILE)).unwrap();
    assert_eq!(merged.clone().into_versions().records().len(), 204);
    expect![[r#"
        shipped: ok
        shipped: note: compared 204 versions with migrations/gauntlet.lock; none is new
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(lock(FILE))));
    bless();
    assert_eq!(repository.read(FILE), merged.render());
}

/// The checksums are those that sqlx keeps.
#[test]
fn it_lists_what_sqlx_records() {
    let repository = blessed();
    let lock = Lock::parse(&repository.read(FILE), Path::new(FILE)).unwrap().into_versions();
    let recorded: Vec<(i64, String)> = block_on(async {
        let mut database = UsersDatabase::new(&server().await).await;
        let migrator = sqlx::migrate::Migrator::new(repository.path().join("migrations"));
        migrator.await.unwrap().run(&mut database.admin).await.unwrap();
        sqlx::query_as("SELECT version, encode(checksum, 'hex') FROM _sqlx_migrations ORDER BY 1")
            .fetch_all(&mut database.admin)
            .await
            .unwrap()
    });
    let listed: Vec<(i64, String)> = lock
        .records()
        .iter()
        .map(|r| (r.version.id.number().unwrap(), r.up.as_ref().unwrap().checksum.clone().unwrap()))
        .collect();
    assert_eq!(listed, recorded);
}
