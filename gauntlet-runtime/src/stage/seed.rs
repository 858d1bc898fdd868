//! Seeds: rows that stand in the tables before a version is applied, so that migrations run on data.
//!
//! A seed is planted once in a database, when the walk first comes to its version, and never again on the way up
//! after a down. It runs in a transaction on a connection of its own, as the role that runs the migrations.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use tokio::runtime::Handle;

use crate::driver::{self, Connection as _, PgConnection};
use crate::engines::{Companion, StepError};
use crate::error::{Error, Result};
use crate::history::{Direction, Version};
use crate::regular_file;
use crate::sql::{self, Position};

/// Rows for a test: a SQL file, SQL text, or code.
///
/// ```
/// use gauntlet_runtime::stage::Seed;
///
/// let file = Seed::file("seeds/users.sql");
/// let text = Seed::sql("INSERT INTO users (email) VALUES ('ann@example.com')");
/// let code = Seed::run(async |conn| {
///     for n in 0..3 {
///         sqlx::query("INSERT INTO users (email) VALUES ($1)")
///             .bind(format!("user{n}@example.com"))
///             .execute(&mut *conn)
///             .await?;
///     }
///     Ok(())
/// });
/// ```
pub struct Seed(Kind);

enum Kind {
    File(PathBuf),
    Sql(String),
    Run(Box<dyn Run>),
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// An async function over a connection, behind a pointer.
trait Run: Send + Sync {
    /// `conn` is a connection to the database of `url`, which some code opens by itself.
    fn run<'a>(&'a self, conn: &'a mut PgConnection, url: &'a str) -> Running<'a>;
}

impl<F: AsyncFn(&mut PgConnection) -> Result<()> + Send + Sync> Run for F {
    fn run<'a>(&'a self, conn: &'a mut PgConnection, _: &'a str) -> Running<'a> {
        Box::pin(async move {
            let mut tx = conn.begin().await?;
            self(&mut tx).await?;
            Ok(tx.commit().await?)
        })
    }
}

/// Code on sqlx 0.8, with a connection of its own.
#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
struct Run08<F>(F);

#[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
impl<F: AsyncFn(&mut driver::PgConnection08) -> Result<()> + Send + Sync> Run for Run08<F> {
    fn run<'a>(&'a self, _: &'a mut PgConnection, url: &'a str) -> Running<'a> {
        Box::pin(async move {
            let mut conn = driver::connect_08(url).await?;
            driver::execute_08(&mut conn, "BEGIN").await?;
            (self.0)(&mut conn).await?;
            driver::execute_08(&mut conn, "COMMIT").await?;
            Ok(())
        })
    }
}

impl Seed {
    /// The statements of a SQL file. A relative path starts at the crate's folder; the file is read when the test
    /// runs.
    pub fn file(path: impl Into<PathBuf>) -> Seed {
        Seed(Kind::File(path.into()))
    }

    /// SQL, one statement or several.
    pub fn sql(text: impl Into<String>) -> Seed {
        Seed(Kind::Sql(text.into()))
    }

    /// An async function that gets a connection inside a transaction, which is committed when it returns `Ok`.
    pub fn run(
        code: impl AsyncFn(&mut PgConnection) -> Result<()> + Send + Sync + 'static,
    ) -> Seed {
        Seed(Kind::Run(Box::new(code)))
    }

    /// Returns true if it is SQL, so that nothing but SQL uses its connection.
    pub(crate) fn is_sql(&self) -> bool {
        !matches!(self.0, Kind::Run(_))
    }

    /// [`Seed::run`] for code on sqlx 0.8, in a build with both versions.
    #[cfg(all(feature = "sqlx-0_8", feature = "sqlx-0_9"))]
    #[doc(hidden)]
    pub fn run_08(
        code: impl AsyncFn(&mut driver::PgConnection08) -> Result<()> + Send + Sync + 'static,
    ) -> Seed {
        Seed(Kind::Run(Box::new(Run08(code))))
    }

    /// Plants the seed: all of it, or nothing when it fails.
    pub(crate) async fn plant(
        &self,
        manifest_dir: &Path,
        conn: &mut PgConnection,
        url: &str,
        place: SeedPlace<'_>,
    ) -> Result<()> {
        tracing::debug!(seed = %self, %place, "plant");
        match &self.0 {
            Kind::File(file) => {
                let text = regular_file::read_to_string(&manifest_dir.join(file));
                let text = text.map_err(|error| {
                    let mut failure = place.fails(Some(file), None, error.to_string());
                    if error.kind() == io::ErrorKind::NotFound {
                        failure.advice = Some(way_to(file, manifest_dir));
                    }
                    failure
                })?;
                script(conn, &text, Some(file), place).await
            }
            Kind::Sql(text) => script(conn, text, None, place).await,
            Kind::Run(code) => {
                // The user's future may not be sent between threads, and that of a step has to be: it is run to
                // its end on this thread.
                let planting = || Handle::current().block_on(code.run(conn, url));
                tokio::task::block_in_place(planting)
                    .map_err(|error| place.fails(None, None, error.to_string()))?;
                Ok(())
            }
        }
    }
}

/// The next step after a file that does not exist: the folder at which its path starts, and the file that was meant.
fn way_to(file: &Path, manifest_dir: &Path) -> String {
    let mut way = "correct the path, which starts at the folder of the crate".to_owned();
    let folder = file.parent().unwrap_or(Path::new(""));
    let entries = std::fs::read_dir(manifest_dir.join(folder)).into_iter().flatten().flatten();
    let names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let given = file.file_name().unwrap_or_default().to_string_lossy();
    if let Some(near) = gauntlet_plan::nearest(&given, &names) {
        way += &format!("; did you mean {}?", folder.join(near).display());
    }
    way
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::File(file) => write!(f, "{}", file.display()),
            Kind::Sql(_) => f.write_str("(SQL)"),
            Kind::Run(_) => f.write_str("(code)"),
        }
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seed({self})")
    }
}

/// Whether a seed is planted before its version or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum When {
    Before,
    At,
}

/// What a seed belongs to, for messages.
#[derive(Clone, Copy)]
pub(crate) enum SeedPlace<'a> {
    /// A version.
    Version(When, &'a Version),
    /// The place in a test that plants it by hand.
    Here,
    /// The beginning of a test, whose fixture it is.
    Fixture,
}

impl fmt::Display for SeedPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SeedPlace::Here => f.write_str("here"),
            SeedPlace::Fixture => f.write_str("of this test"),
            SeedPlace::Version(When::Before, version) => write!(f, "before {version}"),
            SeedPlace::Version(When::At, version) => write!(f, "at {version}"),
        }
    }
}

impl SeedPlace<'_> {
    fn fails(self, file: Option<&Path>, position: Option<Position>, message: String) -> StepError {
        let (kind, version) = match self {
            SeedPlace::Version(_, version) => ("seed", version.clone()),
            SeedPlace::Here => ("seed", Version::new(0, "")),
            SeedPlace::Fixture => ("fixture", Version::new(0, "")),
        };
        let mut error = StepError::of(&version, Direction::Up, message);
        error.companion = Some(Companion { kind, name: self.to_string() });
        error.file = file.map(Path::to_path_buf);
        error.position = position;
        error
    }
}

/// Runs statement by statement, so that the one at fault is known.
async fn script(
    conn: &mut PgConnection,
    text: &str,
    file: Option<&Path>,
    place: SeedPlace<'_>,
) -> Result<()> {
    let mut tx = conn.begin().await?;
    for statement in sql::split(text) {
        if let Err(error) = driver::execute(&mut tx, statement.text).await {
            let database = sql::postgres_error(&error);
            let inside = database.and_then(|error| sql::error_offset(error, statement.text));
            let inside = inside.unwrap_or_default();
            let position = Position::of_byte(text, statement.offset + inside);
            let mut failure = place.fails(file, Some(position), error.to_string());
            if let Some(database) = database {
                failure.describe(database);
            }
            failure.excerpt =
                text.lines().nth(position.line as usize - 1).map(|line| line.trim_end().to_owned());
            return Err(Error::from(failure));
        }
    }
    Ok(tx.commit().await?)
}
