//! Files and names that nobody would write on purpose: each gets a text, and none makes a check wait.

use std::path::Path;
use std::process::Command;

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::suite::Suite;

use crate::support::{Case, Project, expect_same, isolations, printed};

const USERS: &str = "
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
";

/// Makes a pipe that nobody writes into.
fn pipe(project: &Project, name: &str) {
    let made = Command::new("mkfifo").arg(project.path().join(name)).status().unwrap();
    assert!(made.success());
}

/// The text of a check on a project, in both isolations.
#[track_caller]
fn says(project: &Project, check: Check, settings: impl Fn(Suite) -> Suite, expected: Expect) {
    let text = |isolation| {
        let suite = settings(project.suite()).isolation(isolation);
        printed(&suite.report(check))
            .replace(&project.path().display().to_string(), "…")
            .replace('\0', "<zero>")
    };
    expect_same(isolations(expected.data.len()), text, expected);
}

#[test]
fn a_named_pipe_among_the_scripts() {
    let project = Project::new(USERS);
    pipe(&project, "migrations/2_pipe.up.sql");
    says(
        &project,
        Check::SingleHead,
        |suite| suite,
        expect![[r#"
            single_head: 1 finding

            1. sqlx skips this: it is not a regular file
               --> migrations/2_pipe.up.sql

               help: put a file in its place, or move it out of the folder
        "#]],
    );
}

#[test]
fn named_pipes_for_the_files_of_a_suite() {
    let project = Project::new(USERS);
    pipe(&project, "schema.sql");
    says(
        &project,
        Check::UpToDate,
        |suite| suite.model("schema.sql"),
        expect![[r#"
        up_to_date could not run:

           failed to read the model schema.sql: it is not a regular file
    "#]],
    );
    pipe(&project, "setup.sql");
    says(
        &project,
        Check::Stairway,
        |suite| suite,
        expect![[r#"
        stairway could not run:

           failed to run the setup setup.sql: it is not a regular file
    "#]],
    );
}

#[test]
fn a_link_to_itself() {
    let project = Project::new(USERS);
    let link = project.path().join("migrations/2_loop.up.sql");
    std::os::unix::fs::symlink(Path::new("2_loop.up.sql"), link).unwrap();
    says(
        &project,
        Check::SingleHead,
        |suite| suite,
        expect![[r#"
        single_head: 1 finding

        1. a script cannot be read: Too many levels of symbolic links (os error 40), and sqlx refuses the whole folder
           --> migrations/2_loop.up.sql

           help: save it as UTF-8, readable by the user who runs the migrations
    "#]],
    );
}

/// The protocol ends a text at its first zero byte.
#[test]
fn a_zero_byte_in_a_script() {
    let project = Project::new(USERS);
    project.write("2_zero.up.sql", b"CREATE TABLE zero (id int);\0 DROP TABLE users;\n");
    project.write("2_zero.down.sql", b"DROP TABLE zero;\n");
    says(
        &project,
        Check::Stairway,
        |suite| suite,
        expect![[r#"
            stairway: 1 finding

            1. the up of 2_zero fails
               --> migrations/2_zero.up.sql:1:28
               1 | CREATE TABLE zero (id int);<zero> DROP TABLE users;
                 |                            ^
               ERROR 08P01: invalid message format

               help: the file has a zero byte in it, at which PostgreSQL's protocol ends a text; remove that byte
        "#]],
    );
}

#[test]
fn scripts_with_nothing_in_them() {
    let project = Project::new(USERS);
    project.write("2_nothing.up.sql", b"");
    project.write("2_nothing.down.sql", b"\xef\xbb\xbf");
    says(
        &project,
        Check::Stairway,
        |suite| suite,
        expect![[r#"
        stairway: 1 finding

        1. the down of 2_nothing fails
           --> migrations/2_nothing.down.sql:1:1
           1 | 
             | ^
           ERROR 42601: syntax error at or near "﻿"

           help: the file begins with a byte order mark, which PostgreSQL takes for a part of the first word; save it without
    "#]],
    );
}

/// PostgreSQL cuts the name of more than 63 bytes.
#[test]
fn names_that_need_quotes() {
    let long = "ä".repeat(31);
    let longer = "é".repeat(33);
    let up = format!(
        r#"CREATE TABLE "a ""quoted"" näme; --" (id int PRIMARY KEY, "sel ect" text);
           CREATE TABLE "{long}" (id int PRIMARY KEY);
           CREATE TABLE "{longer}x" (id int PRIMARY KEY);
           CREATE TYPE "Mood '\ " AS ENUM ('it''s', 'so "so"', E'\\');"#
    );
    let down = format!(
        r#"DROP TABLE "a ""quoted"" näme; --", "{long}", "{longer}y"; DROP TYPE "Mood '\ ";"#
    );
    for check in [Check::Stairway, Check::DowngradeAllTheWay] {
        Case::new(check, USERS)
            .bytes("2_it's (\"odd\") näme.up.sql", up.as_bytes())
            .bytes("2_it's (\"odd\") näme.down.sql", down.as_bytes())
            .expect_ok();
    }
}

/// What a down leaves is named as SQL can use it.
#[test]
fn names_that_need_quotes_in_a_finding() {
    Case::new(Check::DowngradeAllTheWay, USERS)
        .bytes("2_odd.up.sql", br#"CREATE TABLE "a ""b"" ; -- c" ("x y" int);"#)
        .bytes("2_odd.down.sql", b"SELECT 1;")
        .expect(expect![[r#"
            downgrade_all_the_way: 1 finding

            1. 2_odd is not undone on the way down from head to base
               --> migrations/2_odd.down.sql

               table a "b" ; -- c: left behind
                 (x y integer)

               help: add to one of the down scripts:

                     -- the rows of table 'a "b" ; -- c' are lost
                     DROP TABLE "a ""b"" ; -- c";
        "#]]);
}

/// The folder of the crate is in no SQL, and in few messages.
#[test]
fn a_folder_with_spaces_and_quotes() {
    let project = Project::new("--- /x\n");
    let folder = project.path().join("it's \"my\" crate ä");
    std::fs::create_dir_all(folder.join("mig rations")).unwrap();
    std::fs::write(folder.join("mig rations/1_a.sql"), "CREATE TABL a ();").unwrap();
    let suite = Suite::new("tests::migrations", &folder)
        .migrations("mig rations")
        .db(crate::support::embedded());
    expect![[r#"
        stairway: 2 findings

        1. the only version has no down script, so there is no way back to check

           help: if the history only goes up, declare all of it irreversible; then only the ups are checked (in the attribute):

                 irreversible = all

        2. the up of 1_a fails
           --> mig rations/1_a.sql:1:8
           1 | CREATE TABL a ();
             |        ^
           ERROR 42601: syntax error at or near "TABL"

           help: correct the up script: it fails in every database that has the versions before it
    "#]].assert_eq(&printed(&suite.report(Check::Stairway)));
}

/// What cannot be read may be what is new.
#[test]
fn checks_of_new_versions_do_not_judge_half_a_history() {
    use Check::{Interrupted, Locks, Populated};
    for check in [Locks, Populated, Interrupted] {
        let project = Project::new(USERS);
        project.write("2_latin.up.sql", b"SELECT '\xfc';\n");
        let suite = project.suite().shipped(1);
        let text = printed(&suite.report(check));
        let expected = "could not run:

   failed to run the migrations: migrations/2_latin.up.sql cannot be read: it is not UTF-8
     the check `single_head` reports the details
";
        assert_eq!(text, format!("{} {expected}", check.name()));
    }
}
