//! Rows into a table: all at once, or one by one where the server refuses some.

use super::schema::Table;
use crate::driver::{self, PgConnection, Row as _};
use crate::names::quote_literal;
use crate::sql::postgres_error;

/// What became of some rows.
#[derive(Debug, Default)]
pub(super) struct Inserted {
    pub(super) rows: u64,
    /// The statements that have inserted them.
    pub(super) statements: Vec<String>,
    /// The last row that was refused.
    pub(super) refused: Option<Refused>,
}

/// Why the server does not take a row.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) reason: String,
    /// The constraint that it violates.
    pub(super) constraint: Option<String>,
    /// The statement, if code that it runs is broken.
    pub(super) in_code: Option<String>,
}

/// Inserts rows until `wanted` are there. Rows that others exclude are passed over.
pub(super) async fn insert(
    conn: &mut PgConnection,
    table: &Table,
    rows: &[Vec<String>],
    wanted: usize,
) -> driver::Result<Inserted> {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.sql.as_str()).collect();
    let into =
        format!("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE", table.sql, columns.join(", "));
    let mut inserted = Inserted::default();
    for some in rows.chunks(wanted.max(1)) {
        let missing = wanted - usize::try_from(inserted.rows).unwrap_or(wanted).min(wanted);
        if missing == 0 {
            break;
        }
        let all: Vec<String> = some.iter().map(|row| format!("({})", row.join(", "))).collect();
        let statement = format!("{into} VALUES {} ON CONFLICT DO NOTHING", all.join(", "));
        driver::execute(conn, "SAVEPOINT gauntlet_rows").await?;
        match driver::execute(conn, &statement).await {
            Ok(result) => {
                driver::execute(conn, "RELEASE SAVEPOINT gauntlet_rows").await?;
                inserted.rows += result.rows_affected();
                inserted.statements.push(statement);
            }
            Err(error) => {
                driver::execute(conn, "ROLLBACK TO SAVEPOINT gauntlet_rows").await?;
                let one = one_by_one(conn, &into, &all, missing).await?;
                inserted.rows += one.rows;
                inserted.statements.extend(one.statements);
                inserted.refused = one.refused.or_else(|| Some(refusal(&error)));
            }
        }
    }
    Ok(inserted)
}

fn refusal(error: &driver::Error) -> Refused {
    let (reason, constraint) = match postgres_error(error) {
        Some(error) => (error.message().to_owned(), error.constraint().map(str::to_owned)),
        None => (error.to_string(), None),
    };
    Refused { reason, constraint, in_code: None }
}

/// Each row by itself, in one message: a block that goes on after an error.
async fn one_by_one(
    conn: &mut PgConnection,
    into: &str,
    rows: &[String],
    wanted: usize,
) -> driver::Result<Inserted> {
    let statements: Vec<String> =
        rows.iter().map(|row| quote_literal(&format!("{into} VALUES {row}"))).collect();
    let block = format!(
        "DECLARE one text; n int; done int := 0; taken text := ''; why text := ''; which text := ''; state text; code text := '';
         BEGIN
           FOREACH one IN ARRAY ARRAY[{}] LOOP
             BEGIN
               EXECUTE one;
               GET DIAGNOSTICS n = ROW_COUNT;
               done := done + n;
               taken := taken || CASE WHEN n > 0 THEN 't' ELSE 'f' END;
             EXCEPTION WHEN OTHERS THEN
               taken := taken || 'f';
               GET STACKED DIAGNOSTICS why = MESSAGE_TEXT, which = CONSTRAINT_NAME, state = RETURNED_SQLSTATE;
               code := CASE WHEN state ~ '^(42|09)' THEN one ELSE '' END;
             END;
             EXIT WHEN done >= {wanted};
           END LOOP;
           PERFORM pg_catalog.set_config('gauntlet.done', done::text, true);
           PERFORM pg_catalog.set_config('gauntlet.taken', taken, true);
           PERFORM pg_catalog.set_config('gauntlet.why', why, true);
           PERFORM pg_catalog.set_config('gauntlet.which', which, true);
           PERFORM pg_catalog.set_config('gauntlet.code', code, true);
         END",
        statements.join(", ")
    );
    let ask = "SELECT pg_catalog.current_setting('gauntlet.done')::int8, pg_catalog.current_setting('gauntlet.why'), \
               pg_catalog.current_setting('gauntlet.which'), pg_catalog.current_setting('gauntlet.taken'), \
               pg_catalog.current_setting('gauntlet.code')";
    driver::execute(conn, "SAVEPOINT gauntlet_rows").await?;
    let run = async {
        driver::execute(&mut *conn, &format!("DO {}", quote_literal(&block))).await?;
        driver::fetch_row(&mut *conn, ask).await
    };
    match run.await {
        Ok(row) => {
            driver::execute(conn, "RELEASE SAVEPOINT gauntlet_rows").await?;
            let done: i64 = row.try_get(0)?;
            let [reason, which, taken, code]: [String; 4] =
                [row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?];
            let some = |text: String| Some(text).filter(|text| !text.is_empty());
            let refused = (!reason.is_empty()).then(|| Refused {
                reason,
                constraint: some(which),
                in_code: some(code),
            });
            let taken = taken.chars().zip(rows).filter(|(taken, _)| *taken == 't');
            let taken: Vec<&str> = taken.map(|(_, row)| row.as_str()).collect();
            let statements = match &taken[..] {
                [] => Vec::new(),
                taken => vec![format!("{into} VALUES {}", taken.join(", "))],
            };
            Ok(Inserted { rows: u64::try_from(done).unwrap_or(0), statements, refused })
        }
        Err(error) => {
            driver::execute(conn, "ROLLBACK TO SAVEPOINT gauntlet_rows").await?;
            Ok(Inserted { refused: Some(refusal(&error)), ..Inserted::default() })
        }
    }
}

/// Which of these expressions the server can evaluate. All, where it cannot be asked.
pub(super) async fn sound(
    conn: &mut PgConnection,
    expressions: &[&str],
) -> driver::Result<Vec<bool>> {
    let selects: Vec<String> =
        expressions.iter().map(|one| quote_literal(&format!("SELECT {one}"))).collect();
    let block = format!(
        "DECLARE one text; found text := '';
         BEGIN
           FOREACH one IN ARRAY ARRAY[{}] LOOP
             BEGIN
               EXECUTE one;
               found := found || 't';
             EXCEPTION WHEN OTHERS THEN
               found := found || 'f';
             END;
           END LOOP;
           PERFORM pg_catalog.set_config('gauntlet.sound', found, true);
         END",
        selects.join(", ")
    );
    driver::execute(conn, "SAVEPOINT gauntlet_values").await?;
    let run = async {
        driver::execute(&mut *conn, &format!("DO {}", quote_literal(&block))).await?;
        driver::fetch_row(&mut *conn, "SELECT pg_catalog.current_setting('gauntlet.sound')").await
    };
    match run.await {
        Ok(row) => {
            driver::execute(conn, "RELEASE SAVEPOINT gauntlet_values").await?;
            let found: String = row.try_get(0)?;
            Ok(found.chars().map(|c| c == 't').collect())
        }
        Err(error) => {
            tracing::debug!(%error, "values cannot be tried");
            driver::execute(conn, "ROLLBACK TO SAVEPOINT gauntlet_values").await?;
            Ok(vec![true; expressions.len()])
        }
    }
}
