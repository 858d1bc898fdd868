//! Customers. Without the feature `schema`, nothing here knows that there are tests of migrations.

/// How much a customer pays.
#[derive(Debug, Clone, Copy, sqlx::Type)]
#[sqlx(type_name = "tier", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(gauntlet_model::Model))]
pub enum Tier {
    /// Nothing.
    Free,
    /// By the month.
    Paid,
}

/// A customer.
#[derive(Debug, sqlx::FromRow)]
#[cfg_attr(feature = "schema", derive(gauntlet_model::Model), model(table = "customers"))]
pub struct Customer {
    /// The key.
    #[cfg_attr(feature = "schema", model(primary_key))]
    pub id: i64,
    /// A name, where we know it.
    pub name: Option<String>,
    /// How much they pay.
    pub tier: Tier,
}
