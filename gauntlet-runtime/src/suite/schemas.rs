//! Schemas as catalogs and as SQL, for front ends that compare or print them: those that the migrations lead to, that of a
//! SQL file, that of a database.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Suite;
use super::unmigrated::Unmigrated;
use crate::catalog::{Catalog, Diff, ReadOptions};
use crate::context::Context;
use crate::driver::{self, Connection as _, PgConnection};
use crate::error::{Error, Result};
use crate::history::{History, VersionId};
use crate::isolation;
use crate::model::{IntoModel as _, ModelSet};
use crate::server::{self, Installed, Server};

impl Suite {
    /// The folders of the migrations, as they were given, and the history that is in them.
    ///
    /// # Errors
    ///
    /// When the history cannot be read.
    #[doc(hidden)]
    pub fn sources(&self) -> Result<(Vec<PathBuf>, Arc<History>), Arc<Error>> {
        let cx = self.context()?;
        let folders = self.settings.engine.folders().into_iter().map(Path::to_path_buf).collect();
        Ok((folders, Arc::clone(&cx.project().whole)))
    }

    /// The schema to which the migrations lead, or to which those up to a version lead. It is read in a database that is
    /// removed afterwards.
    ///
    /// # Errors
    ///
    /// When no version fits, or the history does not apply.
    #[doc(hidden)]
    pub async fn schema_at(&self, version: Option<&str>) -> Result<Catalog, Arc<Error>> {
        let cx = self.context()?;
        let migrations = cx.history().migrations();
        let end = match version {
            Some(version) => cx.history().find(version).map_err(Error::from)? + 1,
            None => migrations.len(),
        };
        let wanted: Vec<VersionId> = migrations[..end].iter().map(|m| m.id().clone()).collect();
        self.schema_of_versions(&wanted).await
    }

    /// The schema to which these versions lead, in the order of the history.
    pub(super) async fn schema_of_versions(
        &self,
        versions: &[VersionId],
    ) -> Result<Catalog, Arc<Error>> {
        let cx = self.context()?;
        let mut stage = cx.stage_without_seeds("schema").await?;
        let read = async {
            for migration in cx.history().migrations() {
                if versions.contains(migration.id()) {
                    stage.apply(migration).await?;
                }
            }
            stage.catalog().await
        };
        let read = read.await;
        stage.close(read.is_err()).await;
        Ok(read?)
    }

    /// The schema that a SQL file, or a folder of them, makes in an empty database after the suite's setup. The suite's
    /// migrations are not read. Beside it, the roles that do not exist on the server, so that what they own and may do is left
    /// out.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or does not load.
    #[doc(hidden)]
    pub async fn schema_of_file(
        mut self,
        file: impl Into<PathBuf>,
    ) -> Result<(Catalog, BTreeSet<String>), Arc<Error>> {
        let mut model = ModelSet::default();
        file.into().add_to(&mut model);
        self.settings.engine = Arc::new(Unmigrated);
        self.settings.model = Some(model);
        self.settings.bless = false;
        let models = self.context()?.models().await?;
        let aside = models.iter().flat_map(|model| &model.set_aside);
        let roles = aside.filter_map(|aside| aside.missing_role.clone()).collect();
        Ok((models.first().map(|model| model.catalog.clone()).unwrap_or_default(), roles))
    }

    /// The schema of a database. It is read in a read-only transaction; its own first schema of `search_path` is home.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached or read.
    #[doc(hidden)]
    pub async fn schema_of_database(&self, url: &str) -> Result<Catalog> {
        self.settings.engine.configure(&self.settings.manifest_dir)?;
        let mut conn = Live::connect(url).await?;
        let catalog = conn.catalog(&self.settings.engine.tables()).await;
        conn.close().await;
        catalog
    }

    /// The schema at head as SQL: what blessing writes.
    ///
    /// # Errors
    ///
    /// When the history does not apply.
    #[doc(hidden)]
    pub async fn script(&self) -> Result<Arc<str>, Arc<Error>> {
        self.context()?.script().await
    }

    /// How a schema differs from an expected one, by the suite's rules on what to ignore.
    #[doc(hidden)]
    pub fn compare(&self, expected: &Catalog, actual: &Catalog) -> Diff {
        expected.diff_with(actual, &self.settings.diff)
    }

    /// Removes the databases and schemas that killed runs have left on the suite's server, and returns their names.
    ///
    /// # Errors
    ///
    /// When the server cannot be found, started or asked.
    #[doc(hidden)]
    pub async fn clean(&self) -> Result<Vec<String>> {
        let context = self.settings.source_context();
        let server = Server::shared(&*self.settings.source, &context).await?;
        Ok(isolation::sweep(&server).await?)
    }

    /// Installs a PostgreSQL of this major version, or the newest that is tested, unless the machine has one.
    ///
    /// # Errors
    ///
    /// When the version is not supported, or no package client of this machine brings it.
    #[doc(hidden)]
    pub async fn install(&self, version: Option<u32>) -> Result<Installed> {
        Ok(server::install(version, &self.settings.source_context()).await?)
    }

    pub(super) fn context(&self) -> Result<Context<'_>, Arc<Error>> {
        Context::new(&self.settings, &self.shared)
    }
}

/// A connection to a database that is only read: all of it happens in one read-only transaction.
pub(super) struct Live {
    conn: PgConnection,
}

impl Live {
    pub(super) async fn connect(url: &str) -> Result<Live> {
        let server = Server::from_url(url, "the database").await?;
        let mut conn = server.connect().await?;
        let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        driver::execute(&mut conn, begin).await?;
        Ok(Live { conn })
    }

    pub(super) fn conn(&mut self) -> &mut PgConnection {
        &mut self.conn
    }

    /// The catalog, without these bookkeeping tables. What belongs to the owner of the first of them, or to the role of
    /// the connection where there is none, goes without an owner.
    pub(super) async fn catalog(&mut self, bookkeeping: &[&str]) -> Result<Catalog> {
        let home: Option<String> = driver::query_scalar("SELECT pg_catalog.current_schema()::text")
            .fetch_one(&mut self.conn)
            .await?;
        let mut options = ReadOptions::database();
        options.home = home.unwrap_or_else(|| "public".to_owned());
        for table in bookkeeping {
            let found: Option<(String, String, String, bool)> = driver::query_as(
                "SELECT nspname::text, relname::text, pg_catalog.pg_get_userbyid(relowner)::text,
                        nspname = pg_catalog.current_schema()
                 FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
                 WHERE pg_class.oid = pg_catalog.to_regclass($1)",
            )
            .bind(*table)
            .fetch_optional(&mut self.conn)
            .await?;
            if let Some((schema, table, owner, at_home)) = found {
                options = options.bookkeeping((!at_home).then_some(&*schema), &table);
                options.owner.get_or_insert(owner);
            }
        }
        Ok(Catalog::read(&mut self.conn, &options).await?)
    }

    /// Ends the transaction and the connection.
    pub(super) async fn close(self) {
        // A server that ends the connection first has ended the transaction as well.
        drop(self.conn.close().await);
    }
}
