//! A SQL file as the model.

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use sqlx::{AssertSqlSafe, Executor as _};

use super::ModelError;
use super::source::Scratch;
use crate::sql::{self, Position};

/// Runs the file's statements one by one, so that an error has a place.
pub(super) async fn load(file: &str, mut scratch: Scratch<'_>) -> Result<(), ModelError> {
    let path = scratch.manifest_dir().join(file);
    let text = std::fs::read_to_string(path)
        .map_err(|source| ModelError::Read { file: file.to_owned(), source })?;
    let text = without_meta_commands(&text);
    for statement in sql::split(&text) {
        let Err(error) = scratch.conn().execute(AssertSqlSafe(statement.text)).await else {
            continue;
        };
        let Some(database) =
            error.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>())
        else {
            return Err(error.into());
        };
        let mut position = Position::of_byte(&text, statement.offset);
        if let Some(PgErrorPosition::Original(at)) = database.position() {
            let inside = Position::of_char(statement.text, at);
            let column =
                if inside.line == 1 { position.column + inside.column - 1 } else { inside.column };
            position = Position { line: position.line + inside.line - 1, column };
        }
        let line = text.lines().nth(position.line as usize - 1).unwrap_or_default();
        return Err(ModelError::Statement {
            file: file.to_owned(),
            position,
            excerpt: line.trim_end().to_owned(),
            message: crate::suite::query_text(&error),
        });
    }
    Ok(())
}

/// Blanks the lines `\restrict` and `\unrestrict` that newer `pg_dump`s write; offsets stay as they are.
fn without_meta_commands(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            let word = line.split_whitespace().next().unwrap_or_default();
            if word == r"\restrict" || word == r"\unrestrict" {
                line.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
            } else {
                line.to_owned()
            }
        })
        .collect()
}
