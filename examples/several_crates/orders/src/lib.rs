//! Orders.

use customers::Tier;

/// An order, with a key of any type.
#[derive(Debug, sqlx::FromRow)]
#[cfg_attr(feature = "schema", derive(gauntlet_model::Model), model(table = "orders"))]
pub struct Order<Id> {
    /// The key.
    #[cfg_attr(feature = "schema", model(primary_key))]
    pub id: Id,
    /// Whose it is.
    #[cfg_attr(feature = "schema", model(index, references = "customers(id)"))]
    pub customer_id: i64,
    /// What the customer paid then.
    pub tier: Tier,
}
