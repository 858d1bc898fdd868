//! Expansions without a mistake in them.

// The recorded texts are written by expect-test, and are long.
#![allow(clippy::needless_raw_string_hashes, clippy::too_many_lines)]

use std::time::{Duration, Instant};

use expect_test::expect;
use quote::quote;

use super::support::check;
use crate::suite::migration_suite;

#[test]
fn minimal() {
    check(
        quote!(),
        quote!(
            mod migrations {}
        ),
        expect![[r##"
            #[doc(hidden)]
            fn __gauntlet_suite_of_migrations() -> ::gauntlet::__private::Tests {
                static __GAUNTLET_SUITE: ::gauntlet::__private::Once = ::gauntlet::__private::Once::new();
                __GAUNTLET_SUITE
                    .get(|| {
                        ::gauntlet::__private::Suite::new(
                            ::core::concat!(::core::module_path!(), "::migrations"),
                            ::core::env!("CARGO_MANIFEST_DIR"),
                        )
                    })
            }
            mod migrations {
                #[::core::prelude::v1::test]
                fn stairway() {
                    super::__gauntlet_suite_of_migrations().check("stairway")
                }
                #[ignore = "no model given"]
                #[::core::prelude::v1::test]
                fn up_to_date() {
                    super::__gauntlet_suite_of_migrations().check("up_to_date")
                }
                #[ignore = "no model given"]
                #[::core::prelude::v1::test]
                fn check_constraints() {
                    super::__gauntlet_suite_of_migrations().check("check_constraints")
                }
                #[ignore = "no model given"]
                #[::core::prelude::v1::test]
                fn enum_values() {
                    super::__gauntlet_suite_of_migrations().check("enum_values")
                }
                #[::core::prelude::v1::test]
                fn single_head() {
                    super::__gauntlet_suite_of_migrations().check("single_head")
                }
                #[::core::prelude::v1::test]
                fn downgrade_all_the_way() {
                    super::__gauntlet_suite_of_migrations().check("downgrade_all_the_way")
                }
                #[::core::prelude::v1::test]
                fn naming() {
                    super::__gauntlet_suite_of_migrations().check("naming")
                }
                #[ignore = "no `shipped` given"]
                #[::core::prelude::v1::test]
                fn shipped() {
                    super::__gauntlet_suite_of_migrations().check("shipped")
                }
                #[ignore = "no `shipped` given; `locks = all` checks every version"]
                #[::core::prelude::v1::test]
                fn locks() {
                    super::__gauntlet_suite_of_migrations().check("locks")
                }
                #[ignore = "no `shipped` given; `populated = all` checks every version"]
                #[::core::prelude::v1::test]
                fn populated() {
                    super::__gauntlet_suite_of_migrations().check("populated")
                }
                #[ignore = "no `shipped` given; `interrupted = all` checks every version"]
                #[::core::prelude::v1::test]
                fn interrupted() {
                    super::__gauntlet_suite_of_migrations().check("interrupted")
                }
                #[ignore = "no folder `.sqlx`, and no `queries` given"]
                #[::core::prelude::v1::test]
                fn queries() {
                    super::__gauntlet_suite_of_migrations().check("queries")
                }
                #[ignore = "no git ref given; `shipped = git(\"origin/main\")` or `compat = \"v1.2.0\"` names the one that is deployed"]
                #[::core::prelude::v1::test]
                fn compat() {
                    super::__gauntlet_suite_of_migrations().check("compat")
                }
            }
        "##]],
    );
}

#[test]
fn every_argument() {
    check(
        quote!(
            db = gauntlet::db::auto(),
            migrations = "db/migrations",
            model = crate::model(),
            setup = "setup.sql",
            isolation = "schema",
            irreversible = [2024_01_05, 7i64],
            downgrade_floor = 0002,
            baseline(file = "schema.sql", at = 4),
            shipped(git = "v1.2.0", folder = "db", healed = [5]),
            strict = true,
            ignore_tables = ["spatial_ref_sys"],
            ignore = crate::is_noise,
            ignore(comments, grants),
            naming = rules(),
            locks(all, allow = ["settings"], max_rows = 1_000),
            populated(all, allow = [5]),
            interrupted(all, allow = [5]),
            crate = crate::testing::gauntlet,
        ),
        quote! {
            #[gauntlet(only("up_to_date", "naming"))]
            mod migrations {}
        },
        expect![[r##"
            #[doc(hidden)]
            fn __gauntlet_suite_of_migrations() -> crate::testing::gauntlet::__private::Tests {
                static __GAUNTLET_SUITE: crate::testing::gauntlet::__private::Once = crate::testing::gauntlet::__private::Once::new();
                __GAUNTLET_SUITE
                    .get(|| {
                        crate::testing::gauntlet::__private::Suite::new(
                                ::core::concat!(::core::module_path!(), "::migrations"),
                                ::core::env!("CARGO_MANIFEST_DIR"),
                            )
                            .db(gauntlet::db::auto())
                            .migrations("db/migrations")
                            .model(crate::model())
                            .setup("setup.sql")
                            .strict(true)
                            .ignore_tables(["spatial_ref_sys"])
                            .ignore(crate::is_noise)
                            .naming(rules())
                            .isolation(crate::testing::gauntlet::__private::Isolation::Schema)
                            .irreversible(
                                crate::testing::gauntlet::__private::irreversible([
                                    crate::testing::gauntlet::__private::version(20240105i64),
                                    crate::testing::gauntlet::__private::version(7i64),
                                ]),
                            )
                            .downgrade_floor(2i64)
                            .baseline(
                                crate::testing::gauntlet::__private::Baseline::new("schema.sql")
                                    .at(crate::testing::gauntlet::__private::version(4i64)),
                            )
                            .shipped(
                                crate::testing::gauntlet::__private::shipped::git("v1.2.0")
                                    .folder("db")
                                    .healed([crate::testing::gauntlet::__private::version(5i64)]),
                            )
                            .locks(
                                crate::testing::gauntlet::__private::LockRules::new()
                                    .all()
                                    .allow(["settings"])
                                    .max_rows(1_000),
                            )
                            .populated(
                                crate::testing::gauntlet::__private::PopulatedRules::new()
                                    .all()
                                    .allow([crate::testing::gauntlet::__private::version(5i64)]),
                            )
                            .interrupted(
                                crate::testing::gauntlet::__private::InterruptedRules::new()
                                    .all()
                                    .allow([crate::testing::gauntlet::__private::version(5i64)]),
                            )
                            .ignore_kinds(["comments", "grants"])
                    })
            }
            mod migrations {
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn stairway() {
                    super::__gauntlet_suite_of_migrations().check("stairway")
                }
                #[::core::prelude::v1::test]
                fn up_to_date() {
                    super::__gauntlet_suite_of_migrations().check("up_to_date")
                }
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn check_constraints() {
                    super::__gauntlet_suite_of_migrations().check("check_constraints")
                }
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn enum_values() {
                    super::__gauntlet_suite_of_migrations().check("enum_values")
                }
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn single_head() {
                    super::__gauntlet_suite_of_migrations().check("single_head")
                }
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn downgrade_all_the_way() {
                    super::__gauntlet_suite_of_migrations().check("downgrade_all_the_way")
                }
                #[::core::prelude::v1::test]
                fn naming() {
                    super::__gauntlet_suite_of_migrations().check("naming")
                }
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn shipped() {
                    super::__gauntlet_suite_of_migrations().check("shipped")
                }
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn locks() {
                    super::__gauntlet_suite_of_migrations().check("locks")
                }
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn populated() {
                    super::__gauntlet_suite_of_migrations().check("populated")
                }
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn interrupted() {
                    super::__gauntlet_suite_of_migrations().check("interrupted")
                }
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn queries() {
                    super::__gauntlet_suite_of_migrations().check("queries")
                }
                #[ignore = "not in only(up_to_date, naming)"]
                #[::core::prelude::v1::test]
                fn compat() {
                    super::__gauntlet_suite_of_migrations().check("compat")
                }
            }
        "##]],
    );
}

#[test]
fn what_switches_tests_off() {
    check(
        quote!(irreversible = all),
        quote! {
            /// Kept.
            #[cfg(feature = "db")]
            #[allow(deprecated)]
            #[gauntlet(skip = "naming", reason = "legacy")]
            #[gauntlet(skip("single_head"))]
            pub(crate) mod r#try {}
        },
        expect![[r##"
            #[cfg(feature = "db")]
            #[allow(deprecated)]
            #[doc(hidden)]
            fn __gauntlet_suite_of_try() -> ::gauntlet::__private::Tests {
                static __GAUNTLET_SUITE: ::gauntlet::__private::Once = ::gauntlet::__private::Once::new();
                __GAUNTLET_SUITE
                    .get(|| {
                        ::gauntlet::__private::Suite::new(
                                ::core::concat!(::core::module_path!(), "::try"),
                                ::core::env!("CARGO_MANIFEST_DIR"),
                            )
                            .irreversible(::gauntlet::__private::Irreversible::All)
                    })
            }
            /// Kept.
            #[cfg(feature = "db")]
            #[allow(deprecated)]
            pub(crate) mod r#try {
                #[::core::prelude::v1::test]
                fn stairway() {
                    super::__gauntlet_suite_of_try().check("stairway")
                }
                #[ignore = "no model given"]
                #[::core::prelude::v1::test]
                fn up_to_date() {
                    super::__gauntlet_suite_of_try().check("up_to_date")
                }
                #[ignore = "no model given"]
                #[::core::prelude::v1::test]
                fn check_constraints() {
                    super::__gauntlet_suite_of_try().check("check_constraints")
                }
                #[ignore = "no model given"]
                #[::core::prelude::v1::test]
                fn enum_values() {
                    super::__gauntlet_suite_of_try().check("enum_values")
                }
                #[ignore = "skipped by #[gauntlet(skip)]"]
                #[::core::prelude::v1::test]
                fn single_head() {
                    super::__gauntlet_suite_of_try().check("single_head")
                }
                #[ignore = "every version is declared irreversible"]
                #[::core::prelude::v1::test]
                fn downgrade_all_the_way() {
                    super::__gauntlet_suite_of_try().check("downgrade_all_the_way")
                }
                #[ignore = "legacy"]
                #[::core::prelude::v1::test]
                fn naming() {
                    super::__gauntlet_suite_of_try().check("naming")
                }
                #[ignore = "no `shipped` given"]
                #[::core::prelude::v1::test]
                fn shipped() {
                    super::__gauntlet_suite_of_try().check("shipped")
                }
                #[ignore = "no `shipped` given; `locks = all` checks every version"]
                #[::core::prelude::v1::test]
                fn locks() {
                    super::__gauntlet_suite_of_try().check("locks")
                }
                #[ignore = "no `shipped` given; `populated = all` checks every version"]
                #[::core::prelude::v1::test]
                fn populated() {
                    super::__gauntlet_suite_of_try().check("populated")
                }
                #[ignore = "no `shipped` given; `interrupted = all` checks every version"]
                #[::core::prelude::v1::test]
                fn interrupted() {
                    super::__gauntlet_suite_of_try().check("interrupted")
                }
                #[ignore = "no folder `.sqlx`, and no `queries` given"]
                #[::core::prelude::v1::test]
                fn queries() {
                    super::__gauntlet_suite_of_try().check("queries")
                }
                #[ignore = "no git ref given; `shipped = git(\"origin/main\")` or `compat = \"v1.2.0\"` names the one that is deployed"]
                #[::core::prelude::v1::test]
                fn compat() {
                    super::__gauntlet_suite_of_try().check("compat")
                }
            }
        "##]],
    );
}

/// What the expansion of a large suite costs.
#[test]
#[ignore = "a measurement: cargo test --release -p migration-gauntlet-macros -- --ignored --nocapture"]
fn time_of_expansion() {
    let tests = (0..50).map(|n| {
        let name = quote::format_ident!("custom_{n}");
        quote! {
            #[test]
            async fn #name(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
                db.upgrade().await?;
                assert_eq!(vec![1, 2, 3].iter().sum::<i32>(), 6);
                Ok(())
            }
        }
    });
    let item = quote!(mod migrations { use super::*; #(#tests)* });
    let args = quote!(model = "schema.sql", irreversible = [20240105]);
    let expand = || {
        let start = Instant::now();
        let tokens = migration_suite(args.clone(), &item);
        assert!(!tokens.is_empty());
        start.elapsed()
    };
    let mut times: Vec<Duration> = (0..21).map(|_| expand()).collect();
    times.sort();
    println!("57 tests: median {:?}, from {:?} to {:?}", times[10], times[0], times[20]);
}
