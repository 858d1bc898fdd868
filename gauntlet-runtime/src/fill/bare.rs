//! Rows that say as little as the schema allows: NULL in every column that may be NULL, and twice the same in keys of which one
//! column is NULL.

use super::insert::Inserted;
use super::schema::Table;
use crate::driver::{self, PgConnection};

/// How many such rows a table gets.
const ROWS: usize = 2;

/// Inserts rows whose columns are all NULL, as far as they may be. The others have the values of one of the last rows, which
/// the table has not got yet, and where they stand in a key beside a NULL those of the first row. What the constraints of the
/// table do not allow is not there then.
pub(super) async fn insert(
    conn: &mut PgConnection,
    table: &Table,
    rows: &[Vec<String>],
) -> driver::Result<Inserted> {
    let mut inserted = Inserted::default();
    let nullable = |column: &usize| !table.columns[*column].not_null;
    let open_keys = || table.keys.iter().filter(|key| key.len() > 1 && key.iter().any(nullable));
    // One column alone is NULL in some of the other rows.
    if (0..table.columns.len()).filter(nullable).count() < 2 && open_keys().next().is_none() {
        return Ok(inserted);
    }
    let Some(first) = rows.first() else { return Ok(inserted) };
    let columns: Vec<&str> = table.columns.iter().map(|column| column.sql.as_str()).collect();
    for unused in rows.iter().rev().skip(super::twins::MOST).take(ROWS) {
        let value = |at: usize| match &table.columns[at] {
            column if !column.not_null => format!("NULL::{}", column.type_sql),
            _ if !table.is_key(at) && open_keys().any(|key| key.contains(&at)) => first[at].clone(),
            _ => unused[at].clone(),
        };
        let values: Vec<String> = (0..table.columns.len()).map(value).collect();
        let statement = format!(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({}) ON CONFLICT DO NOTHING",
            table.sql,
            columns.join(", "),
            values.join(", ")
        );
        driver::execute(conn, "SAVEPOINT gauntlet_bare").await?;
        match driver::execute(conn, &statement).await {
            Ok(result) => {
                driver::execute(conn, "RELEASE SAVEPOINT gauntlet_bare").await?;
                if result.rows_affected() > 0 {
                    inserted.rows += result.rows_affected();
                    inserted.statements.push(statement);
                }
            }
            Err(error) => {
                tracing::debug!(%error, table = table.name, "some column has a value in each row");
                driver::execute(conn, "ROLLBACK TO SAVEPOINT gauntlet_bare").await?;
                break;
            }
        }
    }
    Ok(inserted)
}
