//! sqlx 0.8 in a build in which this crate runs on 0.9.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use gauntlet_model::ColumnType;

use super::v0_9::{self, TypeInfo as _};

pub use sqlx_08::migrate::Migrator as Migrator08;
pub use sqlx_08::{Error as Error08, PgConnection as PgConnection08, PgPool as PgPool08};

use sqlx_08::postgres::{PgPoolOptions, PgTypeInfo};
use sqlx_08::{Connection as _, Executor as _, TypeInfo as _};

/// Names of types that are kept for as long as the process runs: sqlx takes no other ones.
static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// Whether a field that 0.8 described can read a column; `None` if 0.8 did not describe it.
///
/// By name, since the two versions know the same names. 0.8 panics when it is asked for the elements of an array that has
/// nothing but a name, so the elements are compared here: all kinds of text are one to it.
pub(super) fn reads(field: &ColumnType, column: &v0_9::PgTypeInfo) -> Option<bool> {
    const TEXTS: [&str; 5] = ["TEXT", "VARCHAR", "CHAR", "NAME", "CITEXT"];
    let is_text = |name: &str| TEXTS.iter().any(|text| text.eq_ignore_ascii_case(name));
    let field = field.of_sqlx::<PgTypeInfo>()?;
    let Some(element) = column.name().strip_suffix("[]") else {
        return Some((field.compatible)(&PgTypeInfo::with_name(kept(column.name()))));
    };
    Some(
        field.info.name().strip_suffix("[]").is_some_and(|own| {
            own.eq_ignore_ascii_case(element) || (is_text(own) && is_text(element))
        }),
    )
}

fn kept(name: &str) -> &'static str {
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(name);
    name
}

/// Connects to a database with 0.8.
///
/// # Errors
///
/// When the URL is wrong for 0.8, or the server refuses.
pub async fn connect(url: &str) -> Result<PgConnection08, Error08> {
    PgConnection08::connect(url).await
}

/// Runs a statement, or several, without parameters and unprepared.
pub(crate) async fn execute(conn: &mut PgConnection08, sql: &str) -> Result<(), Error08> {
    conn.execute(sql).await.map(drop)
}

/// A pool of at most five connections, which are made on first use.
///
/// # Errors
///
/// When the URL is wrong for 0.8.
pub fn pool(url: &str) -> Result<PgPool08, Error08> {
    PgPoolOptions::new().max_connections(5).connect_lazy(url)
}

/// The same migrations, for 0.9: scripts, checksums, and whether each runs in a transaction.
pub(crate) fn migrator(old: &Migrator08) -> v0_9::Migrator {
    let migrations = old.iter().map(|script| {
        let mut new = v0_9::migrate::script(
            script.version,
            script.description.clone().into_owned(),
            kind(script.migration_type),
            script.sql.clone().into_owned(),
            script.no_tx,
        );
        new.checksum.clone_from(&script.checksum);
        new
    });
    v0_9::Migrator {
        migrations: Cow::Owned(migrations.collect()),
        no_tx: old.no_tx,
        ..v0_9::Migrator::DEFAULT
    }
}

fn kind(kind: sqlx_08::migrate::MigrationType) -> v0_9::MigrationType {
    use sqlx_08::migrate::MigrationType as Old;
    match kind {
        Old::Simple => v0_9::MigrationType::Simple,
        Old::ReversibleUp => v0_9::MigrationType::ReversibleUp,
        Old::ReversibleDown => v0_9::MigrationType::ReversibleDown,
    }
}
