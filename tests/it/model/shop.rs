//! The structs and enums of the model tests, in a file of their own: findings name their lines.

#![allow(dead_code)] // The tests read no rows.

use gauntlet::Model;

#[derive(Debug, sqlx::FromRow, Model)]
#[model(table = "users", unique = "(lower(email))")]
pub(crate) struct User {
    #[model(primary_key)]
    id: i64,
    email: String,
    bio: Option<String>,
    #[model(default = "true")]
    active: bool,
}

#[derive(Debug, sqlx::FromRow, Model)]
#[model(table = "orders")]
pub(crate) struct Order {
    #[model(primary_key)]
    id: i64,
    #[model(index, references = "users(id) ON DELETE CASCADE")]
    user_id: i64,
    #[model(default = "'pending'")]
    status: OrderStatus,
    #[model(check = "quantity > 0")]
    quantity: i32,
    priority: Priority,
    #[model(type = "varchar(80)")]
    note: Option<String>,
}

#[derive(Debug, sqlx::Type, Model)]
#[sqlx(type_name = "order_status", rename_all = "snake_case")]
pub(crate) enum OrderStatus {
    Pending,
    Paid,
    #[sqlx(rename = "sent")]
    Shipped,
}

#[derive(Debug, sqlx::Type, Model)]
#[repr(i16)]
pub(crate) enum Priority {
    Low = 0,
    Normal = 1,
    High = 2,
}
