//! What Rust structs and enums say of a database schema, as plain data.
//!
//! For crates of entities, which need the derive and nothing of the runtime:
//!
//! ```
//! #[derive(sqlx::FromRow, gauntlet_model::Model)]
//! #[model(table = "orders")]
//! pub struct Order {
//!     #[model(primary_key)]
//!     pub id: i64,
//!     pub note: Option<String>,
//! }
//!
//! let gauntlet_model::Described::Table(orders) = <Order as gauntlet_model::Model>::describe() else { unreachable!() };
//! assert_eq!(orders.columns[1].name, "note");
//! assert!(orders.columns[1].nullable);
//! ```
//!
//! The crate with the migrations compares it with the schema at head: `model = gauntlet::models![orders::Order]`. The two
//! traits, and the two derives, of `gauntlet` and of this crate are one.

mod column_type;
#[doc(hidden)]
pub mod derived;
mod described;

pub use column_type::{ColumnType, SqlxType};
pub use described::{
    Column, Described, Enum, Guard, Index, Key, Model, Place, Reference, Table, Variant,
};
/// Derives [`trait@Model`]; the attributes are those of `gauntlet::Model`.
pub use gauntlet_macros::EntityModel as Model;

/// What the expansion of the derive calls. Nothing here is for people, and anything may change with any version.
#[doc(hidden)]
pub mod __private {
    pub use crate::derived as model;
}
