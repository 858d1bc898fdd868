//! What the INSERT of a MERGE gives, which its plan does not show.

use crate::sql::{self, Token};

type Slice<'t, 's> = &'t [Token<'s>];

/// An INSERT of a MERGE.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MergeInsert {
    /// The table, without its schema.
    pub(super) table: String,
    /// The columns that it names; `None` for all of them.
    columns: Option<Vec<String>>,
    values: Vec<Given>,
}

/// What an INSERT gives a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// An expression.
    Value,
    /// `NULL`.
    Null,
    /// Its default.
    Default,
}

impl MergeInsert {
    /// What it gives the column with this name and place, which starts at 0.
    pub(super) fn gives(&self, column: &str, place: usize) -> Given {
        let place = match &self.columns {
            Some(columns) => columns.iter().position(|name| name == column),
            None => Some(place),
        };
        place.and_then(|place| self.values.get(place)).copied().unwrap_or(Given::Default)
    }
}

/// The INSERTs of each MERGE in a query.
pub(super) fn merge_inserts(query: &str) -> Vec<MergeInsert> {
    let tokens: Vec<Token<'_>> =
        sql::tokens(query).filter(|token| !token.kind.is_trivia()).collect();
    let mut inserts = Vec::new();
    let mut table = None;
    for (at, pair) in tokens.windows(2).enumerate() {
        if pair[0].is_word("merge") && pair[1].is_word("into") {
            table = target(&tokens[at + 2..]);
        } else if pair[0].is_word("then")
            && pair[1].is_word("insert")
            && let Some(table) = &table
        {
            inserts.extend(insert(table, &tokens[at + 2..]));
        }
    }
    inserts
}

/// The name of the table at the start, without its schema.
fn target(mut tokens: &[Token<'_>]) -> Option<String> {
    if tokens.first()?.is_word("only") {
        tokens = &tokens[1..];
    }
    while tokens.get(1).is_some_and(|token| token.is_mark(".")) {
        tokens = &tokens[2..];
    }
    tokens.first()?.name()
}

/// What stands behind `INSERT`.
fn insert(table: &str, mut tokens: &[Token<'_>]) -> Option<MergeInsert> {
    let mut columns = None;
    if tokens.first()?.is_mark("(") {
        let (items, rest) = list(tokens)?;
        columns = Some(items.iter().filter_map(|item| item.first()?.name()).collect());
        tokens = rest;
    }
    if tokens.first()?.is_word("overriding") {
        tokens = tokens.get(3..)?;
    }
    let values = if tokens.first()?.is_word("values") {
        list(&tokens[1..])?.0.into_iter().map(given).collect()
    } else if tokens.first()?.is_word("default") {
        Vec::new()
    } else {
        return None;
    };
    Some(MergeInsert { table: table.to_owned(), columns, values })
}

fn given(value: &[Token<'_>]) -> Given {
    match value {
        [word] if word.is_word("default") => Given::Default,
        [word] if word.is_word("null") => Given::Null,
        _ => Given::Value,
    }
}

/// The items of a list in parentheses, and what stands behind it.
fn list<'t, 's>(tokens: Slice<'t, 's>) -> Option<(Vec<Slice<'t, 's>>, Slice<'t, 's>)> {
    if !tokens.first()?.is_mark("(") {
        return None;
    }
    let (mut items, mut start, mut depth) = (Vec::new(), 1, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        if token.is_mark("(") || token.is_mark("[") {
            depth += 1;
        } else if token.is_mark(")") || token.is_mark("]") {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                items.push(&tokens[start..at]);
                return Some((items, &tokens[at + 1..]));
            }
        } else if token.is_mark(",") && depth == 1 {
            items.push(&tokens[start..at]);
            start = at + 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the INSERTs of a MERGE give the columns `a`, `b` and `c`.
    #[track_caller]
    fn check(query: &str, expected: &[(&str, [Given; 3])]) {
        let inserts = merge_inserts(query);
        let found: Vec<(&str, [Given; 3])> = inserts
            .iter()
            .map(|one| {
                (&*one.table, [("a", 0), ("b", 1), ("c", 2)].map(|(c, at)| one.gives(c, at)))
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn inserts_of_a_merge() {
        use Given::{Default, Null, Value};
        check("INSERT INTO t (a) VALUES (1)", &[]);
        check(
            "MERGE INTO t USING s ON true WHEN NOT MATCHED THEN INSERT (c, a) VALUES (f(1, 2), NULL)",
            &[("t", [Null, Default, Value])],
        );
        check(
            "WITH x AS (SELECT 1) MERGE INTO ONLY app.\"T\" AS t USING s ON true
            WHEN NOT MATCHED AND s.a THEN INSERT OVERRIDING SYSTEM VALUE VALUES (1, DEFAULT)
            WHEN MATCHED THEN DELETE
            WHEN NOT MATCHED THEN INSERT DEFAULT VALUES",
            &[("T", [Value, Default, Default]), ("T", [Default, Default, Default])],
        );
        check("MERGE INTO t USING s ON true WHEN NOT MATCHED THEN INSERT (a", &[]);
    }
}
