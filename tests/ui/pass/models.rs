//! Models in hostile surroundings: lints denied, names shadowed, every form of attribute.

#![deny(warnings, clippy::all, clippy::pedantic, missing_docs)]

/// What is sold.
#[allow(dead_code)]
pub mod shop {
    mod core {}
    mod std {}
    mod gauntlet_ {}

    type Maybe<T> = Option<T>;

    /// A row.
    #[derive(Debug, sqlx::FromRow, gauntlet::Model)]
    #[model(table = "orders", complete, primary_key(id, "line"), unique = "(lower(note))")]
    #[model(
        foreign_key(id, "line", references = "lines(id, no)"),
        check = "id > 0",
        check = "id < 10"
    )]
    pub struct Order<'a> {
        /// Its number.
        #[model(index, default = "1", check = "id <> 5", type = "bigint")]
        pub id: i64,
        /// Its note.
        pub note: Maybe<&'a str>,
        /// What follows from it.
        #[sqlx(flatten)]
        pub more: More,
        /// How it is.
        #[model(unguarded)]
        pub priority: Priority,
    }

    /// The rest of the row.
    #[derive(Debug, sqlx::FromRow, gauntlet::Model)]
    pub struct More {
        /// How far it is.
        pub r#type: Status,
    }

    /// How far an order is.
    #[derive(Debug, Clone, Copy, sqlx::Type, gauntlet::Model)]
    #[sqlx(type_name = "status", rename_all = "lowercase")]
    pub enum Status {
        /// Not paid.
        Open,
        /// Paid.
        Paid,
    }

    /// How much an order matters.
    #[derive(Debug, Clone, Copy, sqlx::Type, gauntlet::Model)]
    #[repr(i16)]
    pub enum Priority {
        /// Little.
        Low = -1,
        /// Much.
        High = 1,
    }
}

#[gauntlet::migration_suite(
    model = (
        "schema.sql",
        gauntlet::models![shop::Order<'static>, shop::More, shop::Status, shop::Priority].allow(["audit_*"]),
    ),
)]
#[gauntlet(skip("consistency", "naming"), reason = "shown is that it compiles")]
mod migrations {}
