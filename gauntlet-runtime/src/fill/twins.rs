//! Rows whose keys differ only in case from those of other rows: no constraint says that a text is written in one case only.

use super::insert::Inserted;
use super::schema::{Table, Type, TypeKind, Types};
use crate::driver::{self, PgConnection};

/// The most columns for which a table gets such a row.
pub(super) const MOST: usize = 4;

/// Inserts for each text column of a key a copy of a row in which that column is in another case. What the constraints,
/// indexes and types of the table do not allow is not there then. The columns that are keys by themselves take values from the
/// end of `rows`, which the table has not got yet.
pub(super) async fn insert(
    conn: &mut PgConnection,
    table: &Table,
    types: &Types,
    rows: &[Vec<String>],
) -> driver::Result<Inserted> {
    let mut inserted = Inserted::default();
    let columns = (0..table.columns.len()).filter(|column| is_text_of_key(table, types, *column));
    for (column, unused) in columns.take(MOST).zip(rows.iter().rev()) {
        let statement = copy(table, column, unused);
        driver::execute(conn, "SAVEPOINT gauntlet_twin").await?;
        match driver::execute(conn, &statement).await {
            Ok(result) => {
                driver::execute(conn, "RELEASE SAVEPOINT gauntlet_twin").await?;
                if result.rows_affected() > 0 {
                    inserted.rows += result.rows_affected();
                    inserted.statements.push(statement);
                }
            }
            Err(error) => {
                tracing::debug!(%error, table = table.name, "a key has one case only");
                driver::execute(conn, "ROLLBACK TO SAVEPOINT gauntlet_twin").await?;
            }
        }
    }
    Ok(inserted)
}

/// Whether a column holds text that is part of a key and refers to nothing.
fn is_text_of_key(table: &Table, types: &Types, column: usize) -> bool {
    let refers = |column| table.references.iter().any(|one| one.columns.contains(&column));
    table.keys.iter().any(|key| key.contains(&column))
        && !refers(column)
        && is_text(types, table.columns[column].type_oid)
}

fn is_text(types: &Types, oid: u32) -> bool {
    match types.0.get(&oid) {
        Some(Type { kind: TypeKind::Domain { base, .. }, .. }) => is_text(types, *base),
        // Not those of an extension: what it compares may not depend on the case.
        Some(found) => matches!(found.sql.as_str(), "text" | "character varying" | "character"),
        None => false,
    }
}

fn copy(table: &Table, column: usize, unused: &[String]) -> String {
    let name = &table.columns[column].sql;
    let (upper, lower) =
        (format!("pg_catalog.upper(t.{name}::text)"), format!("pg_catalog.lower(t.{name}::text)"));
    let value = |(at, other): (usize, &super::schema::Column)| {
        if at == column {
            format!(
                "CASE WHEN t.{name}::text = {upper} THEN {lower} ELSE {upper} END::{}",
                other.type_sql
            )
        } else if table.is_key(at) {
            unused[at].clone()
        } else {
            format!("t.{}", other.sql)
        }
    };
    let columns: Vec<&str> = table.columns.iter().map(|column| column.sql.as_str()).collect();
    let values: Vec<String> = table.columns.iter().enumerate().map(value).collect();
    format!(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} AS t WHERE {upper} <> {lower} \
         ORDER BY pg_catalog.length(t.{name}::text), t.{name}::text COLLATE \"C\" LIMIT 1 ON CONFLICT DO NOTHING",
        table.sql,
        columns.join(", "),
        values.join(", "),
        table.itself(),
    )
}
