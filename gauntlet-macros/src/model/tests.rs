//! What the derive emits, as a person would read it, and what it says to mistakes. `UPDATE_EXPECT=1 cargo test -p
//! gauntlet-macros` records again; where errors stand is shown by `tests/ui` of the facade.

// The recorded texts are written by expect-test, and are long.
#![allow(clippy::needless_raw_string_hashes, clippy::too_many_lines)]

use expect_test::{Expect, expect};

use proc_macro2::TokenStream;
use quote::quote;

use crate::tests::support::messages;

fn derive(item: TokenStream) -> TokenStream {
    super::derive(item, quote!(::gauntlet))
}

#[track_caller]
#[allow(clippy::needless_pass_by_value)]
fn check(item: &str, expected: Expect) {
    let file = syn::parse2(derive(item.parse().expect("tokens"))).expect("a file");
    expected.assert_eq(&prettyplease::unparse(&file));
}

/// The messages of all mistakes.
#[track_caller]
#[allow(clippy::needless_pass_by_value)]
fn check_mistakes(item: &str, expected: Expect) {
    let file = syn::parse2(derive(item.parse().expect("tokens"))).expect("a file");
    expected.assert_eq(&messages(file));
}

#[test]
fn a_struct() {
    check(
        r#"
        #[model(table = "orders", complete, index(user, "at"), check = "total > 0")]
        struct Order<'a> {
            #[model(primary_key)]
            id: i64,
            #[sqlx(rename = "user_id")]
            #[model(index, references = "users(id)", default = "0")]
            user: Option<i64>,
            #[sqlx(json)]
            lines: Vec<&'a str>,
            #[sqlx(skip)]
            cached: bool,
            #[sqlx(flatten)]
            address: Address,
        }
        "#,
        expect![[r##"
            #[automatically_derived]
            impl<'a> ::gauntlet::__private::model::Model for Order<'a> {
                fn describe() -> ::gauntlet::__private::model::Described {
                    let mut table = ::gauntlet::__private::model::Builder::new(
                        "Order",
                        "orders",
                        ::gauntlet::__private::model::Place {
                            file: ::core::file!(),
                            line: ::core::line!(),
                            column: ::core::column!(),
                        },
                    );
                    table.complete = true;
                    table
                        .column(
                            ::gauntlet::__private::model::Field::of(
                                    "Order::id",
                                    "id",
                                    ::gauntlet::__private::model::Place {
                                        file: ::core::file!(),
                                        line: ::core::line!(),
                                        column: ::core::column!(),
                                    },
                                    ::gauntlet::__private::model::ColumnType::described(
                                        <i64 as ::sqlx::Type<::sqlx::Postgres>>::type_info,
                                        ::sqlx::TypeInfo::name,
                                        <i64 as ::sqlx::Type<::sqlx::Postgres>>::compatible,
                                    ),
                                )
                                .rust_type("i64")
                                .nullable(
                                    ::gauntlet::__private::model::Probe::<i64>::NEW.is_nullable(),
                                )
                                .guard(::gauntlet::__private::model::Probe::<i64>::NEW.guard()),
                        );
                    table
                        .column(
                            ::gauntlet::__private::model::Field::of(
                                    "Order::user",
                                    "user_id",
                                    ::gauntlet::__private::model::Place {
                                        file: ::core::file!(),
                                        line: ::core::line!(),
                                        column: ::core::column!(),
                                    },
                                    ::gauntlet::__private::model::ColumnType::described(
                                        <Option<i64> as ::sqlx::Type<::sqlx::Postgres>>::type_info,
                                        ::sqlx::TypeInfo::name,
                                        <Option<i64> as ::sqlx::Type<::sqlx::Postgres>>::compatible,
                                    ),
                                )
                                .rust_type("Option<i64>")
                                .nullable(
                                    ::gauntlet::__private::model::Probe::<Option<i64>>::NEW
                                        .is_nullable(),
                                )
                                .guard(
                                    ::gauntlet::__private::model::Probe::<Option<i64>>::NEW.guard(),
                                )
                                .default("0"),
                        );
                    table
                        .references(
                            ["user_id"],
                            "users(id)",
                            ::gauntlet::__private::model::Place {
                                file: ::core::file!(),
                                line: ::core::line!(),
                                column: ::core::column!(),
                            },
                        );
                    table
                        .index(
                            ["user_id"],
                            ::gauntlet::__private::model::Place {
                                file: ::core::file!(),
                                line: ::core::line!(),
                                column: ::core::column!(),
                            },
                        );
                    table
                        .column(
                            ::gauntlet::__private::model::Field::json(
                                    "Order::lines",
                                    "lines",
                                    ::gauntlet::__private::model::Place {
                                        file: ::core::file!(),
                                        line: ::core::line!(),
                                        column: ::core::column!(),
                                    },
                                )
                                .rust_type("Vec<&'a str>")
                                .nullable(false),
                        );
                    table.flatten(<Address as ::gauntlet::__private::model::Model>::describe());
                    table
                        .primary_key(
                            ["id"],
                            false,
                            ::gauntlet::__private::model::Place {
                                file: ::core::file!(),
                                line: ::core::line!(),
                                column: ::core::column!(),
                            },
                        );
                    table
                        .index(
                            ["user_id", "at"],
                            ::gauntlet::__private::model::Place {
                                file: ::core::file!(),
                                line: ::core::line!(),
                                column: ::core::column!(),
                            },
                        );
                    table
                        .check(
                            "total > 0",
                            ::gauntlet::__private::model::Place {
                                file: ::core::file!(),
                                line: ::core::line!(),
                                column: ::core::column!(),
                            },
                        );
                    table.finish()
                }
            }
        "##]],
    );
}

#[test]
fn enums() {
    check(
        r#"
        #[sqlx(type_name = "order_status", rename_all = "SCREAMING_SNAKE_CASE")]
        #[model(crate = my::gauntlet)]
        enum OrderStatus { InCart, #[sqlx(rename = "paid")] Paid }
        "#,
        expect![[r##"
            #[automatically_derived]
            impl my::gauntlet::__private::model::Model for OrderStatus {
                fn describe() -> my::gauntlet::__private::model::Described {
                    my::gauntlet::__private::model::Described::Enum(my::gauntlet::__private::model::Enum {
                        rust_name: "OrderStatus",
                        place: my::gauntlet::__private::model::Place {
                            file: ::core::file!(),
                            line: ::core::line!(),
                            column: ::core::column!(),
                        },
                        type_name: ::sqlx::TypeInfo::name(
                                &<OrderStatus as ::sqlx::Type<::sqlx::Postgres>>::type_info(),
                            )
                            .to_owned(),
                        integer: false,
                        variants: ::std::vec![
                            my::gauntlet::__private::model::variant("InCart", "IN_CART",
                            my::gauntlet::__private::model::Place { file : ::core::file!(), line :
                            ::core::line!(), column : ::core::column!() }),
                            my::gauntlet::__private::model::variant("Paid", "paid",
                            my::gauntlet::__private::model::Place { file : ::core::file!(), line :
                            ::core::line!(), column : ::core::column!() })
                        ],
                    })
                }
            }
        "##]],
    );
    check(
        "#[repr(i16)] enum Priority { Low = 1, High }",
        expect![[r##"
            #[automatically_derived]
            impl ::gauntlet::__private::model::Model for Priority {
                fn describe() -> ::gauntlet::__private::model::Described {
                    ::gauntlet::__private::model::Described::Enum(::gauntlet::__private::model::Enum {
                        rust_name: "Priority",
                        place: ::gauntlet::__private::model::Place {
                            file: ::core::file!(),
                            line: ::core::line!(),
                            column: ::core::column!(),
                        },
                        type_name: ::sqlx::TypeInfo::name(
                                &<Priority as ::sqlx::Type<::sqlx::Postgres>>::type_info(),
                            )
                            .to_owned(),
                        integer: true,
                        variants: ::std::vec![
                            ::gauntlet::__private::model::variant("Low", (Priority::Low as i64),
                            ::gauntlet::__private::model::Place { file : ::core::file!(), line :
                            ::core::line!(), column : ::core::column!() }),
                            ::gauntlet::__private::model::variant("High", (Priority::High as i64),
                            ::gauntlet::__private::model::Place { file : ::core::file!(), line :
                            ::core::line!(), column : ::core::column!() })
                        ],
                    })
                }
            }
        "##]],
    );
}

#[test]
fn the_name_of_a_table_and_columns_in_another_case() {
    let text = derive(
        "#[sqlx(rename_all = \"camelCase\")] struct OrderLine { line_no: i32, r#type: i32 }"
            .parse()
            .unwrap(),
    )
    .to_string();
    for name in ["\"order_line\"", "\"lineNo\"", "\"type\""] {
        assert!(text.contains(name), "{name} in {text}");
    }
}

#[test]
fn mistakes_are_told_at_once() {
    check_mistakes(
        r#"
        #[model(tabel = "users", complete = true, primary_key, index = "email", unique(), foreign_key(a))]
        #[model(primary_key(idd), table, check = 5)]
        struct User {
            #[model(primary_keys, default = now(), references("a"), unique = true, type = "")]
            id: i64,
            #[model(nullable, not_null)]
            email: String,
            #[sqlx(skip)]
            #[model(unique)]
            cached: String,
        }
        "#,
        expect![[r#"
            unknown argument `tabel`, did you mean `table`?
            valid: table, complete, primary_key, unique, index, foreign_key, check, crate, sqlx
            `primary_key` is given twice
            `complete` takes no value here
            expected `primary_key(order_id, line_no)`
            expected the part that follows `CREATE INDEX ON table`: `"(lower(email))"`, `"USING gin (tags)"`
            `unique` names no column: `unique(tenant, email)`
            expected columns and what they refer to: `foreign_key(tenant, owner, references = "users(tenant, id)")`
            `table` needs a value: `table = "users"`
            expected a text in quotes: `check = "starts_at < ends_at"`
            unknown argument `primary_keys`, did you mean `primary_key`?
            valid: primary_key, unique, index, references, default, check, type, nullable, not_null, unguarded, skip
            expected a text in quotes: `default = "now()"`
            `references` takes its value after `=`: `references = "orders(id)"`
            `unique` takes no value here
            this text is empty; expected `type = "varchar(64)"`
            `nullable` and `not_null` contradict each other
            a field with `#[sqlx(skip)]` is not a column; remove its `#[model(...)]`
        "#]],
    );
}

#[test]
fn what_is_no_model() {
    check_mistakes(
        "struct Unit;",
        expect![[r#"
            a struct without fields does not describe a table
        "#]],
    );
    check_mistakes(
        "struct Pair(i32, i32);",
        expect![[r#"
            a model needs named fields: they are the names of the columns
        "#]],
    );
    check_mistakes(
        "#[sqlx(transparent)] struct Id(i64);",
        expect![[r#"
            a newtype is not a table; remove the derive, because a field of this type is read as the type that it wraps
        "#]],
    );
    check_mistakes(
        "enum Level<T> { Low }",
        expect![[r#"
            an enum without fields does not need type parameters
        "#]],
    );
    check_mistakes(
        "union Bits { a: i32, b: f32 }",
        expect![[r#"
            a union cannot be a model
        "#]],
    );
    check_mistakes(
        "enum Never {}",
        expect![[r#"
        an enum without variants has no labels
    "#]],
    );
    check_mistakes(
        "enum Shape { Round(i32), #[model(skip)] Flat }",
        expect![[r#"
            a variant with fields cannot be a label of an enum in the database
            `model` does not apply to a variant; set its label with `#[sqlx(rename = "...")]`
        "#]],
    );
    check_mistakes(
        "#[model(table = \"t\")] enum Colour { Red }",
        expect![[r#"
            unknown argument `table`
            valid: crate, sqlx
        "#]],
    );
}
