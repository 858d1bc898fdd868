//! The row that a version fails on, where the server does not say, and the way out.

use crate::checks::parts::rows::{parse, shown};
use crate::driver::{self, PgConnection};
use crate::engines::StepError;
use crate::finding::Fact;
use crate::history::Script;
use crate::names::quote_ident;
use crate::sql::{self, TokenKind, tokens};
use crate::stage::Extent;

/// What is known of the rows that a step fails on, from the state before the version, to which the failed step has gone back.
pub(super) async fn facts(
    conn: &mut PgConnection,
    extent: &Extent,
    error: &StepError,
    script: &Script,
) -> Vec<Fact> {
    let mut facts: Vec<Fact> = row(conn, error, script).await.into_iter().collect();
    facts.extend(not_valid(conn, extent, error).await);
    facts
}

/// Why there are rows that a constraint forbids.
async fn not_valid(conn: &mut PgConnection, extent: &Extent, error: &StepError) -> Option<Fact> {
    const FOUND: &str = "
SELECT DISTINCT c.conname::text FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class t ON t.oid = c.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
WHERE NOT c.convalidated AND c.conname::text = ANY ($1) AND t.relname::text = ANY ($1) AND (n.nspname = $2 OR NOT $3)";
    if !matches!(error.sqlstate.as_deref(), Some("23503" | "23514")) {
        return None;
    }
    let names = quoted_names(&error.message);
    let found = driver::query_scalar::<String>(FOUND).bind(names).bind(&*extent.home);
    match found.bind(extent.only_home).fetch_optional(conn).await {
        Ok(name) => name.map(|name| {
            Fact::Text(format!("{name} is NOT VALID: rows from before it need not meet it"))
        }),
        Err(error) => {
            tracing::debug!(%error, "the constraint cannot be read");
            None
        }
    }
}

/// The row itself.
async fn row(conn: &mut PgConnection, error: &StepError, script: &Script) -> Option<Fact> {
    let names = quoted_names(&error.message);
    let statement = failed(error, script)?;
    let (table, condition) = match (error.sqlstate.as_deref()?, &names[..]) {
        // column "x" of relation "t" contains null values
        ("23502", [column, table]) if error.detail.is_none() => {
            let words: Vec<String> = sql::words(statement.text).map(|(_, word)| word).collect();
            let condition = if words.windows(3).any(|some| some == ["set", "not", "null"]) {
                format!("t.{} IS NULL", quote_ident(column))
            } else if words.iter().any(|word| word == "add") {
                // The column is new: every row is like this one.
                "true".to_owned()
            } else {
                return None;
            };
            (table, condition)
        }
        // check constraint "c" of relation "t" is violated by some row
        ("23514", [constraint, table]) if error.detail.is_none() => {
            (table, format!("NOT ({})", condition_of(constraint, statement.text)?))
        }
        _ => return None,
    };
    let question = format!(
        "SELECT pg_catalog.to_jsonb(t.*)::text FROM {} AS t WHERE {condition} LIMIT 1",
        quote_ident(table)
    );
    // What the script has done before is a part of what the statement has met.
    let before = script.sql()[..statement.offset].trim_start_matches('\u{feff}');
    let parts = sql::split(before);
    if !script.transactional || parts.iter().any(|part| sql::ends_transaction(part.text)) {
        // It cannot be done once more and taken back.
        return None;
    }
    let again = !parts.is_empty();
    let asked = async {
        if again {
            driver::execute(&mut *conn, "BEGIN").await?;
            driver::execute(&mut *conn, before).await?;
        }
        driver::query_scalar::<String>(&question).fetch_optional(&mut *conn).await
    };
    let answer = asked.await;
    if again && let Err(error) = driver::execute(&mut *conn, "ROLLBACK").await {
        tracing::debug!(%error, "what came before the statement cannot be rolled back");
    }
    match answer {
        Ok(Some(text)) => match parse(&text) {
            Ok(row) => return Some(Fact::Text(format!("the row: {}", shown(&row)))),
            Err(error) => tracing::debug!(%error, "the row cannot be read"),
        },
        Ok(None) => {}
        Err(error) => tracing::debug!(%error, "the row cannot be found"),
    }
    None
}

/// The names in quotes in a message of the server.
fn quoted_names(message: &str) -> Vec<String> {
    message.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The statement that failed.
fn failed<'s>(error: &StepError, script: &'s Script) -> Option<sql::Statement<'s>> {
    let position = error.position?;
    let line = script.sql().split_inclusive('\n').take(position.line as usize - 1);
    let start: usize = line.map(str::len).sum();
    let all = sql::split(script.sql());
    // The place is at the beginning of a statement or inside of it.
    let at = start
        + script.sql()[start..]
            .chars()
            .take(position.column as usize - 1)
            .map(char::len_utf8)
            .sum::<usize>();
    all.into_iter().rev().find(|statement| statement.offset <= at)
}

/// The words of the statement that failed; none where its place is not known.
pub(super) fn statement(error: &StepError, script: &Script) -> Vec<String> {
    let text = failed(error, script).map_or("", |statement| statement.text);
    sql::words(text).map(|(_, word)| word).collect()
}

/// The condition of the constraint that a statement adds.
fn condition_of(constraint: &str, statement: &str) -> Option<String> {
    let all: Vec<_> = tokens(statement).filter(|token| !token.kind.is_trivia()).collect();
    let checks: Vec<usize> = (0..all.len()).filter(|at| all[*at].is_word("check")).collect();
    let named = checks.iter().copied().find(|at| {
        at.checked_sub(1).and_then(|before| all[before].name()).as_deref() == Some(constraint)
    });
    let at = match (named, &checks[..]) {
        (Some(at), _) => at,
        (None, [only]) => *only,
        _ => return None,
    };
    let open = all
        .get(at + 1)
        .filter(|token| token.kind == TokenKind::Punctuation && token.text == "(")?;
    let mut depth = 0_usize;
    for token in &all[at + 1..] {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return Some(statement[open.end()..token.offset].to_owned());
        }
    }
    None
}

/// The way out of a failure, by what the server says and the statement does.
pub(super) fn way_out(error: &StepError, statement: &[String]) -> &'static str {
    let follow = |words: &[&str]| statement.windows(words.len()).any(|some| some == words);
    match error.sqlstate.as_deref() {
        Some("23502") if error.detail.is_some() => {
            "give the column a value in every row that the statement writes"
        }
        Some("23502") if follow(&["type"]) => {
            "let USING give a value for each that rows may have, or correct the rows before the statement"
        }
        Some("23502") if follow(&["set", "not", "null"]) || !follow(&["not", "null"]) => {
            "fill the column with UPDATE before the statement"
        }
        Some("23502") => {
            "give the column a DEFAULT, or add it without NOT NULL, fill it with UPDATE, and SET NOT NULL after that"
        }
        Some("23505") if statement.first().is_some_and(|verb| verb == "update") => {
            "let the statement write values that no other row has at that moment; only a constraint that is DEFERRABLE is looked at when all rows are written"
        }
        Some("23505") => {
            "make the rows different, or remove the ones too many, before the statement"
        }
        Some("23503" | "23514") if follow(&["validate", "constraint"]) => {
            "correct the rows in a version before this one"
        }
        Some("23503") if follow(&["add"]) => {
            "correct the rows before the statement, or add the foreign key NOT VALID and VALIDATE it in a later version, when they are corrected"
        }
        Some("23514") if follow(&["add"]) => {
            "correct the rows before the statement, or add the constraint NOT VALID and VALIDATE it in a later version, when they are corrected"
        }
        Some("23503") => {
            "bring the rows of both tables into agreement with the foreign key before the statement"
        }
        Some("23514") => {
            "let the statement write only what the constraint allows, or correct the rows before it"
        }
        Some("23P01") => "correct the rows that exclude each other before the statement",
        Some("22P02" | "22001" | "22003" | "22007" | "22008" | "22023" | "42804" | "42846")
            if !follow(&["type"]) =>
        {
            "write the expression so that it holds for such a value, or correct the rows before the statement"
        }
        Some("22P02" | "22001" | "22003" | "22007" | "22008" | "22023" | "42804" | "42846") => {
            "say with USING what becomes of such a value, or correct the rows before the statement"
        }
        Some("21000") => "let the subquery return one row for any rows that there may be",
        Some("22012" | "22004" | "2202E") => "write the expression so that it holds for such a row",
        _ => "let the script do its work for any rows that the schema allows",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_condition_that_a_statement_adds() {
        let check = |statement: &str, expected: Option<&str>| {
            assert_eq!(condition_of("c", statement).as_deref(), expected);
        };
        check("ALTER TABLE t ADD CONSTRAINT c CHECK (a > (1 + 2)) NOT VALID", Some("a > (1 + 2)"));
        check("ALTER TABLE t ADD CHECK (a > 1)", Some("a > 1"));
        check("ALTER TABLE t ADD CHECK (a > 1), ADD CONSTRAINT \"c\" CHECK (b)", Some("b"));
        check("ALTER TABLE t VALIDATE CONSTRAINT c", None);
    }
}
