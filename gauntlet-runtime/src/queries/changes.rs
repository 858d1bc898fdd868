//! How a query differs from what the program was built with.

use std::fmt;

use super::shape::{QueryColumn, QueryType, Shape};
use crate::sql;

/// One difference, with its two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryChange {
    /// What differs: `column age`, `parameter $1`.
    pub(crate) what: String,
    /// The value with which the program was built; `None` for what is new.
    pub(crate) was: Option<String>,
    /// The value now; `None` for what is gone.
    pub(crate) is: Option<String>,
    /// How it concerns a program that was built before.
    pub(crate) effect: Effect,
}

/// How a difference concerns a program that was built before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It may fail: it reads or writes what is something else now.
    Breaks,
    /// It works as before, and would be built otherwise now.
    Rebuilds,
    /// It works as before, unless it meets a new value.
    Values,
}

impl fmt::Display for QueryChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = &self.what;
        match (&self.was, &self.is) {
            (Some(was), Some(is)) => write!(f, "{what}: was {was}, is {is}"),
            (Some(was), None) => write!(f, "{what}: was {was}, is gone"),
            (None, Some(is)) => write!(f, "{what}: new, {is}"),
            (None, None) => f.write_str(what),
        }
    }
}

/// The differences between what a program was built with and what a server says now.
pub(crate) fn changes(was: &Shape, is: &Shape, query: &str) -> Vec<QueryChange> {
    let mut changes = Vec::new();
    if was.parameters.len() == is.parameters.len() {
        for (number, (was, is)) in was.parameters.iter().zip(&is.parameters).enumerate() {
            changes.extend(of_type(format!("parameter ${}", number + 1), was, is));
        }
    } else {
        let list = |types: &[QueryType]| {
            let names: Vec<&str> = types.iter().map(|of| &*of.name).collect();
            format!("({})", names.join(", "))
        };
        changes.push(QueryChange {
            what: "parameters".to_owned(),
            was: Some(list(&was.parameters)),
            is: Some(list(&is.parameters)),
            effect: Effect::Breaks,
        });
    }
    let is = &as_named_before(&was.columns, &is.columns)[..];
    changes.extend(of_columns(&was.columns, is));
    let may_be_outer = has_outer_join(query);
    for (was, is) in pairs(&was.columns, is) {
        let what = format!("column {}", name(was));
        changes.extend(of_type(what.clone(), &was.of, &is.of));
        changes.extend(nullability(what, was, is, may_be_outer));
    }
    changes
}

/// The columns as the query names them: an expression without a name has one of the server's, which depends on its release.
fn as_named_before(was: &[QueryColumn], is: &[QueryColumn]) -> Vec<QueryColumn> {
    let mut is = is.to_vec();
    if was.len() == is.len() {
        for (was, is) in was.iter().zip(&mut is) {
            if was.nullable.is_none() && is.nullable.is_none() && was.of.is(&is.of) {
                is.name.clone_from(&was.name);
            }
        }
    }
    is
}

/// The columns that both have: by their places where the names are equal, else by name.
fn pairs<'a>(
    was: &'a [QueryColumn],
    is: &'a [QueryColumn],
) -> Vec<(&'a QueryColumn, &'a QueryColumn)> {
    if was.iter().map(|column| &column.name).eq(is.iter().map(|column| &column.name)) {
        return was.iter().zip(is).collect();
    }
    let named = |name: &str| is.iter().find(|column| column.name == name);
    was.iter().filter_map(|column| Some((column, named(&column.name)?))).collect()
}

/// Columns that came, went or changed places.
fn of_columns(was: &[QueryColumn], is: &[QueryColumn]) -> Vec<QueryChange> {
    let has =
        |columns: &[QueryColumn], name: &str| columns.iter().any(|column| column.name == name);
    let gone = was.iter().filter(|column| !has(is, &column.name)).map(|column| QueryChange {
        what: format!("column {}", name(column)),
        was: Some(column.of.name.clone()),
        is: None,
        effect: Effect::Breaks,
    });
    let last_old = is.iter().rposition(|column| has(was, &column.name));
    let new = is.iter().enumerate().filter(|(_, column)| !has(was, &column.name));
    let new = new.map(|(place, column)| QueryChange {
        what: format!("column {}", name(column)),
        was: None,
        is: Some(column.of.name.clone()),
        // A program reads columns by their places.
        effect: if last_old.is_some_and(|last| place < last) {
            Effect::Breaks
        } else {
            Effect::Rebuilds
        },
    });
    let mut changes: Vec<QueryChange> = gone.chain(new).collect();
    let names = |columns: &[QueryColumn]| {
        format!("({})", columns.iter().map(name).collect::<Vec<_>>().join(", "))
    };
    if changes.is_empty() && !was.iter().map(|c| &c.name).eq(is.iter().map(|c| &c.name)) {
        changes.push(QueryChange {
            what: "columns".to_owned(),
            was: Some(names(was)),
            is: Some(names(is)),
            effect: Effect::Breaks,
        });
    }
    changes
}

fn of_type(what: String, was: &QueryType, is: &QueryType) -> Option<QueryChange> {
    if !was.is(is) {
        let (was, is) = (Some(was.name.clone()), Some(is.name.clone()));
        return Some(QueryChange { what, was, is, effect: Effect::Breaks });
    }
    match (&was.parts, &is.parts) {
        (Some(before), Some(now)) if before != now => Some(QueryChange {
            what,
            was: Some(format!("{} {before}", was.name)),
            is: Some(format!("{} {now}", is.name)),
            effect: Effect::Values,
        }),
        _ => None,
    }
}

/// sqlx takes a column for NOT NULL only where a table says so, and no outer join may add rows.
fn nullability(
    what: String,
    was: &QueryColumn,
    is: &QueryColumn,
    may_be_outer: bool,
) -> Option<QueryChange> {
    let words = |nullable: bool| Some(if nullable { "nullable" } else { "NOT NULL" }.to_owned());
    let effect = match (was.nullable?, is.nullable.unwrap_or(true)) {
        // What runs still gets no NULL; what is compiled again expects one.
        (false, true) if is.never_null && !may_be_outer => Effect::Rebuilds,
        (false, true) => Effect::Breaks,
        // With an outer join it may have been nullable before although the table's column was not.
        (true, false) if !may_be_outer => Effect::Rebuilds,
        _ => return None,
    };
    if says_itself(&was.name) {
        return None;
    }
    let (was, is) = (words(was.nullable?), words(is.nullable.unwrap_or(true)));
    Some(QueryChange { what, was, is, effect })
}

/// Whether the name of a column says to sqlx whether it may be NULL: `id!`, `id?`, `id!: Kind`.
fn says_itself(name: &str) -> bool {
    let name = name.split_once(':').map_or(name, |(name, _)| name).trim_end();
    name.ends_with(['!', '?'])
}

/// The name of a column without what it says to sqlx.
fn name(column: &QueryColumn) -> &str {
    let name = column.name.split_once(':').map_or(&*column.name, |(name, _)| name).trim_end();
    name.strip_suffix(['!', '?']).filter(|name| !name.starts_with('?')).unwrap_or(name)
}

pub(super) fn has_outer_join(query: &str) -> bool {
    sql::words(query).any(|(_, word)| ["left", "right", "full"].contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(text: &str) -> QueryColumn {
        let mut words = text.split(' ');
        let (name, of) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
        let nullable = words.next().map(|word| word == "null");
        QueryColumn { name, of: QueryType { name: of, parts: None }, nullable, never_null: false }
    }

    /// Each text lists columns: `id int4 not-null, name text null`; the third word may be missing.
    #[track_caller]
    fn check(query: &str, was: &str, is: &str, expected: &[&str]) {
        let shape = |text: &str| Shape {
            parameters: Vec::new(),
            columns: text.split(", ").map(column).collect(),
        };
        let lines: Vec<String> = changes(&shape(was), &shape(is), query)
            .into_iter()
            .map(|change| format!("{change} ({:?})", change.effect))
            .collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn columns_that_come_and_go() {
        check("", "id int4, b text", "id int4, b text", &[]);
        check("", "id int4, b text", "id int8, b text", &["column id: was int4, is int8 (Breaks)"]);
        check("", "id int4, b text", "id int4", &["column b: was text, is gone (Breaks)"]);
        check("", "id int4", "id int4, b text", &["column b: new, text (Rebuilds)"]);
        check("", "id int4, c text", "id int4, b text, c text", &["column b: new, text (Breaks)"]);
        check(
            "",
            "id int4, b text",
            "b text, id int4",
            &["columns: was (id, b), is (b, id) (Breaks)"],
        );
    }

    #[test]
    fn nullability_where_sqlx_gives_it() {
        let not_null_goes = ["column a: was NOT NULL, is nullable (Breaks)"];
        check("", "a text not", "a text null", &not_null_goes);
        // No table's column any more.
        check("", "a text not", "a text", &not_null_goes);
        check("", "a! text not", "a! text null", &[]);
        check("", "a!:Kind text not", "a!:Kind text null", &[]);
        check("", "a:Kind text not", "a:Kind text null", &not_null_goes);
        check("", "a text null", "a text not", &["column a: was nullable, is NOT NULL (Rebuilds)"]);
        check("SELECT b.a FROM c LEFT JOIN b ON true", "a text null", "a text not", &[]);
        // An expression, which has a name of the server.
        check("", "bool bool", "?column? bool", &[]);
        check(
            "",
            "a int4, bool bool",
            "a int4, ?column? int4",
            &["column bool: was bool, is gone (Breaks)", "column ?column?: new, int4 (Rebuilds)"],
        );
        check("", "a text", "a text not", &[]);
        check("", "a text", "a text null", &[]);
    }

    #[test]
    fn types_in_schemas() {
        check("", "a app.mood", "a mood", &[]);
        check("", "a app.mood", "a old.mood", &["column a: was app.mood, is old.mood (Breaks)"]);
    }
}
