//! Where git finds what has shipped, and where it does not.

use std::fs;

use expect_test::expect;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::history::shipped::git;

use super::SHIPPED;
use crate::support::{Project, Repository};

/// Changes the up of the last version.
const EDIT: &str =
    "--- migrations/3_add_email.up.sql\nALTER TABLE users ADD COLUMN email citext;\n";

#[track_caller]
fn finds_the_edit(repository: &Repository, reference: &str) {
    let report = repository.suite().shipped(git(reference)).report(Check::Shipped);
    let kinds: Vec<&str> = report
        .findings
        .iter()
        .map(|finding| &*finding.kind)
        .filter(|kind| *kind != "line_ends_not_pinned")
        .collect();
    assert_eq!(kinds, ["shipped_up_changed", "judged"], "{}", repository.text_of(&report));
}

#[test]
fn a_tag_and_a_commit() {
    let repository = Repository::new(SHIPPED);
    repository.git("tag v1.2.0");
    repository.git("tag --annotate --message=release v1.2.1");
    repository.write(EDIT);
    repository.commit("edit");
    finds_the_edit(&repository, "v1.2.0");
    finds_the_edit(&repository, "v1.2.1");
    finds_the_edit(&repository, "HEAD~1");
}

#[test]
fn a_merged_branch_is_compared_with_the_tip() {
    let repository = Repository::new(SHIPPED);
    repository.write("--- migrations/4_orders.up.sql\nCREATE TABLE orders ();\n--- migrations/4_orders.down.sql\nDROP TABLE orders;\n");
    repository.commit("orders");
    repository.git("switch --quiet main");
    repository.write("--- migrations/5_tags.up.sql\nCREATE TABLE tags ();\n--- migrations/5_tags.down.sql\nDROP TABLE tags;\n");
    repository.commit("tags");
    repository.git("switch --quiet work");
    repository.git("merge --quiet --no-edit main");
    expect![[r#"
        shipped: 1 finding

        1. 4_orders is new and lies below 5_tags, which has shipped
           --> migrations/4_orders.up.sql
           at deployment: sqlx runs 4_orders after 5_tags, without a warning; on a new database it runs it before 5_tags

           help: put it on top of what has shipped:

                 mv migrations/4_orders.up.sql migrations/6_orders.up.sql
                 mv migrations/4_orders.down.sql migrations/6_orders.down.sql

        note: compared 3 versions with main (…); 1 version is new
    "#]].assert_eq(&repository.text(|suite| suite.shipped(git("main"))));
    // Once it is on main, it is shipped.
    repository.git("switch --quiet main");
    repository.git("merge --quiet work");
    expect![[r#"
        shipped: ok
        shipped: note: compared 4 versions with main (…); none is new
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(git("main"))));
}

#[test]
fn a_shallow_clone_without_the_ref() {
    let origin = Repository::new(SHIPPED);
    let clone = origin.clone_with("--depth=1 --branch=work");
    clone.write(EDIT);
    let text = clone.text(|suite| suite.shipped(git("origin/main")));
    expect![[r#"
        shipped could not run:

           failed to find `origin/main` in …/project: it does not exist in this shallow clone
             run: git fetch --depth=1 origin main:refs/remotes/origin/main
             in CI, check out with `fetch-depth: 0` or run that command before the tests
    "#]]
    .assert_eq(&text);
    let command = text.lines().find_map(|line| line.trim().strip_prefix("run: git ")).unwrap();
    clone.git(command);
    finds_the_edit(&clone, "origin/main");
}

#[test]
fn a_shallow_clone_without_the_tag() {
    let origin = Repository::new(SHIPPED);
    origin.git("tag v1.2.0");
    origin.write("--- README.md\nmore\n");
    origin.commit("more");
    let clone = origin.clone_with("--depth=1 --branch=work");
    clone.write(EDIT);
    let text = clone.text(|suite| suite.shipped(git("v1.2.0")));
    expect![[r#"
        shipped could not run:

           failed to find `v1.2.0` in …/project: it does not exist in this shallow clone
             run, if it is a tag: git fetch --depth=1 origin refs/tags/v1.2.0:refs/tags/v1.2.0
             in CI, check out with `fetch-depth: 0` or run that command before the tests
    "#]]
    .assert_eq(&text);
    let command = text.lines().find_map(|line| line.trim().split_once("a tag: git ")).unwrap().1;
    clone.git(command);
    finds_the_edit(&clone, "v1.2.0");
}

#[test]
fn a_ref_that_does_not_exist() {
    let repository = Repository::new(SHIPPED);
    expect![[r#"
        shipped could not run:

           failed to find `origin/main` in …/project: it does not exist there
             correct the name; `git branch --all` and `git tag` list the names
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(git("origin/main"))));
    let clone = repository.clone_with("--branch=work");
    expect![[r#"
        shipped could not run:

           failed to find `main` in …/project: it does not exist there
             use the branch of the remote: `shipped = git("origin/main")`
             in CI, check out with `fetch-depth: 0` or run that command before the tests
    "#]]
    .assert_eq(&clone.text(|suite| suite.shipped(git("main"))));
    expect![[r#"
        shipped could not run:

           failed to find `origin/release` in …/project: it does not exist there
             run: git fetch origin release:refs/remotes/origin/release
             in CI, check out with `fetch-depth: 0` or run that command before the tests
    "#]]
    .assert_eq(&clone.text(|suite| suite.shipped(git("origin/release"))));
    expect![[r#"
        shipped could not run:

           failed to find `--upload-pack=x` in …/project: it does not exist there
             correct the name; `git branch --all` and `git tag` list the names
    "#]]
    .assert_eq(&clone.text(|suite| suite.shipped(git("--upload-pack=x"))));
}

#[test]
fn a_worktree() {
    let repository = Repository::new(SHIPPED);
    repository.git("worktree add --quiet ../second -b second");
    let second = repository.at("../second");
    second.write(EDIT);
    finds_the_edit(&second, "main");
}

#[test]
fn a_submodule() {
    let inner = Repository::new(SHIPPED);
    let outer = Repository::new("--- README.md\nouter\n");
    outer.git(&format!("submodule --quiet add file://{} db", inner.path().display()));
    outer.commit("db");
    let db = outer.at("db");
    db.write(EDIT);
    finds_the_edit(&db, "origin/main");
    expect![[r#"
        shipped could not run:

           failed to find `v9` in …/project/db: it does not exist there
             run, if it is a tag: git fetch origin refs/tags/v9:refs/tags/v9
             in CI, check out with `fetch-depth: 0` or run that command before the tests
             the folder is in a submodule of …/project; the name is one of the submodule
    "#]]
    .assert_eq(&db.text(|suite| suite.shipped(git("v9"))));
}

#[test]
fn a_folder_that_was_a_submodule() {
    let inner = Repository::new("--- 1_users.sql\nCREATE TABLE users ();\n");
    let repository = Repository::new("--- README.md\nouter\n");
    repository.git("switch --quiet main");
    repository.git(&format!("submodule --quiet add file://{} migrations", inner.path().display()));
    repository.commit("submodule");
    repository.git("switch --quiet --create next");
    repository.git("rm --quiet -f migrations");
    repository.write("--- migrations/1_users.sql\nCREATE TABLE users ();\n");
    repository.commit("inline");
    expect![[r#"
        shipped could not run:

           failed to read migrations at `main`: migrations is a submodule there, and its files are in another repository
             name what has shipped by a lock file: `shipped = lock("migrations/gauntlet.lock")`
    "#]].assert_eq(&repository.text(|suite| suite.shipped(git("main"))));
}

#[test]
fn a_sparse_checkout() {
    let origin = Repository::new(&format!("{SHIPPED}--- docs/a.md\nbig\n"));
    let clone = origin.clone_with("--branch=work --sparse --filter=blob:none");
    clone.git("sparse-checkout set migrations");
    assert!(!clone.path().join("docs").exists());
    clone.write(EDIT);
    finds_the_edit(&clone, "origin/main");
}

#[test]
fn a_crate_in_a_folder_of_the_repository() {
    let nested = SHIPPED.replace("migrations/", "crates/db/migrations/");
    let repository = Repository::new(&nested).at("crates/db");
    repository.write(EDIT);
    let text = repository.text(|suite| suite.shipped(git("main")));
    expect![[r#"
        shipped: 1 finding

        1. 3_add_email has shipped, and its up script has changed
           --> migrations/3_add_email.up.sql:1:1
             - ALTER TABLE users ADD COLUMN email text;
             + ALTER TABLE users ADD COLUMN email citext;
           at deployment: sqlx fails with VersionMismatch(3), and the service does not start

           help: bring the script back, and make the change in a new version:

                 git restore --source=main -- migrations/3_add_email.up.sql

           help: or, if its checksum is corrected in every deployed database, declare it (in the attribute):

                 shipped(git = "main", healed = [3])

        note: compared 2 versions with main (…); none is new
    "#]].assert_eq(&text);
    let report = repository.suite().shipped(git("main")).report(Check::Shipped);
    repository.do_what_helps(&report);
    expect![[r#"
        shipped: ok
        shipped: note: compared 2 versions with main (…); none is new
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(git("main"))));
}

#[test]
fn a_folder_that_moved() {
    let repository = Repository::new(&SHIPPED.replace("migrations/", "db/"));
    fs::rename(repository.path().join("db"), repository.path().join("migrations")).unwrap();
    repository.write(EDIT);
    expect![[r#"
        shipped could not run:

           failed to read migrations at `main`: the folder does not exist there, and its files are in db
             name that folder: `shipped(git = "main", folder = "db")`
    "#]].assert_eq(&repository.text(|suite| suite.shipped(git("main"))));
    let text = repository.text(|suite| suite.shipped(git("main").folder("db")));
    expect![[r#"
        shipped: 1 finding

        1. 3_add_email has shipped, and its up script has changed
           --> migrations/3_add_email.up.sql:1:1
             - ALTER TABLE users ADD COLUMN email text;
             + ALTER TABLE users ADD COLUMN email citext;
           at deployment: sqlx fails with VersionMismatch(3), and the service does not start

           help: bring the script back, and make the change in a new version:

                 git show main:db/3_add_email.up.sql > migrations/3_add_email.up.sql

           help: or, if its checksum is corrected in every deployed database, declare it (in the attribute):

                 shipped(git = "main", folder = "db", healed = [3])

        note: compared 2 versions with main (…); none is new
    "#]].assert_eq(&text);
    let report = repository.suite().shipped(git("main").folder("db")).report(Check::Shipped);
    repository.do_what_helps(&report);
    expect![[r#"
        shipped: ok
        shipped: note: compared 2 versions with main (…); none is new
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(git("main").folder("db"))));
    expect![[r#"
        shipped could not run:

           failed to read sql at `main`: the folder does not exist there
             correct `folder = ...`, or remove it
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(git("main").folder("sql"))));
}

#[test]
fn the_first_migrations_of_a_project() {
    let repository = Repository::new("--- README.md\nnew\n");
    repository.write(SHIPPED);
    expect![[r#"
        shipped: ok
        shipped: note: main (…) has no migrations in the folder migrations: every version is new
    "#]]
    .assert_eq(&repository.text(|suite| suite.shipped(git("main"))));
}

#[test]
fn migrations_without_a_repository_or_a_folder() {
    let project = Project::new("--- 1_users.sql\nCREATE TABLE users ();\n");
    let report = project.suite().shipped(git("main")).report(Check::Shipped);
    let text = crate::support::printed(&report);
    let text = text.replace(&project.path().display().to_string(), "…");
    expect![[r#"
        shipped could not run:

           failed to find the git repository of …/migrations
             fatal: not a git repository (or any of the parent directories): .git
    "#]]
    .assert_eq(&text);

    let repository = Repository::new(SHIPPED);
    let migrator = sqlx::migrate::Migrator::new(repository.path().join("migrations"));
    let migrator = gauntlet_runtime::runtime::block_on(migrator).unwrap();
    let migrator: &'static sqlx::migrate::Migrator = Box::leak(Box::new(migrator));
    let compiled = |suite: gauntlet_runtime::suite::Suite| suite.migrations(migrator);
    let text = repository.text(|suite| compiled(suite).shipped(git("main")));
    expect![[r#"
        shipped could not run:

           failed to find the migrations at `main`: the suite's migrations are the compiled Migrator, not a folder
             name the folder: `shipped(git = "main", folder = "migrations")`
    "#]].assert_eq(&text);
    let text = repository.text(|suite| compiled(suite).shipped(git("main").folder("migrations")));
    expect![[r#"
        shipped: ok
        shipped: note: compared 2 versions with main (…); none is new
    "#]]
    .assert_eq(&text);
}
