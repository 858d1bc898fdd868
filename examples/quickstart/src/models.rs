//! The rows that the program reads, and what they say of the schema.
//!
//! `gauntlet` is a dev-dependency, so that only tests see what is derived for it. The suite in `tests/migrations.rs` takes
//! this file in as a module of its own.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

/// A customer.
#[derive(Debug, sqlx::FromRow)]
#[cfg_attr(test, derive(gauntlet::Model), model(table = "customers", unique = "(lower(email))"))]
pub struct Customer {
    #[cfg_attr(test, model(primary_key))]
    pub id: i64,
    #[cfg_attr(test, model(check = "position('@' in email) > 1"))]
    pub email: String,
    pub full_name: String,
    #[cfg_attr(test, model(type = "char(2)", check = "country = upper(country)"))]
    pub country: String,
    #[cfg_attr(test, model(default = "now()"))]
    pub created_at: DateTime<Utc>,
}

/// A product that is for sale.
#[derive(Debug, sqlx::FromRow)]
#[cfg_attr(test, derive(gauntlet::Model), model(table = "products"))]
#[cfg_attr(test, model(index = "(lower(name))", index = "USING gin (tags)"))]
pub struct Product {
    #[cfg_attr(test, model(primary_key))]
    pub id: i64,
    #[cfg_attr(test, model(unique))]
    pub sku: String,
    pub name: String,
    #[cfg_attr(test, model(type = "numeric(12, 2)", check = "price >= 0"))]
    pub price: Decimal,
    pub tags: Vec<String>,
    #[cfg_attr(test, model(default = "false"))]
    pub discontinued: bool,
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "order_status", rename_all = "snake_case")]
#[cfg_attr(test, derive(gauntlet::Model))]
pub enum OrderStatus {
    Pending,
    Paid,
    Shipped,
    Cancelled,
}

/// An order.
#[derive(Debug, sqlx::FromRow)]
#[cfg_attr(test, derive(gauntlet::Model), model(table = "orders"))]
#[cfg_attr(test, model(check = "status <> 'shipped' OR shipped_at IS NOT NULL"))]
pub struct Order {
    #[cfg_attr(test, model(primary_key, default = "gen_random_uuid()"))]
    pub id: Uuid,
    #[cfg_attr(test, model(index, references = "customers(id)"))]
    pub customer_id: i64,
    #[cfg_attr(test, model(default = "'pending'"))]
    pub status: OrderStatus,
    pub placed_at: DateTime<Utc>,
    pub shipped_at: Option<DateTime<Utc>>,
}

/// One product in an order.
#[derive(Debug, sqlx::FromRow)]
#[cfg_attr(test, derive(gauntlet::Model), model(table = "order_lines", complete))]
#[cfg_attr(test, model(primary_key(order_id, line_no)))]
pub struct OrderLine {
    #[cfg_attr(test, model(references = "orders(id) ON DELETE CASCADE"))]
    pub order_id: Uuid,
    pub line_no: i32,
    #[cfg_attr(test, model(index, references = "products(id)"))]
    pub product_id: i64,
    #[cfg_attr(test, model(check = "quantity > 0"))]
    pub quantity: i32,
    #[cfg_attr(test, model(check = "unit_price >= 0"))]
    pub unit_price: Decimal,
}

/// The price of an order, from a view.
#[derive(Debug, sqlx::FromRow)]
#[cfg_attr(test, derive(gauntlet::Model), model(table = "order_totals"))]
pub struct OrderTotal {
    pub order_id: Uuid,
    pub customer_id: i64,
    pub status: OrderStatus,
    pub total: Decimal,
}
