//! Expansions with tests of the user's own, and with a choice above the suite.

// The recorded texts are written by expect-test, and are long.
#![allow(clippy::needless_raw_string_hashes, clippy::too_many_lines)]

use expect_test::expect;
use quote::quote;

use super::support::{check, pretty};
use crate::suite::stray_gauntlet;

#[test]
fn custom_tests() {
    check(
        quote!(),
        quote! {
            #[gauntlet(skip("consistency", "naming"))]
            mod migrations {
                #![allow(unused)]
                use super::*;

                #[test]
                fn plain() {}

                /// Documented.
                #[test]
                #[ignore = "slow"]
                async fn by_value(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
                    db.upgrade().await?;
                    Ok(())
                }

                #[should_panic]
                #[test]
                async fn borrowed(db: &mut TestDb) {}

                #[test]
                async fn without_database() {}

                #[tokio::test]
                async fn of_another_runner() {}

                #[test]
                #[case(1)]
                fn with_arguments_of_another_macro(number: u8) {}

                fn helper() {}
            }
        },
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
                #![allow(unused)]
                use super::*;
                #[test]
                fn plain() {}
                /// Documented.
                #[ignore = "slow"]
                #[::core::prelude::v1::test]
                fn by_value() -> gauntlet::Result<()> {
                    #[allow(clippy::unused_async, clippy::missing_docs_in_private_items)]
                    async fn by_value(mut db: gauntlet::TestDb) -> gauntlet::Result<()> {
                        db.upgrade().await?;
                        Ok(())
                    }
                    super::__gauntlet_suite_of_migrations()
                        .run_with("by_value", by_value, |outcome| outcome.is_failure())
                }
                #[should_panic]
                #[::core::prelude::v1::test]
                fn borrowed() {
                    #[allow(clippy::unused_async, clippy::missing_docs_in_private_items)]
                    async fn borrowed(db: &mut TestDb) {}
                    super::__gauntlet_suite_of_migrations()
                        .run_with_mut("borrowed", borrowed, |outcome| outcome.is_failure())
                }
                #[::core::prelude::v1::test]
                fn without_database() {
                    #[allow(clippy::unused_async, clippy::missing_docs_in_private_items)]
                    async fn without_database() {}
                    super::__gauntlet_suite_of_migrations()
                        .run("without_database", without_database, |outcome| outcome.is_failure())
                }
                #[tokio::test]
                async fn of_another_runner() {}
                #[test]
                #[case(1)]
                fn with_arguments_of_another_macro(number: u8) {}
                fn helper() {}
                #[ignore = "skipped by #[gauntlet(skip)]"]
                #[::core::prelude::v1::test]
                fn stairway() {
                    super::__gauntlet_suite_of_migrations().check("stairway")
                }
                #[ignore = "skipped by #[gauntlet(skip)]"]
                #[::core::prelude::v1::test]
                fn up_to_date() {
                    super::__gauntlet_suite_of_migrations().check("up_to_date")
                }
                #[ignore = "skipped by #[gauntlet(skip)]"]
                #[::core::prelude::v1::test]
                fn check_constraints() {
                    super::__gauntlet_suite_of_migrations().check("check_constraints")
                }
                #[ignore = "skipped by #[gauntlet(skip)]"]
                #[::core::prelude::v1::test]
                fn enum_values() {
                    super::__gauntlet_suite_of_migrations().check("enum_values")
                }
                #[ignore = "skipped by #[gauntlet(skip)]"]
                #[::core::prelude::v1::test]
                fn single_head() {
                    super::__gauntlet_suite_of_migrations().check("single_head")
                }
                #[ignore = "skipped by #[gauntlet(skip)]"]
                #[::core::prelude::v1::test]
                fn downgrade_all_the_way() {
                    super::__gauntlet_suite_of_migrations().check("downgrade_all_the_way")
                }
                #[ignore = "skipped by #[gauntlet(skip)]"]
                #[::core::prelude::v1::test]
                fn naming() {
                    super::__gauntlet_suite_of_migrations().check("naming")
                }
                #[ignore = "skipped by #[gauntlet(skip)]"]
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
                #[ignore = "skipped by #[gauntlet(skip)]"]
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
fn selection_above_the_suite_is_put_below() {
    let moved = stray_gauntlet(
        &quote!(skip = "naming"),
        quote! {
            #[gauntlet::migration_suite(strict = true)]
            #[cfg(test)]
            mod migrations {}
        },
    );
    expect![[r##"
        #[gauntlet::migration_suite(strict = true)]
        #[cfg(test)]
        #[gauntlet(skip = "naming")]
        mod migrations {}
    "##]]
    .assert_eq(&pretty(moved));
}
