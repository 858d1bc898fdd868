//! The statements that bring back what was moved to another schema, or whose schema was renamed.

use crate::catalog::write::names::name;
use crate::catalog::{Catalog, Difference, Kind, Moved, moved};
use crate::names::quote_if_needed;

/// The statements that move back what these differences miss, in order, and the actual catalog after them; `None` where
/// nothing was moved. Both catalogs are moments of one database.
pub(crate) fn move_back(
    expected: &Catalog,
    actual: &Catalog,
    differences: &[Difference],
) -> Option<(Vec<String>, Catalog)> {
    let (Moved { schemas, objects }, back) = moved(expected, actual, differences)?;
    let mut sql: Vec<String> = schemas
        .iter()
        .map(|(found, wanted)| {
            let (found, wanted) = (quote_if_needed(found), quote_if_needed(wanted));
            format!("ALTER SCHEMA {found} RENAME TO {wanted}")
        })
        .collect();
    for (found, wanted) in &objects {
        // The sequence of a column moves with its table.
        let table = expected.get(wanted).and_then(|object| object.fact("owned_by_table"));
        let goes_along = found.kind == Kind::Sequence
            && objects.iter().any(|(_, other)| Some(&*other.qualified_name()) == table);
        if !goes_along {
            let schema = wanted.schema.as_deref().unwrap_or(&actual.home);
            let keyword = found.kind.spec().keyword;
            sql.push(format!(
                "ALTER {keyword} {} SET SCHEMA {}",
                name(found),
                quote_if_needed(schema)
            ));
        }
    }
    Some((sql, back))
}
