//! A file that `cargo sqlx prepare` has written: a query, and what a server said of it.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::shape::{QueryColumn, QueryType, Shape};
use super::{Query, QueryError};

/// The database of a file whose query is checked.
const POSTGRES: &str = "PostgreSQL";

#[derive(Deserialize)]
struct Prepared {
    db_name: String,
    query: String,
    describe: Value,
}

#[derive(Deserialize)]
struct Describe {
    columns: Vec<Column>,
    parameters: Option<Parameters>,
    nullable: Vec<Option<bool>>,
}

#[derive(Deserialize)]
struct Column {
    name: String,
    type_info: Value,
}

#[derive(Deserialize)]
enum Parameters {
    Left(Vec<Value>),
    Right(#[allow(dead_code, reason = "a number without types, which no PostgreSQL gives")] usize),
}

/// Reads a file. `None` for a query of another database.
pub(super) fn read(file: &Path, bytes: &[u8]) -> Result<Option<Query>, QueryError> {
    let fault = |problem: String| QueryError::Prepared { file: file.to_owned(), problem };
    let of_json = |error: serde_json::Error| fault(error.to_string());
    let prepared: Prepared = serde_json::from_slice(bytes).map_err(of_json)?;
    if prepared.db_name != POSTGRES {
        return Ok(None);
    }
    let describe: Describe = serde_json::from_value(prepared.describe).map_err(of_json)?;
    let of_type = |value: &Value| {
        type_of(value).ok_or_else(|| fault(format!("`{value}` is no type that sqlx writes")))
    };
    let nullable = |index: usize| describe.nullable.get(index).copied().flatten();
    let columns = describe.columns.iter().enumerate().map(|(index, column)| {
        Ok(QueryColumn {
            name: column.name.clone(),
            of: of_type(&column.type_info)?,
            nullable: nullable(index),
            never_null: false,
        })
    });
    let columns = columns.collect::<Result<Vec<_>, QueryError>>()?;
    let parameters = match &describe.parameters {
        Some(Parameters::Left(types)) => types.iter().map(of_type).collect::<Result<_, _>>()?,
        Some(Parameters::Right(_)) | None => Vec::new(),
    };
    Ok(Some(Query {
        file: Some(file.to_owned()),
        place: short(file),
        sql: prepared.query,
        recorded: Some(Shape { parameters, columns }),
        of_workspace: false,
    }))
}

/// The name with the beginning of the hash only, as a glob that still finds the file.
fn short(file: &Path) -> String {
    const DIGITS: usize = 8;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let hash = name.as_deref().and_then(|name| name.strip_prefix("query-")?.strip_suffix(".json"));
    match hash.and_then(|hash| hash.get(..DIGITS)) {
        Some(digits) => file.with_file_name(format!("query-{digits}*.json")).display().to_string(),
        None => file.display().to_string(),
    }
}

/// A type as sqlx writes it: the name of one that it knows, or a name with what it is.
fn type_of(value: &Value) -> Option<QueryType> {
    if let Some(known) = value.as_str() {
        let name = match known.strip_suffix("Array") {
            Some(element) => format!("{}[]", element.to_lowercase()),
            None => known.to_lowercase(),
        };
        return Some(QueryType { name, parts: None });
    }
    let custom = value.get("Custom")?;
    let (name, kind) = (custom.get("name")?.as_str()?, custom.get("kind")?);
    let element = kind.get("Array");
    let name = match name.strip_prefix('_') {
        Some(element) if kind.get("Array").is_some() => format!("{element}[]"),
        _ => name.to_owned(),
    };
    let parts = match element {
        Some(element) => type_of(element)?.parts,
        None => parts(kind)?,
    };
    Some(QueryType { name, parts })
}

/// The labels of an enum, or the fields of a composite type.
#[expect(clippy::option_option, reason = "the outer one is for what sqlx does not write")]
fn parts(kind: &Value) -> Option<Option<String>> {
    if let Some(labels) = kind.get("Enum") {
        let labels: Option<Vec<&str>> = labels.as_array()?.iter().map(Value::as_str).collect();
        return Some(Some(format!("({})", labels?.join(", "))));
    }
    let Some(fields) = kind.get("Composite") else { return Some(None) };
    let field = |field: &Value| {
        let (name, of) = (field.get(0)?.as_str()?, type_of(field.get(1)?)?);
        Some(format!("{name} {}", of.name))
    };
    let fields: Option<Vec<String>> = fields.as_array()?.iter().map(field).collect();
    Some(Some(format!("({})", fields?.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, name: &str, parts: Option<&str>) {
        let value: Value = serde_json::from_str(json).unwrap();
        let expected = QueryType { name: name.to_owned(), parts: parts.map(str::to_owned) };
        assert_eq!(type_of(&value), Some(expected));
    }

    #[test]
    fn types() {
        check(r#""Int8""#, "int8", None);
        check(r#""TimestamptzArray""#, "timestamptz[]", None);
        check(r#"{"Custom": {"name": "hstore", "kind": "Simple"}}"#, "hstore", None);
        check(
            r#"{"Custom": {"name": "mood", "kind": {"Enum": ["sad", "glad"]}}}"#,
            "mood",
            Some("(sad, glad)"),
        );
        let element = r#"{"Custom": {"name": "app.mood", "kind": {"Enum": ["sad"]}}}"#;
        let array = |name: &str| {
            format!(r#"{{"Custom": {{"name": "{name}", "kind": {{"Array": {element}}}}}}}"#)
        };
        check(&array("app.mood[]"), "app.mood[]", Some("(sad)"));
        check(&array("_mood"), "mood[]", Some("(sad)"));
        check(
            r#"{"Custom": {"name": "money2", "kind": {"Composite": [["amount", "Numeric"]]}}}"#,
            "money2",
            Some("(amount numeric)"),
        );
        assert_eq!(type_of(&Value::Null), None);
    }

    #[test]
    fn the_place_is_a_glob_of_the_file() {
        let of = |file: &str| short(Path::new(file));
        assert_eq!(of(".sqlx/query-1a2b3c4d5e6f.json"), ".sqlx/query-1a2b3c4d*.json");
        assert_eq!(of(".sqlx/query-1.json"), ".sqlx/query-1.json");
    }
}
