//! What a supported version of sqlx says of a type.

use super::{PgTypeInfo, TypeInfo as _};

/// The description of a type by a supported version of sqlx: the `PgTypeInfo` of each.
pub trait AnyTypeInfo: 'static {
    /// The type in sqlx's words: `INT8`, `TEXT[]`, `order_status`.
    fn word(&self) -> String;

    /// The description of a column, from that of the version that this crate runs on.
    fn of_column(column: &PgTypeInfo) -> Self;
}

impl AnyTypeInfo for PgTypeInfo {
    fn word(&self) -> String {
        self.name().to_owned()
    }

    fn of_column(column: &PgTypeInfo) -> PgTypeInfo {
        column.clone()
    }
}
