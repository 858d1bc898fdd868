//! The messages about mistakes, and what is emitted in spite of them.

// The recorded texts are written by expect-test, and are long.
#![allow(clippy::needless_raw_string_hashes, clippy::too_many_lines)]

use expect_test::expect;
use quote::quote;

use super::support::{check, check_mistakes};
use crate::suite::migration_suite;

#[test]
fn after_a_mistake_everything_is_still_there() {
    check(
        quote!(modle = "schema.sql"),
        quote! {
            pub mod migrations {
                fn stairway() {}

                #[test]
                #[should_panic]
                async fn good(db: TestDb) -> gauntlet::Result<()> {
                    Ok(())
                }

                #[test]
                #[ignore]
                async fn with_two(a: TestDb, b: TestDb) {}

                #[test]
                async fn method(self) {}
            }
        },
        expect![[r#"
            ::core::compile_error! {
                "unknown argument `modle`, did you mean `model`?\nvalid: migrations, model, db, setup, isolation, irreversible, downgrade_floor, baseline, shipped, strict, partitions, ignore_tables, ignore, naming, locks, populated, interrupted, queries, compat, seeds, checks, budget, timeout, as_role, suite, crate"
            }
            ::core::compile_error! {
                "a test takes one argument, its database; write a second test for a second database"
            }
            ::core::compile_error! {
                "a test is not a method; it takes `db: gauntlet::TestDb` or `db: &mut gauntlet::TestDb`"
            }
            ::core::compile_error! {
                "`stairway` is the name of a generated test; rename this function, or move it into a module of its own"
            }
            pub mod migrations {
                fn stairway() {}
                #[should_panic]
                #[::core::prelude::v1::test]
                fn good() {
                    #[allow(clippy::unused_async, clippy::missing_docs_in_private_items)]
                    async fn good(db: TestDb) -> gauntlet::Result<()> {
                        Ok(())
                    }
                    let _ = good;
                }
                #[allow(dead_code)]
                async fn with_two(a: TestDb, b: TestDb) {}
                #[::core::prelude::v1::test]
                fn method() {}
                #[::core::prelude::v1::test]
                fn up_to_date() {}
                #[::core::prelude::v1::test]
                fn check_constraints() {}
                #[::core::prelude::v1::test]
                fn enum_values() {}
                #[::core::prelude::v1::test]
                fn single_head() {}
                #[::core::prelude::v1::test]
                fn downgrade_all_the_way() {}
                #[::core::prelude::v1::test]
                fn naming() {}
                #[::core::prelude::v1::test]
                fn shipped() {}
                #[::core::prelude::v1::test]
                fn locks() {}
                #[::core::prelude::v1::test]
                fn populated() {}
                #[::core::prelude::v1::test]
                fn interrupted() {}
                #[::core::prelude::v1::test]
                fn queries() {}
                #[::core::prelude::v1::test]
                fn compat() {}
            }
        "#]],
    );
}

#[test]
fn not_a_module() {
    check(
        quote!(),
        quote!(
            pub struct Migrations;
        ),
        expect![[r#"
            ::core::compile_error! {
                "put `migration_suite` on a module: `mod migrations { ... }`"
            }
            pub struct Migrations;
        "#]],
    );
}

#[test]
fn parsing_goes_on_after_a_mistake() {
    check_mistakes(
        r#"db =, , "text", 5 = 6, model "x", modle = "y", strict = true naming = (, ), x => 1"#,
        "mod migrations {}",
        expect![[r#"
            `db` needs a value after `=`
            expected `name = value`
            expected `name = value`
            expected `name = value`
            expected `=`
            expected `,`
            expected an expression
            expected an expression
            unexpected token, expected `)`
            unknown argument `modle`, did you mean `model`?
            valid: migrations, model, db, setup, isolation, irreversible, downgrade_floor, baseline, shipped, strict, partitions, ignore_tables, ignore, naming, locks, populated, interrupted, queries, compat, seeds, checks, budget, timeout, as_role, suite, crate
        "#]],
    );
    check_mistakes(
        r#"model = "a" + , strict = "x""#,
        "mod migrations {}",
        expect![[r#"
        expected an expression
        expected `true` or `false`
    "#]],
    );
    check_mistakes(
        "setup: \"x\", isolation(schema), strict",
        "mod migrations {}",
        expect![[r#"
        expected `=`
        `isolation` takes its value after `=`, such as `isolation = "schema"`
        `strict` needs a value, such as `strict = true`
    "#]],
    );
}

#[test]
fn a_baseline() {
    for fine in [
        r#"baseline = "db/20240105_schema.sql""#,
        r#"baseline(file = "schema.sql", at = 20240105)"#,
        r#"baseline(file = path(), at = "0002")"#,
    ] {
        check_mistakes(fine, "mod migrations {}", expect![""]);
    }
    let refused = [
        (
            r#"baseline = "db/schema.sql""#,
            expect![[r#"
            the name of `db/schema.sql` does not begin with a version; say up to which one it goes: `baseline(file = "db/schema.sql", at = 20240105)`
        "#]],
        ),
        (
            "baseline = 20240105",
            expect![[r#"
            expected a SQL file, such as `baseline = "baseline/20240105_schema.sql"`
        "#]],
        ),
        (
            "baseline()",
            expect![[r#"
            `baseline` has no file; write `baseline(file = "schema_2024.sql", at = 20240105)`
        "#]],
        ),
        (
            r#"baseline(file = "schema.sql")"#,
            expect![[r#"
            `baseline` has no last version; write `baseline(file = "schema_2024.sql", at = 20240105)`
        "#]],
        ),
        (
            "baseline(at = 5)",
            expect![[r#"
            `baseline` has no file; write `baseline(file = "schema_2024.sql", at = 20240105)`
        "#]],
        ),
        (
            r#"baseline(file = 5, at = "", fiel = "x", at, file = "")"#,
            expect![[r#"
                unknown argument `fiel`, did you mean `file`?
                valid: file, at
                `at` is given twice
                `file` is given twice
                expected a SQL file, such as `"schema_2024.sql"`
                expected a version, the number at the start of the file's name: `20240105`
            "#]],
        ),
    ];
    for (arguments, expected) in refused {
        check_mistakes(arguments, "mod migrations {}", expected);
    }
}

#[test]
fn the_rules_of_locks() {
    for fine in ["locks = all", "locks(all)", "locks(allow = GLOBS, max_rows = 1_000)"] {
        check_mistakes(fine, "mod migrations {}", expect![""]);
    }
    for (wrong, expected) in [
        (
            r#"locks = "all""#,
            expect![[r#"
            remove the quotes: `locks = all`
        "#]],
        ),
        (
            "locks = al",
            expect![[r#"
            expected `all`, not `al`
        "#]],
        ),
        (
            "locks = 5",
            expect![[r#"
            expected `all` or words in parentheses: `locks = all`, `locks(allow = ["settings"], max_rows = 1000)`
        "#]],
        ),
        (
            "locks()",
            expect![[r#"
            `locks()` gives no rule; write `locks(allow = ["settings"], max_rows = 1000)`
        "#]],
        ),
        (
            r#"locks(all = true, allow = "settings", max_row = 5, max_rows)"#,
            expect![[r#"
                unknown word `max_row`, did you mean `max_rows`?
                valid: all, allow, max_rows
                `all` takes no value: `locks(all)`
                expected a list: `allow = ["settings"]`
                `max_rows` needs a value, as in `locks(allow = ["settings"], max_rows = 1000)`
            "#]],
        ),
        (
            r#"locks(allow = ["a", "a", 5], max_rows = "many", allow = ["b"])"#,
            expect![[r#"
                `allow` is given twice
                this glob is listed twice
                expected a glob in quotes, such as `"settings"`
                expected a number of rows, such as `1000`
            "#]],
        ),
    ] {
        check_mistakes(wrong, "mod migrations {}", expected);
    }
}

#[test]
fn the_rules_of_checks_of_new_versions() {
    for fine in
        ["populated = all", "populated(all)", r#"interrupted(all, allow = [2024_01_05, "5b"])"#]
    {
        check_mistakes(fine, "mod migrations {}", expect![""]);
    }
    for (wrong, expected) in [
        (
            r#"populated = "all""#,
            expect![[r#"
            remove the quotes: `populated = all`
        "#]],
        ),
        (
            "populated = al",
            expect![[r#"
            expected `all`, not `al`
        "#]],
        ),
        (
            "populated = 5",
            expect![[r#"
            expected `all` or words in parentheses: `populated = all`, `populated(allow = [20240105])`
        "#]],
        ),
        (
            "populated()",
            expect![[r#"
            `populated()` gives no rule; write `populated(allow = [20240105])`
        "#]],
        ),
        (
            "populated(all = true, allow = 5, alow = [5])",
            expect![[r#"
                unknown word `alow`, did you mean `allow`?
                valid: all, allow
                `all` takes no value: `populated(all)`
                `allow` needs a list of versions, as in `populated(allow = [20240105])`
            "#]],
        ),
        (
            "populated(allow, all, all)",
            expect![[r#"
                `all` is given twice
                `allow` needs a value, as in `populated(allow = [20240105])`
            "#]],
        ),
        (
            "interrupted(allow = 5)",
            expect![[r#"
            `allow` needs a list of versions, as in `interrupted(allow = [20240105])`
        "#]],
        ),
        (
            "interrupted = 5",
            expect![[r#"
            expected `all` or words in parentheses: `interrupted = all`, `interrupted(allow = [20240105])`
        "#]],
        ),
    ] {
        check_mistakes(wrong, "mod migrations {}", expected);
    }
}

#[test]
fn every_argument_is_known_to_its_rule() {
    for form in gauntlet_plan::Argument::ALL.iter().flat_map(|argument| argument.forms()) {
        check_mistakes(form.example, "mod migrations {}", expect![""]);
    }
}

#[test]
fn rust_that_the_parser_does_not_know_is_left_to_the_compiler() {
    let text = migration_suite(quote!(), &quote!(mod migrations { nonsense from the future }));
    let text = text.to_string();
    assert!(text.contains("nonsense from the future") && !text.contains("compile_error"), "{text}");
}

#[test]
fn lists_of_folders() {
    let check = |migrations: &str, expected: expect_test::Expect| {
        check_mistakes(&format!("migrations = {migrations}"), "mod migrations {}", expected);
    };
    check(
        "[]",
        expect![[r#"
        this list names no folder; expected `migrations = "migrations"`
    "#]],
    );
    check(
        "[\"a\", \"a\", \"\", 7]",
        expect![[r#"
        this folder is listed twice
        this folder is empty
        expected a folder in quotes, such as `"core/migrations"`
    "#]],
    );
    check(
        "merged(\"a\", \"b\")",
        expect![[r#"
        `merged` takes a list of folders: `merged(["a", "b"])`
    "#]],
    );
    check(
        "merged([\"a\", \"a\"])",
        expect![[r#"
        this folder is listed twice
    "#]],
    );
}

#[test]
fn queries() {
    for fine in [
        r#"queries = "queries/*.sql""#,
        r#"queries = ["SELECT 1", OTHER]"#,
        "queries = QUERIES",
        r#"queries(files = "queries/*.sql", texts = QUERIES, except = [".sqlx/query-1*"])"#,
    ] {
        check_mistakes(fine, "mod migrations {}", expect![""]);
    }
    check_mistakes(
        "queries = [], queries = 5",
        "mod migrations {}",
        expect![[r#"
            this list has no query; remove it
            `queries` is given twice
        "#]],
    );
    check_mistakes(
        r#"queries = ["", 5]"#,
        "mod migrations {}",
        expect![[r#"
        expected a query in quotes, such as `"SELECT id FROM users"`
        expected a query in quotes, such as `"SELECT id FROM users"`
    "#]],
    );
    check_mistakes(
        "queries = true",
        "mod migrations {}",
        expect![[r#"
        expected a glob of SQL files in quotes, such as `"queries/*.sql"`, or a list of queries
    "#]],
    );
    check_mistakes(
        "queries()",
        "mod migrations {}",
        expect![[r#"
        `queries()` says nothing; write `queries(files = "queries/*.sql", except = [".sqlx/query-1a2b*"])`
    "#]],
    );
    check_mistakes(
        r#"queries(files = "", text = [], texts = "SELECT 1", except, except = [])"#,
        "mod migrations {}",
        expect![[r#"
            unknown word `text`, did you mean `texts`?
            valid: files, texts, except
            `except` is given twice
            expected a glob of SQL files in quotes, such as `"queries/*.sql"`, or a list of queries
            expected a list of queries, such as `["SELECT id FROM users"]`
            `except` needs a value, as in `queries(files = "queries/*.sql", except = [".sqlx/query-1a2b*"])`
        "#]],
    );
}
