//! Sequences, and the options that identity columns share with them.

use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Add, Alter, Changed};
use crate::catalog::{Object, ObjectId};
use crate::names::quote_literal;

/// The least and the greatest value of an integer type.
fn bounds(data_type: &str) -> (&'static str, &'static str) {
    match data_type {
        "smallint" => ("-32768", "32767"),
        "integer" => ("-2147483648", "2147483647"),
        _ => ("-9223372036854775808", "9223372036854775807"),
    }
}

/// The options that are not the default of a sequence of this type.
pub(crate) fn options(object: &Object, prefix: &str, data_type: &str) -> Vec<String> {
    let get = |name: &str| object.text(&format!("{prefix}{name}"));
    let increment = get("increment").unwrap_or("1");
    let down = increment.starts_with('-');
    let (least, greatest) = bounds(data_type);
    let (minimum, maximum) = if down { (least, "-1") } else { ("1", greatest) };
    let wanted_minimum = get("minimum").unwrap_or(minimum);
    let wanted_maximum = get("maximum").unwrap_or(maximum);
    let start = if down { wanted_maximum } else { wanted_minimum };
    let mut out = Vec::new();
    if let Some(value) = get("start").filter(|value| *value != start) {
        out.push(format!("START WITH {value}"));
    }
    if increment != "1" {
        out.push(format!("INCREMENT BY {increment}"));
    }
    if wanted_minimum != minimum {
        out.push(format!("MINVALUE {wanted_minimum}"));
    }
    if wanted_maximum != maximum {
        out.push(format!("MAXVALUE {wanted_maximum}"));
    }
    if let Some(value) = get("cache").filter(|value| *value != "1") {
        out.push(format!("CACHE {value}"));
    }
    if get("cycle").is_some() {
        out.push("CYCLE".to_owned());
    }
    out
}

pub(crate) fn create(id: &ObjectId, object: &Object) -> Vec<String> {
    let data_type = object.text("type").unwrap_or("bigint");
    let unlogged = if object.has("unlogged") { "UNLOGGED " } else { "" };
    let mut sql = format!("CREATE {unlogged}SEQUENCE {}", name(id));
    if data_type != "bigint" {
        sql.add(format_args!(" AS {data_type}"));
    }
    for option in options(object, "", data_type) {
        sql.push(' ');
        sql.push_str(&option);
    }
    vec![sql]
}

/// `OWNED BY`, once the column is there.
pub(crate) fn owned_by(id: &ObjectId, object: &Object) -> Option<String> {
    object.text("owned_by").map(|column| format!("ALTER SEQUENCE {} OWNED BY {column}", name(id)))
}

/// [`go_on`] for a new sequence with the options of an object. One that goes down has no such statement.
pub(crate) fn begin_behind(
    sequence: &str,
    (column, table): (&str, &str),
    object: &Object,
    prefix: &str,
) -> Option<String> {
    let get = |name: &str| object.text(&format!("{prefix}{name}"));
    let down = get("increment").is_some_and(|increment| increment.starts_with('-'));
    (!down).then(|| go_on(sequence, column, table, get("start").unwrap_or("1")))
}

/// Lets a sequence go on behind the greatest value of a column that it is to give its values. `sequence` is an expression.
/// Without a value that the sequence can have given, nothing happens.
pub(crate) fn go_on(sequence: &str, column: &str, table: &str, start: &str) -> String {
    format!("SELECT setval({sequence}, max({column})) FROM {table} HAVING max({column}) >= {start}")
}

/// The sequence that belongs to a column, as an expression. `table` is SQL, `column` a name.
pub(crate) fn of_column(table: &str, column: &str) -> String {
    format!("pg_get_serial_sequence({}, {})", quote_literal(table), quote_literal(column))
}

/// The default of a column that takes its values from a sequence.
pub(crate) fn next_value(id: &ObjectId) -> String {
    format!("nextval({}::regclass)", quote_literal(&name(id)))
}

/// The clauses for the numbers that differ.
fn numbers(expected: &Object, actual: &Object) -> String {
    let data_type = |object: &Object| object.text("type").unwrap_or("bigint").to_owned();
    let (wanted, present) = (data_type(expected), data_type(actual));
    let mut out = String::new();
    if wanted != present {
        out.add(format_args!(" AS {wanted}"));
    }
    let ((_, greatest), (_, greatest_now)) = (bounds(&wanted), bounds(&present));
    for (attribute, clause, default, default_now) in [
        ("increment", "INCREMENT BY", "1", "1"),
        ("minimum", "MINVALUE", "1", "1"),
        ("maximum", "MAXVALUE", greatest, greatest_now),
        ("start", "START WITH", "1", "1"),
    ] {
        let value = expected.text(attribute).unwrap_or(default);
        let now = actual.text(attribute).unwrap_or(default_now);
        // A greatest value that is the type's changes with the type.
        let follows = attribute == "maximum" && value == default && now == default_now;
        if value != now && !follows {
            out.add(format_args!(" {clause} {value}"));
        }
    }
    out
}

/// The least and the greatest value of a sequence.
pub(crate) fn range(object: &Object, prefix: &str, data_type: &str) -> (i128, i128) {
    let get = |name: &str| object.text(&format!("{prefix}{name}"));
    let (least, greatest) = bounds(data_type);
    let down = get("increment").is_some_and(|by| by.starts_with('-'));
    let (minimum, maximum) = if down { (least, "-1") } else { ("1", greatest) };
    let number = |text: &str| text.parse::<i128>().unwrap_or_default();
    (number(get("minimum").unwrap_or(minimum)), number(get("maximum").unwrap_or(maximum)))
}

/// The statements that change a range, so that they work whatever the last value is, and lose it only where they must: rows
/// may have been numbered up to it.
pub(crate) fn change_range(
    sequence: &str,
    statement: String,
    wanted: (i128, i128),
    found: (i128, i128),
) -> Vec<String> {
    if wanted.0 <= found.0 && wanted.1 >= found.1 {
        return vec![statement];
    }
    if wanted.0.max(found.0) > wanted.1.min(found.1) {
        return vec![format!(
            "-- no value of the old range is in the new one: it begins at its start again\n{statement} RESTART"
        )];
    }
    let mut value = "last_value".to_owned();
    if wanted.0 > found.0 {
        value = format!("GREATEST({value}, {})", wanted.0);
    }
    if wanted.1 < found.1 {
        value = format!("LEAST({value}, {})", wanted.1);
    }
    let of = quote_literal(sequence);
    vec![
        format!(
            "-- changes the last value only where it is outside of the new range\n\
             SELECT setval({of}, {value}, is_called) FROM {sequence}"
        ),
        statement,
    ]
}

pub(crate) fn alter(c: &Changed<'_>) -> Alter {
    let head = format!("ALTER SEQUENCE {}", name(c.id));
    let value = c.wanted().unwrap_or_default();
    match c.attribute {
        // All at once: each of them may be impossible while the others are as they were.
        "type" | "minimum" | "maximum" | "start" | "increment" => {
            let sql = format!("{head}{}", numbers(c.expected, c.actual));
            let range =
                |object: &Object| range(object, "", object.text("type").unwrap_or("bigint"));
            Alter::Sql(change_range(&name(c.id), sql, range(c.expected), range(c.actual)))
        }
        "cache" => Alter::one(format!("{head} CACHE {value}")),
        "cycle" if c.wanted().is_some() => Alter::one(format!("{head} CYCLE")),
        "cycle" => Alter::one(format!("{head} NO CYCLE")),
        "unlogged" if c.wanted().is_some() => Alter::one(format!("{head} SET UNLOGGED")),
        "unlogged" => Alter::one(format!("{head} SET LOGGED")),
        "owned_by" => Alter::one(format!("{head} OWNED BY {}", c.wanted().unwrap_or("NONE"))),
        other => Alter::No(format!("no statement is known that changes {other} of a sequence")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_is_kept_where_it_can_be() {
        let change = |wanted, found| change_range("s", "ALTER SEQUENCE s X".into(), wanted, found);
        assert_eq!(change((1, 100), (1, 50)), ["ALTER SEQUENCE s X"]);
        assert_eq!(
            change((10, 50), (1, 100)),
            [
                "-- changes the last value only where it is outside of the new range\n\
                 SELECT setval('s', LEAST(GREATEST(last_value, 10), 50), is_called) FROM s",
                "ALTER SEQUENCE s X"
            ]
        );
        assert_eq!(
            change((10, 99), (1, 5)),
            ["-- no value of the old range is in the new one: it begins at its start again\n\
              ALTER SEQUENCE s X RESTART"]
        );
    }
}
