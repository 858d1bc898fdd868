//! The trait behind `model =`, for sources that build a whole schema.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use serde::{Deserialize, Serialize};

use super::ModelError;
use crate::driver::{self, PgConnection};
use crate::isolation::{Isolation, OwnDatabase};
use crate::server::Server;

/// The future that [`ModelSource::load`] returns.
pub type Loading<'a> = Pin<Box<dyn Future<Output = Result<(), ModelError>> + 'a>>;

/// A source of the expected schema: it builds the schema in a scratch database, and all of it is compared with head.
///
/// These are sources: a SQL file or a folder of such files (`"schema.sql"`, relative to the crate; a folder's files
/// are loaded by name, as one schema), and several of them, loaded in this order as one schema (`["types.sql",
/// "tables.sql"]`). Another one takes a few lines:
///
/// ```
/// # use gauntlet_runtime as gauntlet;
/// use gauntlet::model::{Loading, ModelSource, Scratch};
///
/// /// The schema as a list of statements, wherever they come from.
/// #[derive(Debug)]
/// struct Statements(Vec<String>);
///
/// impl ModelSource for Statements {
///     fn name(&self) -> String {
///         "the list of statements".to_owned()
///     }
///
///     fn load<'a>(&'a self, mut scratch: Scratch<'a>) -> Loading<'a> {
///         Box::pin(async move {
///             for statement in &self.0 {
///                 scratch.execute(statement).await?;
///             }
///             Ok(())
///         })
///     }
/// }
///
/// let model = Statements(vec!["CREATE TABLE users (id bigint PRIMARY KEY)".to_owned()]);
/// let suite = gauntlet::Suite::new("example", env!("CARGO_MANIFEST_DIR")).model(model);
/// # let _ = suite;
/// ```
pub trait ModelSource: fmt::Debug + Send + Sync + 'static {
    /// The name in findings, such as `schema.sql`.
    fn name(&self) -> String;

    /// Builds the schema in `scratch`, an own database (or schema) at base that is dropped afterwards.
    ///
    /// # Errors
    ///
    /// When the schema cannot be built. [`ModelError::Other`] takes any text.
    fn load<'a>(&'a self, scratch: Scratch<'a>) -> Loading<'a>;

    /// The one SQL file that holds the whole model, relative to `manifest_dir`: the file that `GAUNTLET_BLESS=1`
    /// writes. Default: none, so that the model is not written.
    fn file(&self, manifest_dir: &Path) -> Option<PathBuf> {
        let _ = manifest_dir;
        None
    }

    /// All that the model is made of, as one text. Tests in processes of their own (nextest) then load it once and
    /// share it. Default: none, so that each process loads it.
    fn content(&self, manifest_dir: &Path) -> Option<String> {
        let _ = manifest_dir;
        None
    }
}

/// The scratch database in which a model is built.
#[derive(Debug)]
pub struct Scratch<'a> {
    conn: &'a mut PgConnection,
    manifest_dir: &'a Path,
    isolation: Isolation,
    own: OwnDatabase,
    makes_roles: bool,
    set_aside: &'a mut Vec<SetAside>,
}

/// A statement of a model that was set aside instead of run. It is reported as a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SetAside {
    /// Where it stands: `schema.sql:12:1`.
    pub place: String,
    /// The statement, cut to a line.
    pub statement: String,
    /// The rule by which it was set aside, as a sentence without a full stop.
    pub why: String,
    /// The role, unquoted, that does not exist and is the reason.
    #[serde(default)]
    pub missing_role: Option<String>,
}

impl<'a> Scratch<'a> {
    pub(crate) fn new(
        conn: &'a mut PgConnection,
        manifest_dir: &'a Path,
        (isolation, server): (Isolation, &Server),
        set_aside: &'a mut Vec<SetAside>,
    ) -> Scratch<'a> {
        let (own, makes_roles) = (OwnDatabase::on(server), server.can_create_roles());
        Scratch { conn, manifest_dir, isolation, own, makes_roles, set_aside }
    }

    /// The folder of the crate that owns the suite; relative paths start there.
    pub fn manifest_dir(&self) -> &Path {
        self.manifest_dir
    }

    /// Returns true if the scratch is a database of its own, or only a schema in a database that holds other things.
    pub fn isolation(&self) -> Isolation {
        self.isolation
    }

    /// How each test gets a database of its own.
    pub(super) fn own_database(&self) -> String {
        self.own.advice("give the suite isolation = \"database\"")
    }

    /// Whether the role of the URL, as which `setup` runs, may create roles.
    pub(super) fn makes_roles(&self) -> bool {
        self.makes_roles
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
        driver::execute(self.conn, sql).await?;
        Ok(())
    }

    /// Tells the reader that a part of the model was not made real.
    pub fn set_aside(
        &mut self,
        place: impl Into<String>,
        statement: impl Into<String>,
        why: impl Into<String>,
    ) {
        let (place, statement, why) = (place.into(), statement.into(), why.into());
        self.set_aside.push(SetAside { place, statement, why, missing_role: None });
    }

    /// The same, about a statement whose role does not exist.
    pub(super) fn set_aside_for_role(
        &mut self,
        place: impl Into<String>,
        statement: impl Into<String>,
        why: impl Into<String>,
        role: Option<&str>,
    ) {
        self.set_aside(place, statement, why);
        if let Some(last) = self.set_aside.last_mut() {
            last.missing_role = role.map(str::to_owned);
        }
    }
}
