//! The place in a script that a database error belongs to.

use super::fault::ended;
use super::{EngineError, StepError};
use crate::driver::{self, Connection as _, PgConnection, PgDatabaseError, PgErrorPosition};
use crate::history::{Direction, Script, Version};
use crate::sql::{self, Position, Statement};

/// Turns the error of an engine into a [`StepError`].
///
/// PostgreSQL gives a position for errors of parsing and of names, not for errors of execution such as "relation
/// already exists". For those the script is run once more, statement by statement, in a transaction that is
/// rolled back; only when that fails in the same way does the statement count as the one at fault.
pub(super) async fn step_error(
    conn: &mut PgConnection,
    version: &Version,
    direction: Direction,
    script: &Script,
    source: EngineError,
) -> StepError {
    let mut error = StepError::of(version, direction, source.to_string());
    error.file.clone_from(&script.file);
    let in_script = matches!(source, EngineError::Script(_));
    if let EngineError::Script(inner) | EngineError::Bookkeeping(inner) = &source {
        let database =
            inner.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>());
        if let Some(database) = database {
            error.describe(database);
            if in_script && let Some(place) = position(conn, script, database).await {
                point_at(&mut error, script, place);
            }
            error.advice = advice(script, database, in_script);
            error.unanswered = ended(script, database);
        }
    }
    error.source = Some(match source {
        EngineError::Script(inner) | EngineError::Bookkeeping(inner) => Box::new(inner),
        EngineError::Other(inner) => inner,
    });
    error
}

/// Turns the error of one statement of an up into a [`StepError`]; of the end of its transaction, where there is none.
pub(super) fn statement_error(
    version: &Version,
    script: &Script,
    statement: Option<Statement<'_>>,
    source: driver::Error,
) -> StepError {
    let mut error = StepError::of(version, Direction::Up, source.to_string());
    error.file.clone_from(&script.file);
    let database = source.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>());
    if let Some(database) = database {
        error.describe(database);
        error.advice = advice(script, database, statement.is_some());
        error.unanswered = ended(script, database);
    }
    if let Some(statement) = statement {
        let place = database.and_then(|database| place_in(script, &statement, database));
        let place = place.unwrap_or_else(|| Position::of_byte(&script.text, statement.offset));
        point_at(&mut error, script, place);
    }
    error.source = Some(Box::new(source));
    error
}

fn place_in(
    script: &Script,
    statement: &Statement<'_>,
    database: &PgDatabaseError,
) -> Option<Position> {
    if let Some(PgErrorPosition::Original(at)) = database.position() {
        let (byte, _) = statement.text.char_indices().nth(at.saturating_sub(1))?;
        return Some(Position::of_byte(&script.text, statement.offset + byte));
    }
    line_of_block(&script.text, statement, database.r#where()?)
}

/// Adds the place, and the line of the script that it is in.
pub(super) fn point_at(error: &mut StepError, script: &Script, place: Position) {
    let line = script.text.lines().nth(place.line as usize - 1);
    error.excerpt = line.map(|line| line.trim_end().trim_start_matches('\u{feff}').to_owned());
    error.position = Some(place);
}

async fn position(
    conn: &mut PgConnection,
    script: &Script,
    database: &PgDatabaseError,
) -> Option<Position> {
    if let Some(PgErrorPosition::Original(at)) = database.position() {
        return Some(Position::of_char(&script.text, at));
    }
    let statement = replay(conn, script, database).await?;
    let inside =
        database.r#where().and_then(|context| line_of_block(&script.text, &statement, context));
    Some(inside.unwrap_or_else(|| Position::of_byte(&script.text, statement.offset)))
}

/// The place of a line of a `DO` block, which PostgreSQL counts from the line on which the block's text begins.
fn line_of_block(script: &str, statement: &Statement<'_>, context: &str) -> Option<Position> {
    let number: usize = context
        .lines()
        .rev()
        .find_map(|line| line.split_once("inline_code_block line "))
        .and_then(|(_, rest)| rest.split(' ').next())?
        .parse()
        .ok()?;
    if !statement.text.get(..2)?.eq_ignore_ascii_case("do") {
        return None;
    }
    let quote = statement.text.find(['$', '\''])?;
    let body = &script[statement.offset + quote..statement.end()];
    let mut start = statement.offset + quote;
    for line in body.split_inclusive('\n').take(number.checked_sub(1)?) {
        start += line.len();
    }
    let line = script.get(start..)?.lines().next()?;
    if number > 1 {
        start += line.len() - line.trim_start().len();
    }
    Some(Position::of_byte(script, start))
}

/// The next step that PostgreSQL does not name, where it is the same for every engine.
fn advice(script: &Script, database: &PgDatabaseError, in_script: bool) -> Option<String> {
    const SYNTAX_ERROR: &str = "42601";
    if !in_script {
        return Some("no statement of the script fails, but the end of its transaction does: check for deferred constraints".into());
    }
    match database.code() {
        SYNTAX_ERROR if script.text.starts_with('\u{feff}') => Some(
            "the file begins with a byte order mark, which PostgreSQL takes for a part of the first word; save it without".into(),
        ),
        _ if script.text.contains('\0') => Some(
            "the file has a zero byte in it, at which PostgreSQL's protocol ends a text; remove that byte".into(),
        ),
        _ => None,
    }
}

/// The statement that fails. Several statements of one query are run in one transaction, also when the engine begins none.
async fn replay<'s>(
    conn: &mut PgConnection,
    script: &'s Script,
    original: &PgDatabaseError,
) -> Option<Statement<'s>> {
    let statements = sql::split(&script.text);
    if let [only] = statements[..] {
        return Some(only);
    }
    let statements = match &statements[..] {
        // A transaction of the script's own around all of it; the one of the replay stands for it.
        [first, within @ .., last] if begins(first) && commits(last) => within,
        all => all,
    };
    if statements.iter().any(|one| sql::controls_transactions(one.text)) {
        return None;
    }
    // The failed attempt was rolled back by the engine when its transaction was dropped; `begin` sends that first.
    let mut tx = conn.begin().await.ok()?;
    let mut found = None;
    for statement in statements {
        if let Err(error) = driver::execute(&mut tx, statement.text).await {
            let same = error
                .as_database_error()
                .and_then(|e| e.try_downcast_ref::<PgDatabaseError>())
                .is_some_and(|e| e.code() == original.code() && e.message() == original.message());
            found = same.then_some(*statement);
            break;
        }
    }
    // A failed rollback leaves a broken connection, which the next use of it reports.
    let _ = tx.rollback().await;
    found
}

fn begins(statement: &Statement<'_>) -> bool {
    ["begin", "start"].contains(&first_word(statement).as_str())
}

fn commits(statement: &Statement<'_>) -> bool {
    ["commit", "end"].contains(&first_word(statement).as_str())
}

fn first_word(statement: &Statement<'_>) -> String {
    let word = statement.text.split(|c: char| !c.is_ascii_alphabetic()).next();
    word.unwrap_or_default().to_ascii_lowercase()
}
