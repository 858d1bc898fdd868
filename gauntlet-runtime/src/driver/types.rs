//! What a supported version of sqlx says of a type.

use super::{PgTypeInfo, TypeInfo as _};

/// The description of a type by a supported version of sqlx: the `PgTypeInfo` of each.
pub trait AnyTypeInfo: Clone + Send + Sync + 'static {
    /// The type in sqlx's words: `INT8`, `TEXT[]`, `order_status`.
    fn word(&self) -> String;

    /// Whether a type of this description, which reads what is `compatible`, reads a column; the column as the version that
    /// this crate runs on describes it.
    fn reads(&self, compatible: fn(&Self) -> bool, column: &PgTypeInfo) -> bool;
}

impl AnyTypeInfo for PgTypeInfo {
    fn word(&self) -> String {
        self.name().to_owned()
    }

    fn reads(&self, compatible: fn(&PgTypeInfo) -> bool, column: &PgTypeInfo) -> bool {
        compatible(column)
    }
}
