use super::arrows::arrows;
use super::owners::of_owner;
use super::table::{Floors, Owned, Quiet};
use super::tree::Tree;
use super::verdict::{check, rounds, upwards};
use super::words::in_crate;

/// The rule itself, for the crates of this workspace.
#[test]
fn no_import_goes_up_no_files_form_a_circle_and_nothing_prints_below_the_front() {
    if let Err(wrong) = check(&crate::root()) {
        panic!("\n{wrong}\n");
    }
}

const UP_DOWN: &[&[&str]] = &[&["up"], &["down"]];

#[track_caller]
fn assert_upwards(files: &[(&str, &str)], expected: &[&str]) {
    let tree = Tree::of(files);
    let floors = Floors { sources: "src", floors: UP_DOWN };
    assert_eq!(upwards(&floors, &tree, &arrows(&tree)), expected);
}

#[track_caller]
fn assert_rounds(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(rounds("src", &arrows(&Tree::of(files))), expected);
}

const LIB: (&str, &str) = ("lib.rs", "mod up;\nmod down;");

#[test]
fn a_floor_uses_the_floors_below() {
    assert_upwards(&[LIB, ("up.rs", "use crate::down::d;"), ("down.rs", "fn d() {}")], &[]);
}

#[test]
fn an_import_that_goes_up_is_found_in_every_form() {
    let expected = ["src/down.rs:2: `down` uses `up` (up.rs), which is on a floor above it"];
    for text in [
        "\nuse crate::up::u;",
        "\nuse super::up::u;",
        "\nuse {std::fmt, crate::{up::{self, u}}};",
        "\npub use crate::up::u;",
        "\nfn d() { crate::up::u() }",
        "\nfn d() { format!(\"{}\", super::up::u()) }",
        "\nuse crate::up;\nfn d() { up::u() }",
        "\nuse crate::again;\nfn d() { again() }",
        "\nmod inside { use crate::up::u; }",
        "\nmod inside { use super::super::up::u; }",
        "\nfn d() { use crate::up::u as other; other() }",
        "\nuse crate::up::*; fn d() { u() }",
    ] {
        let lib = ("lib.rs", "mod up;\nmod down;\npub use up::u as again;");
        assert_upwards(&[lib, ("up.rs", "pub fn u() {}"), ("down.rs", text)], &expected);
    }
}

#[test]
fn words_that_are_no_imports_pass() {
    for text in [
        "// use crate::up::u;",
        "/// See [`crate::up::u`].\nfn d() {}",
        "fn d() -> &'static str { \"crate::up::u\" }",
        "use other::up::u;",
        "fn d() { quote!(super::up::u()) }",
        "fn d() { ::up::u() }",
        "pub(in crate::up) fn d() {}",
        "#[cfg(test)]\nmod tests { use crate::up::u; }",
        "#[cfg(test)]\nuse crate::up::u;",
        "#[cfg(test)]\nfn d() { crate::up::u() }",
    ] {
        assert_upwards(&[LIB, ("up.rs", "pub fn u() {}"), ("down.rs", text)], &[]);
    }
}

#[test]
fn a_room_without_a_floor_fails() {
    assert_upwards(
        &[("lib.rs", "mod up;\nmod cellar;"), ("up.rs", ""), ("cellar.rs", "")],
        &["src/cellar: has no floor in the table of floors"],
    );
}

#[test]
fn a_circle_is_found_through_three_files() {
    assert_rounds(
        &[
            ("lib.rs", "mod a;\nmod b;\nmod c;"),
            ("a.rs", "use crate::b::B;\nstruct A;"),
            ("b.rs", "\nuse crate::c::C;\nstruct B;"),
            ("c.rs", "\n\nfn c(a: crate::a::A) {}\nstruct C;"),
        ],
        &["src: a circle of 3 files in a, b, c; one way round:\
           \n  src/a.rs:1 uses b.rs\n  src/b.rs:2 uses c.rs\n  src/c.rs:3 uses a.rs"],
    );
}

#[test]
fn an_import_through_a_re_export_leads_to_the_file_that_defines_it() {
    // `a` and `b` are used by each other, each through `mod.rs`.
    assert_rounds(
        &[
            ("lib.rs", "mod room;"),
            ("room/mod.rs", "mod a;\nmod b;\npub use a::A;\npub(crate) use self::b::*;"),
            ("room/a.rs", "use super::B;\npub struct A;"),
            ("room/b.rs", "use super::*;\npub struct B;\nfn b(a: A) {}"),
        ],
        &["src: a circle of 2 files in room; one way round:\
           \n  src/room/a.rs:1 uses room/b.rs\n  src/room/b.rs:3 uses room/a.rs"],
    );
}

#[test]
fn a_room_that_hands_on_names_is_no_circle() {
    assert_rounds(
        &[
            ("lib.rs", "mod room;\npub use room::A;"),
            ("room/mod.rs", "mod a;\nmod b;\npub use a::A;\npub use b::B;"),
            ("room/a.rs", "use super::B;\npub struct A;"),
            ("room/b.rs", "pub struct B;\n#[cfg(test)]\nmod tests { use super::super::A; }"),
        ],
        &[],
    );
}

#[test]
fn a_room_that_uses_what_it_hands_on_can_be_a_circle() {
    assert_rounds(
        &[
            ("lib.rs", "mod room;"),
            ("room/mod.rs", "mod a;\npub use a::A;\npub fn room(a: A) {}"),
            ("room/a.rs", "pub struct A;\nfn a() { super::room(A) }"),
        ],
        &["src: a circle of 2 files in room; one way round:\
           \n  src/room/a.rs:2 uses room/mod.rs\n  src/room/mod.rs:2 uses room/a.rs"],
    );
}

#[track_caller]
fn assert_loud(text: &str, expected: &[&str]) {
    let quiet = Quiet { sources: "src", open: &["front"] };
    let front = ("front.rs", "fn f() { println!() }");
    let tree = Tree::of(&[("lib.rs", "mod front;\nmod below;"), front, ("below.rs", text)]);
    assert_eq!(in_crate(&quiet, &tree), expected, "{text}");
}

#[test]
fn what_prints_or_panics_or_reads_the_process_is_found_in_every_form() {
    for (text, what) in [
        ("fn f() { println!(\"a\") }", "println!"),
        ("fn f() { match 1 { _ => std::panic!() } }", "panic!"),
        ("mod inside { fn f() -> u8 { todo!() } }", "todo!"),
        ("fn f() { std::env::var(\"A\"); }", "std::env::var"),
        ("use std::env;", "std::env"),
        ("use std::{env::args, fmt};", "std::env::args"),
        ("fn f() { std::process::exit(1) }", "std::process::exit"),
        ("use std::process;\nfn f() { process::abort() }", "process::abort"),
    ] {
        let line = 1 + text.lines().position(|line| line.contains(what)).unwrap_or_default();
        assert_loud(text, &[&format!("src/below.rs:{line}: `{what}` below the front")]);
    }
    let text =
        "#[cfg(test)] mod tests { fn f() { panic!() } }\nfn f(panic: u8) -> bool { panic != 1 }";
    assert_loud(text, &[]);
    assert_loud("fn f() -> &str { env!(\"CARGO_PKG_VERSION\") }", &[]);
}

#[test]
fn a_room_that_may_print_and_does_not_is_told() {
    let quiet = Quiet { sources: "src", open: &["front"] };
    let tree = Tree::of(&[("lib.rs", "mod front;"), ("front.rs", "fn f() {}")]);
    assert_eq!(
        in_crate(&quiet, &tree),
        [
            "src: `front` neither prints, panics nor reads the process: delete the entry in the table of floors"
        ]
    );
}

#[track_caller]
fn assert_owned(text: &str, expected: &[&str]) {
    let owned = Owned { sources: "src", paths: &["sqlx", "std::os::unix"], folder: "driver" };
    let tree = Tree::of(&[
        ("lib.rs", "mod driver;\nmod other;"),
        ("driver/mod.rs", "mod v0_9;"),
        ("driver/v0_9.rs", "pub use sqlx::Error;"),
        ("other.rs", text),
    ]);
    assert_eq!(of_owner(&owned, &tree), expected, "{text}");
}

#[test]
fn what_another_folder_owns_is_found_in_every_form() {
    for (text, what) in [
        ("use sqlx::PgConnection;", "sqlx"),
        ("use ::sqlx::PgConnection;", "sqlx"),
        ("use {std::fmt, sqlx::{Row as _, postgres::Oid}};", "sqlx"),
        ("fn f() { sqlx::query(\"a\") }", "sqlx"),
        ("fn f(a: Option<sqlx::Error>) {}", "sqlx"),
        ("mod inside { fn f() -> sqlx::Result<()> { g() } }", "sqlx"),
        ("use std::os::unix::fs::MetadataExt as _;", "std::os::unix"),
        ("use std::{fmt, os::unix::fs::chown};", "std::os::unix"),
        ("fn f() { std::os::unix::fs::chown(a, b) }", "std::os::unix"),
    ] {
        let expected = format!("src/other.rs:1: only `driver` may name `{what}`");
        let found = || {
            let owned =
                Owned { sources: "src", paths: &["sqlx", "std::os::unix"], folder: "driver" };
            let driver = ("driver/mod.rs", "pub use sqlx::Error;");
            let lib = ("lib.rs", "mod driver;\nmod other;");
            of_owner(&owned, &Tree::of(&[lib, driver, ("other.rs", text)]))
        };
        let found = found();
        assert!(
            !found.is_empty() && found.iter().all(|line| *line == expected),
            "{text}: {found:?}"
        );
    }
    assert_owned("use crate::driver::Error;\nfn f() { std::os::fd::g() }", &[]);
    assert_owned("mod sqlx { pub struct Sqlx; }\npub use self::sqlx::Sqlx;", &[]);
    assert_owned("mod sqlx { pub struct Sqlx; }\nfn f() -> sqlx::Sqlx { g() }", &[]);
    assert_owned("#[cfg(test)]\nmod tests { use sqlx::Row; }", &[]);
}

#[test]
fn an_owner_that_no_longer_names_what_it_owns_is_reported() {
    let owned = Owned { sources: "src", paths: &["sqlx"], folder: "driver" };
    let tree = Tree::of(&[("lib.rs", "mod driver;"), ("driver/mod.rs", "fn f() {}")]);
    assert_eq!(
        of_owner(&owned, &tree),
        ["src: `driver` no longer names `sqlx`: delete the entry in the table of floors"]
    );
}

#[test]
fn test_code_is_left_out_in_every_form() {
    for cfg in ["test", "all(test, unix)", "all(test, not(all(unix, windows)))"] {
        let text = format!("#[cfg({cfg})]\nmod tests {{ use crate::up::u; }}");
        assert_upwards(&[LIB, ("up.rs", "fn u() {}"), ("down.rs", &text)], &[]);
    }
}
