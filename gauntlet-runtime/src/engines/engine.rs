//! The contract of an engine.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{EngineError, StepError, Words};
use crate::driver::PgConnection;
use crate::history::shipped::{Change, sha384};
use crate::history::{History, HistoryError, Migration, Problem, Script, SourceFile, VersionId};
use crate::runtime::BoxFuture;

/// An engine with its source: what runs a project's migrations in production.
///
/// It reads the source into a [`History`], keeps the bookkeeping, and takes one step at a time, each as production takes
/// it: same transactions, same protocol, same rows in the bookkeeping table. It judges nothing; the faults that it sees
/// in the source are [`Problem`]s of the history, which it puts into words on request.
///
/// `migrations = MyEngine::new("folder")` hands one to a suite.
pub trait Engine: fmt::Debug + Send + Sync + 'static {
    /// The name in messages, as its users write it: `sqlx`.
    fn name(&self) -> &str;

    /// Reads the engine's own settings of the project, which are not the suite's. Called before every other method; may be
    /// called again. Default: nothing.
    ///
    /// # Errors
    ///
    /// When there are settings that the engine does not understand.
    fn configure(&self, manifest_dir: &Path) -> Result<(), HistoryError> {
        let _ = manifest_dir;
        Ok(())
    }

    /// The file of those settings, absolute, whether it exists or not. Default: none.
    fn settings_file(&self) -> Option<PathBuf> {
        None
    }

    /// The same engine with other settings: the text that the file has in another state of the project, `None` where it
    /// does not exist there. Default: none, the settings make no difference.
    ///
    /// # Errors
    ///
    /// When the engine does not understand them.
    fn with_settings(&self, text: Option<&str>) -> Result<Option<Arc<dyn Engine>>, HistoryError> {
        let _ = text;
        Ok(None)
    }

    /// Reads the history. Relative paths start at `manifest_dir`, the folder of the crate that owns the suite.
    ///
    /// # Errors
    ///
    /// When the source cannot be read at all. Odd files are problems of the history, not errors.
    fn read(&self, manifest_dir: &Path) -> Result<History, HistoryError>;

    /// The bookkeeping table as SQL, as this engine names it in production: `_sqlx_migrations`, `ops."Migrations"`.
    fn table(&self) -> &str;

    /// The schemas that [`prepare`](Self::prepare) makes, as SQL. Default: none.
    fn schemas(&self) -> Vec<String> {
        Vec::new()
    }

    /// Every bookkeeping table as SQL. Default: the [`table`](Self::table).
    fn tables(&self) -> Vec<&str> {
        vec![self.table()]
    }

    /// Returns true if this engine ignores records of versions that its source does not have. Default: false.
    fn ignores_missing(&self) -> bool {
        false
    }

    /// Returns true if what the ups of some versions make follows from their texts and from the texts of
    /// [`settings_file`](Self::settings_file) alone, so that tests may use what an earlier run has made of the same texts.
    /// Default: false, since an engine may run code.
    fn follows_from_scripts(&self) -> bool {
        false
    }

    /// The histories that this engine runs one after the other in one database, each with an engine of its own. Default:
    /// none, there is one history.
    fn parts(&self) -> &[Part] {
        &[]
    }

    /// Makes the bookkeeping table where it does not exist, and all that has to exist before it. Returns its name as SQL,
    /// as this engine writes it in production: without a schema, if it does not write one there. [`apply`](Self::apply)
    /// and [`revert`](Self::revert) are called with this name, in the session as the script leaves it, so that a script
    /// that changes `search_path` or `role` fails as in production. The other methods are called with the qualified name.
    ///
    /// `home` is the schema in which unqualified names land, unquoted.
    fn prepare<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        home: &'a str,
    ) -> BoxFuture<'a, Result<String, EngineError>>;

    /// Runs the up of a version and records it.
    fn apply<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>>;

    /// Runs the down of a version and removes its record. Called only for versions that have a down.
    fn revert<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>>;

    /// Records a version without running it.
    fn mark<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
        migration: &'a Migration,
    ) -> BoxFuture<'a, Result<(), EngineError>>;

    /// The recorded versions, in the order of the history.
    fn applied<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
    ) -> BoxFuture<'a, Result<Vec<VersionId>, EngineError>>;

    /// The checksums of the ups that the bookkeeping has recorded, as [`checksum`](Self::checksum) writes them. Default:
    /// none, it records no checksum.
    fn checksums<'a>(
        &'a self,
        conn: &'a mut PgConnection,
        table: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(VersionId, String)>, EngineError>> {
        let _ = (conn, table);
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// What the engine asks of the server at the beginning and at the end of each run, such as its lock. Called in the
    /// session of a script, before and after it, where the script may make the second call fail: one that removes prepared
    /// statements. Default: nothing.
    fn frame<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), EngineError>> {
        let _ = conn;
        Box::pin(std::future::ready(Ok(())))
    }

    /// Takes the lock that keeps two runs apart, as each run of this engine does at its beginning, and waits for it. Its
    /// session holds it until [`unlock`](Self::unlock). Default: `false`, there is none.
    fn lock<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<bool, EngineError>> {
        let _ = conn;
        Box::pin(std::future::ready(Ok(false)))
    }

    /// Gives the lock back, as each run does at its end. Default: nothing.
    fn unlock<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), EngineError>> {
        let _ = conn;
        Box::pin(std::future::ready(Ok(())))
    }

    /// The folders of the migrations, as they were given, for a source that is made of some. Default: none.
    fn folders(&self) -> Vec<&Path> {
        Vec::new()
    }

    /// Reads a history from files that do not stand on disk: those of another state of the folders, such as a commit, each
    /// folder with its files. Files are shown as `folder/name`. Default: an error.
    ///
    /// # Errors
    ///
    /// When the engine reads no files, or these cannot be read at all.
    fn read_files(&self, folders: &[(&Path, Vec<SourceFile>)]) -> Result<History, HistoryError> {
        let _ = folders;
        Err(HistoryError::source(format!("{} does not read the files of a commit", self.name())))
    }

    /// The checksum of a script, as the engine keeps it, in hexadecimal digits. Default: the SHA-384 of the text.
    fn checksum(&self, script: &Script) -> String {
        sha384(&script.text)
    }

    /// What this engine does at deployment about a change of what has shipped. Default: not known.
    fn at_deployment(&self, change: &Change) -> Option<String> {
        let _ = change;
        None
    }

    /// What this engine does where a build that does not have a version starts on a database that has applied it, and how to
    /// let it start, as Rust. Default: nothing, or not known.
    fn on_newer_database(&self, version: &VersionId) -> Option<(String, String)> {
        let _ = version;
        None
    }

    /// The SQL that corrects the recorded checksum of a version that was changed on purpose. Default: none.
    fn heal(&self, version: &VersionId, was: &str, now: &str) -> Option<String> {
        let _ = (version, was, now);
        None
    }

    /// Whether a script that runs outside of a transaction is sent a statement at a time. Where it is sent as one message,
    /// the server runs its statements in one transaction, unless there is only one. Default: `false`.
    fn sends_statements_alone(&self) -> bool {
        false
    }

    /// The line with which a script says that it runs outside of a transaction, such as `-- no-transaction`. Default:
    /// none, so that advice says it in words.
    fn no_transaction_line(&self) -> Option<&str> {
        None
    }

    /// Puts a problem of the history into words: what this engine does about it in production. Default: neutral words.
    fn explain(&self, problem: &Problem) -> Words {
        Words::neutral(problem)
    }

    /// The next step after a failed script, where the failure has to do with how this engine runs it. Default: none.
    fn advise(&self, script: &Script, error: &StepError) -> Option<String> {
        let _ = (script, error);
        None
    }
}

/// One of several histories, with its engine.
#[derive(Debug)]
#[non_exhaustive]
pub struct Part {
    /// Its name in versions and messages: `core`.
    pub name: String,
    /// The engine that runs it.
    pub engine: Arc<dyn Engine>,
}

/// The engine that runs a version.
pub(crate) fn engine_of<'e>(
    engine: &'e Arc<dyn Engine>,
    version: &VersionId,
) -> &'e Arc<dyn Engine> {
    let part = engine.parts().iter().find(|part| Some(&*part.name) == version.part());
    part.map_or(engine, |part| &part.engine)
}

/// An engine, or a source that implies one: what `migrations =` takes.
///
/// A folder (`&str`, `String`, `PathBuf`) or a sqlx `Migrator` is run by sqlx. Everything that implements [`Engine`] is
/// taken as it is.
#[diagnostic::on_unimplemented(
    message = "`migrations` takes a folder, a sqlx `Migrator`, a list of them, or a `gauntlet::engines::Engine`",
    label = "`{Self}` is none of them"
)]
pub trait IntoEngine {
    /// The engine.
    fn into_engine(self) -> Arc<dyn Engine>;
}

impl<E: Engine> IntoEngine for E {
    fn into_engine(self) -> Arc<dyn Engine> {
        Arc::new(self)
    }
}

impl IntoEngine for Arc<dyn Engine> {
    fn into_engine(self) -> Arc<dyn Engine> {
        self
    }
}
