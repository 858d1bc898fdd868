//! The types of fields, which the user's sqlx describes, and of columns, which this crate's sqlx reads.

use gauntlet_model::ColumnType;

#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
use super::both;
use super::{PgTypeInfo, TypeInfo as _};

/// Whether a field can read a column, as the version of sqlx decides it that described the field. `None` if that is none
/// of the versions of this build.
pub(crate) fn reads(field: &ColumnType, column: &PgTypeInfo) -> Option<bool> {
    if field.is_json() {
        return Some(matches!(column.name(), "JSON" | "JSONB"));
    }
    if let Some(own) = field.of_sqlx::<PgTypeInfo>() {
        return Some((own.compatible)(column));
    }
    #[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
    if let Some(older) = both::reads(field, column) {
        return Some(older);
    }
    None
}
