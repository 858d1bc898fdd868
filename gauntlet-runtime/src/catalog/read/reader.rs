//! One consistent read of the catalog over a connection.

use std::sync::Arc;

use super::addresses::Addresses;
use super::assemble::{Answer, Subject, assemble};
use super::query::{ATTACHMENT, Group, MEMBER, NOT_MODELLED, Separators};
use super::surroundings::{Surroundings, surroundings};
use crate::catalog::{Catalog, CatalogError, Kind, ReadOptions};
use crate::driver::{self, Connection as _, Oid, PgConnection, Row as _};
use crate::names::quote_ident;
use crate::server::OLDEST;

impl Catalog {
    /// Reads the catalog in one read-only transaction, in two round trips and a few for the transaction.
    ///
    /// Inside a transaction of the caller a savepoint is used, and what that transaction did is seen.
    /// Settings that change how PostgreSQL prints (`search_path`, `TimeZone`, …) are pinned while
    /// reading and are as before afterwards.
    ///
    /// # Errors
    ///
    /// [`CatalogError`] when the server is too old, refuses, or answers oddly; also when the caller's
    /// transaction is aborted.
    ///
    /// # Cancel safety
    ///
    /// Nothing is written. When the future is dropped, the transaction is rolled back before the next
    /// use of the connection, unless the caller had begun one with a plain `BEGIN` statement: then its
    /// savepoint stays.
    #[doc(hidden)]
    pub async fn read(
        conn: &mut PgConnection,
        options: &ReadOptions,
    ) -> Result<Self, CatalogError> {
        let by_hand = !conn.is_in_transaction() && began_by_hand(conn).await?;
        if by_hand {
            driver::execute(conn, "SAVEPOINT gauntlet_catalog").await?;
            let catalog = read_all(conn, options).await;
            driver::execute(
                conn,
                "ROLLBACK TO SAVEPOINT gauntlet_catalog; RELEASE SAVEPOINT gauntlet_catalog",
            )
            .await?;
            return catalog;
        }
        let mut transaction = if conn.is_in_transaction() {
            conn.begin().await?
        } else {
            conn.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?
        };
        let catalog = read_all(&mut transaction, options).await;
        transaction.rollback().await?;
        catalog
    }
}

/// Returns true if a transaction is open that sqlx did not begin.
///
/// By the simple protocol: with the extended one a statement begins later than its own transaction.
async fn began_by_hand(conn: &mut PgConnection) -> Result<bool, CatalogError> {
    let question = "SELECT transaction_timestamp() <> statement_timestamp()";
    Ok(driver::fetch_row(conn, question).await?.try_get(0)?)
}

async fn read_all(conn: &mut PgConnection, options: &ReadOptions) -> Result<Catalog, CatalogError> {
    pin(conn, options, "SET LOCAL").await?;
    Ok(read_whole(conn, options, &mut Addresses::default()).await?.0)
}

/// Reads all there is, over a connection whose settings are pinned.
pub(in crate::catalog) async fn read_whole(
    conn: &mut PgConnection,
    options: &ReadOptions,
    index: &mut Addresses,
) -> Result<(Catalog, Surroundings), CatalogError> {
    tracing::debug!("read the whole catalog");
    let surroundings = surroundings(conn, options).await?;
    if surroundings.version / 10_000 < OLDEST {
        return Err(CatalogError::Version(surroundings.version));
    }
    let mut groups = vec![Group::Common(surroundings.present)];
    groups.extend(surroundings.rare.then_some(Group::Rare));
    groups.extend(surroundings.members.then_some(Group::Members));
    let catalog = read_groups(conn, options, index, &surroundings, &groups).await?;
    Ok((catalog, surroundings))
}

/// Reads the objects of one kind, without what is attached to them.
pub(in crate::catalog) async fn read_only(
    conn: &mut PgConnection,
    options: &ReadOptions,
    kind: Kind,
) -> Result<Catalog, CatalogError> {
    let surroundings = surroundings(conn, options).await?;
    let index = &mut Addresses::default();
    read_groups(conn, options, index, &surroundings, &[Group::Only(kind)]).await
}

async fn read_groups(
    conn: &mut PgConnection,
    options: &ReadOptions,
    index: &mut Addresses,
    surroundings: &Surroundings,
    groups: &[Group],
) -> Result<Catalog, CatalogError> {
    let mut problem = None;
    for separators in Separators::SETS {
        let target = surroundings.target(options, separators);
        let mut answers = Vec::new();
        for group in groups {
            // A statement is planned once on a connection. The plan that an empty database gets goes through a thousand
            // tables by nested loops, so that one that is twice as large is asked by a text of its own.
            let statement = target.statement(*group) + &format!("\n-- {}", surroundings.magnitude);
            let statement = statement.into();
            answers.extend(ask(conn, statement, surroundings, options, None).await?);
        }
        match assemble(&answers, separators, surroundings, options, index) {
            Ok(catalog) => return Ok(catalog),
            Err(unclear) => problem = Some(unclear),
        }
    }
    Err(problem.unwrap_or(CatalogError::Version(0)))
}

/// Pins what changes how PostgreSQL prints, for the transaction (`SET LOCAL`) or the session (`SET`).
pub(in crate::catalog) async fn pin(
    conn: &mut PgConnection,
    options: &ReadOptions,
    set: &str,
) -> Result<(), CatalogError> {
    let visible = std::iter::once(&options.home).chain(&options.visible);
    let path: Vec<String> = visible.map(|schema| quote_ident(schema)).collect();
    // `pg_temp` stands last, or temporary tables would shadow those of the home schema.
    let settings = [
        format!("search_path = {}, pg_temp", path.join(", ")),
        "plan_cache_mode = force_generic_plan".into(),
        "TimeZone = 'UTC'".into(),
        "DateStyle = ISO".into(),
        "IntervalStyle = postgres".into(),
        "extra_float_digits = 1".into(),
        "bytea_output = hex".into(),
        "quote_all_identifiers = off".into(),
        "standard_conforming_strings = on".into(),
        "lc_monetary = 'C'".into(),
        "jit = off".into(),
        "statement_timeout = 0".into(),
        "client_min_messages = warning".into(),
    ];
    let script: Vec<String> =
        settings.iter().map(|setting: &String| format!("{set} {setting}")).collect();
    driver::execute(conn, &script.join("; ")).await?;
    Ok(())
}

/// Sends the statement; one answer for each kind. `only` are the roots to read, and the objects to which something may be
/// attached, when not all is read.
pub(in crate::catalog) async fn ask(
    conn: &mut PgConnection,
    statement: Arc<str>,
    surroundings: &Surroundings,
    options: &ReadOptions,
    only: Option<(&[Oid], &[Oid])>,
) -> Result<Vec<Answer>, CatalogError> {
    let mut query = driver::query(&statement)
        .bind(surroundings.namespaces(options)?)
        .bind(Oid(surroundings.owner));
    if let Some((roots, objects)) = only {
        query = query.bind(roots).bind(objects);
    }
    let rows = query.fetch_all(&mut *conn).await?;
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        let number: i32 = row.try_get(0)?;
        let count: i64 = row.try_get(1)?;
        let text: Option<String> = row.try_get(2)?;
        let subject = match number {
            ATTACHMENT => Subject::Attachment,
            NOT_MODELLED => Subject::NotModelled,
            MEMBER => Subject::Member,
            n => usize::try_from(n)
                .ok()
                .and_then(|n| Kind::ALL.get(n))
                .map_or(Subject::NotModelled, |kind| Subject::Kind(*kind)),
        };
        answers.push(Answer {
            subject,
            count: usize::try_from(count).unwrap_or(0),
            text: text.unwrap_or_default(),
        });
    }
    Ok(answers)
}
