//! The rows of both crates.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[cfg_attr(test, derive(gauntlet::Model))]
#[sqlx(type_name = "order_status", rename_all = "snake_case")]
pub enum OrderStatus {
    /// Not paid yet.
    Pending,
    /// Paid.
    Paid,
}

/// How urgent an order is, as text that a CHECK guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[cfg_attr(test, derive(gauntlet::Model))]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Urgency {
    /// Can wait.
    Low,
    /// Cannot wait.
    High,
}

/// An order.
#[derive(Debug, sqlx::FromRow)]
#[cfg_attr(test, derive(gauntlet::Model), model(table = "orders"))]
pub struct Order {
    /// The key.
    pub id: Uuid,
    /// Its state.
    pub status: OrderStatus,
    /// Its urgency.
    pub urgency: Urgency,
    /// The sum of its lines.
    pub total: Decimal,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// When it should arrive.
    pub due: Option<NaiveDate>,
    /// What people say of it.
    pub tags: Vec<String>,
}
