//! What PostgreSQL leaves out of a copy of a database (`CREATE DATABASE … TEMPLATE`): all that belongs to the database itself.

use super::read::reader::read_only;
use super::{Catalog, CatalogError, Kind, ReadOptions, create};
use crate::driver::PgConnection;

/// The statements that give a copy of the connection's database its settings, privileges, comment and owner. None where
/// the database has nothing that a new one does not have.
///
/// # Errors
///
/// As [`Catalog::read`].
pub(crate) async fn uncopied(
    conn: &mut PgConnection,
    options: &ReadOptions,
) -> Result<Vec<String>, CatalogError> {
    let catalog: Catalog = read_only(conn, options, Kind::Database).await?;
    Ok(catalog.objects.keys().flat_map(|id| create(&catalog, id)).collect())
}
