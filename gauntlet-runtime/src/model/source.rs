//! What `model =` takes.

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

use super::{ModelError, sql_file};

/// A source of the expected schema: it builds the schema in a scratch database.
///
/// A SQL file (`&str`, relative to the crate) is one.
pub trait ModelSource: fmt::Debug + Send + Sync + 'static {
    /// Builds the schema in `scratch`, an own database at base that is dropped afterwards.
    ///
    /// # Errors
    ///
    /// When the schema cannot be built.
    fn load<'a>(
        &'a self,
        scratch: Scratch<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<(), ModelError>> + 'a>>;
}

/// The scratch database in which a model is built.
#[derive(Debug)]
pub struct Scratch<'a> {
    conn: &'a mut PgConnection,
    manifest_dir: &'a Path,
}

impl<'a> Scratch<'a> {
    pub(crate) fn new(conn: &'a mut PgConnection, manifest_dir: &'a Path) -> Scratch<'a> {
        Scratch { conn, manifest_dir }
    }

    /// The folder of the crate that owns the suite; relative paths start there.
    pub fn manifest_dir(&self) -> &Path {
        self.manifest_dir
    }

    /// The connection. Unqualified names land in the schema that is compared.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.conn
    }

    /// Runs SQL, one statement or several, without parameters.
    ///
    /// # Errors
    ///
    /// When a statement fails.
    pub async fn execute(&mut self, sql: &str) -> Result<(), ModelError> {
        self.conn.execute(AssertSqlSafe(sql)).await?;
        Ok(())
    }
}

impl ModelSource for &'static str {
    fn load<'a>(
        &'a self,
        scratch: Scratch<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<(), ModelError>> + 'a>> {
        Box::pin(sql_file::load(self, scratch))
    }
}
