//! `explain`, completions, and a command that is mistyped.

use expect_test::expect;

use crate::support::Folder;

#[test]
fn explain_says_what_a_finding_means() {
    let folder = Folder::new();
    folder.run(&["explain", "residue"]).assert(
        0,
        expect![[r#"
        residue

        The schema after the down is not the one before the up.

        -- 2_email.up.sql
        ALTER TABLE users ADD email text;
        CREATE INDEX idx_users_name ON users (name);
        -- 2_email.down.sql
        ALTER TABLE users DROP email;        -- the index stays

        Add the statements of the finding to the down script.
    "#]],
    );
    let two = folder.run(&["explain", "up_fails", "residue"]);
    assert!(two.code == 0 && two.stdout.starts_with("up_fails\n"), "{}", two.stdout);
    assert!(two.stdout.contains("\n\nresidue\n"), "{}", two.stdout);
    let all = folder.run(&["explain"]);
    assert!(all.code == 0 && all.stdout.lines().any(|line| line == "residue"), "{}", all.stdout);
    assert_eq!(folder.run(&["explain", "residu"]).code, 2);
}

/// As a person calls the program who knows its file and not what cargo adds.
#[test]
fn the_program_does_without_the_word_of_cargo() {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-gauntlet"));
    let run = program.args(["explain", "residue"]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(run.stdout.starts_with(b"residue"));
}

#[test]
fn completions_are_written() {
    let run = Folder::new().run(&["completions", "bash"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("cargo__gauntlet"), "{}", run.stdout);
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = Folder::new();
    folder.run(&["man", "man"]).assert(
        0,
        expect![[r#"
        wrote the manual into man
    "#]],
    );
    let page = folder.read("man/cargo-gauntlet-check.1");
    for word in
        [".SH NAME", ".SH SYNOPSIS", "cargo gauntlet check", "\\-\\-irreversible", "postgres://"]
    {
        assert!(page.contains(word), "{word} is not in:\n{page}");
    }
    assert!(folder.read("man/cargo-gauntlet.1").contains("Exit codes: 0 passed"));
    folder.write("taken", "");
    assert_eq!(folder.run(&["man", "taken"]).code, 2);
}

#[test]
fn a_command_that_is_not_known_is_refused_with_the_one_that_was_meant() {
    Folder::new().run(&["chek"]).assert(
        2,
        expect![[r#"
        error: unrecognized subcommand 'chek'

          tip: some similar subcommands exist: 'schema', 'check'

        Usage: cargo gauntlet <COMMAND>

        For more information, try '--help'.
    "#]],
    );
}
