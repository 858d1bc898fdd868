//! The expansion and the mistakes of `#[gauntlet::test]`.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};

use super::support::{messages, pretty};
use crate::suite::test;

#[track_caller]
fn expansion(arguments: &str, function: &str) -> String {
    let parse = |text: &str| text.parse().expect("the case is made of tokens");
    pretty(test(parse(arguments), &parse(function)))
}

#[track_caller]
fn mistakes(arguments: &str, function: &str, expected: Expect) {
    let file = syn::parse_str(&expansion(arguments, function)).expect("it was printed from a file");
    expected.assert_eq(&messages(file));
}

#[test]
fn a_test_with_everything() {
    let text = expansion(
        r#"at = 20240105, fixtures("users.sql", "orders.sql"), migrations = "db", setup = "setup.sql""#,
        "#[ignore] async fn totals(pool: PgPool) -> Result<()> { Ok(()) }",
    );
    expect![[r##"
        #[ignore]
        #[::core::prelude::v1::test]
        fn totals() -> Result<()> {
            #[allow(clippy::unused_async, clippy::missing_docs_in_private_items)]
            async fn totals(pool: PgPool) -> Result<()> {
                Ok(())
            }
            ::gauntlet::__private::of_tests(
                    ::core::concat!(
                        ::core::module_path!(), ": ",
                        ":: gauntlet :: __private :: Suite :: new (:: core :: module_path ! () , :: core :: env ! (\"CARGO_MANIFEST_DIR\") ,) . migrations (\"db\") . setup (\"setup.sql\")"
                    ),
                    || {
                        ::gauntlet::__private::Suite::new(
                                ::core::module_path!(),
                                ::core::env!("CARGO_MANIFEST_DIR"),
                            )
                            .migrations("db")
                            .setup("setup.sql")
                    },
                )
                .migrated(
                    "totals",
                    &::gauntlet::__private::Migrated::new()
                        .at(20240105i64)
                        .fixture("users.sql")
                        .fixture("orders.sql"),
                    totals,
                    |outcome| outcome.is_failure(),
                )
        }
    "##]].assert_eq(&text);
}

#[test]
fn a_test_that_is_not_async() {
    expect![[r##"
        #[::core::prelude::v1::test]
        fn totals() {
            #[allow(clippy::unused_async, clippy::missing_docs_in_private_items)]
            fn totals(url: String) {}
            ::gauntlet::__private::of_tests(
                    ::core::concat!(
                        ::core::module_path!(), ": ",
                        ":: gauntlet :: __private :: Suite :: new (:: core :: module_path ! () , :: core :: env ! (\"CARGO_MANIFEST_DIR\") ,)"
                    ),
                    || {
                        ::gauntlet::__private::Suite::new(
                            ::core::module_path!(),
                            ::core::env!("CARGO_MANIFEST_DIR"),
                        )
                    },
                )
                .migrated_blocking(
                    "totals",
                    &::gauntlet::__private::Migrated::new(),
                    totals,
                    |outcome| outcome.is_failure(),
                )
        }
    "##]].assert_eq(&expansion("", "fn totals(url: String) {}"));
}

#[test]
fn what_is_refused() {
    let function = "async fn totals(db: TestDb) {}";
    mistakes(
        r#"at = "", naming = x, fixture("a.sql")"#,
        function,
        expect![[r#"
            this name is empty; give a number or a part of a name
            unknown argument `naming`
            valid: at, fixtures, migrations, db, setup, isolation, baseline, timeout, as_role, suite, crate
            unknown argument `fixture`, did you mean `fixtures`?
            valid: at, fixtures, migrations, db, setup, isolation, baseline, timeout, as_role, suite, crate
        "#]],
    );
    mistakes(
        "db(a = one(), b = two())",
        function,
        expect![[r#"
        a test runs on one server: `db = gauntlet::db::embedded()`
    "#]],
    );
    mistakes(
        "at, fixtures = 5",
        function,
        expect![[r#"
        `at` is a version: `at = 20240105`
        `fixtures` is a list of files: `fixtures("tests/users.sql")`
    "#]],
    );
    mistakes(
        "fixtures(), at = 1.5",
        function,
        expect![[r#"
        `fixtures` takes SQL files, relative to the crate: `fixtures("tests/users.sql")`
        expected a version, a number or a part of a name: `"add_status"`
    "#]],
    );
    mistakes(
        "",
        "async fn totals() {}",
        expect![[r#"
        an async test takes `db: gauntlet::TestDb`, `pool: sqlx::PgPool` or `conn: sqlx::PgConnection`
    "#]],
    );
    mistakes(
        "",
        "fn totals() {}",
        expect![[r#"
        a test that is not async takes the URL of its database, `url: String`; an async one takes `db: gauntlet::TestDb`
    "#]],
    );
    mistakes(
        "",
        "async fn totals<T>(db: TestDb, pool: PgPool) {}",
        expect![[r#"
        a test cannot be generic
        a test takes one argument: an async test takes `db: gauntlet::TestDb`, `pool: sqlx::PgPool` or `conn: sqlx::PgConnection`
    "#]],
    );
    mistakes(
        "",
        "async fn totals(&self) {}",
        expect![[r#"
        an async test takes `db: gauntlet::TestDb`, `pool: sqlx::PgPool` or `conn: sqlx::PgConnection`
    "#]],
    );
    mistakes(
        "",
        "fn totals(pool: sqlx::PgPool) {}",
        expect![[r#"
        `PgPool` belongs to an async test: make it `async fn`, or take `url: String`
    "#]],
    );
    mistakes(
        "",
        "async fn totals(url: String) {}",
        expect![[r#"
        the URL is what a test that is not async gets: make it a plain `fn`, or take `db: gauntlet::TestDb`, whose `url()` returns it
    "#]],
    );
    mistakes(
        "",
        "#[tokio::test]\nasync fn totals(db: TestDb) {}",
        expect![[r#"
        this attribute makes a test by itself: remove it, or keep it alone and begin with `let db = gauntlet::TestDb::at_head().await?;`
    "#]],
    );
    mistakes(
        "",
        "struct Totals;",
        expect![[r#"
        `#[gauntlet::test]` belongs on a function
    "#]],
    );
}
