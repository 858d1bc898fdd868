//! The rows that a table has got before, in another database of the same history.

use std::collections::BTreeMap;

use super::schema::Table;
use crate::driver::{self, PgConnection};

/// The statements that have filled tables, by the name of the table.
#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<String, Memo>);

#[derive(Debug)]
struct Memo {
    /// Of the table when it was filled.
    shape: u64,
    statements: Vec<String>,
    rows: u64,
}

impl Memory {
    /// Keeps the statements that have filled a table.
    pub(super) fn keep(&mut self, table: &Table, statements: Vec<String>, rows: u64) {
        self.0.insert(table.sql.clone(), Memo { shape: table.shape(), statements, rows });
    }

    /// Fills a table with the rows that one of the same shape got. `None` where there is none, or where the server does not
    /// take all of these rows this time: then nothing has happened.
    pub(super) async fn replay(
        &self,
        conn: &mut PgConnection,
        table: &Table,
    ) -> driver::Result<Option<u64>> {
        let Some(memo) = self.0.get(&table.sql).filter(|memo| memo.shape == table.shape()) else {
            return Ok(None);
        };
        let statements = memo.statements.join("; ");
        let sql = format!("SAVEPOINT gauntlet_memory; {statements}");
        match driver::execute(conn, &sql).await {
            Ok(result) if result.rows_affected() == memo.rows => {
                driver::execute(conn, "RELEASE SAVEPOINT gauntlet_memory").await?;
                return Ok(Some(memo.rows));
            }
            Ok(_) => tracing::debug!(table = table.name, "the server takes other rows this time"),
            Err(error) => tracing::debug!(%error, "the server does not take the same rows"),
        }
        driver::execute(conn, "ROLLBACK TO SAVEPOINT gauntlet_memory").await?;
        Ok(None)
    }
}
