//! The one place that sends SQL text which this module has put together.

use crate::driver::{self, PgConnection};

/// Runs statements as one simple query, so as one transaction where they may be in one.
///
/// Callers quote every name with [`quote_ident`](crate::names::quote_ident).
pub(super) async fn execute(
    connection: &mut PgConnection,
    sql: String,
) -> Result<(), driver::Error> {
    driver::execute(connection, &sql).await?;
    Ok(())
}
