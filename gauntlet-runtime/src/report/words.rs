//! The words for differences: what happened to an object, the name of an attribute, the meaning of its absence.

use super::lists;
use crate::catalog::{Change, Difference, Kind, Value};
use crate::finding::Sides;

/// `column users.email: type`, `index idx_users_email on users: left behind`.
pub(super) fn headline(difference: &Difference, sides: Sides) -> String {
    let object = &difference.object;
    match (&difference.change, &difference.attribute) {
        (Change::Changed, Some(attribute)) => format!("{object}: {}", attribute_words(attribute)),
        (change, _) => format!("{object}: {}", fate(change, sides)),
    }
}

fn fate(change: &Change, sides: Sides) -> String {
    match (change, sides) {
        (Change::Missing, Sides::ModelAndHead) => "in the model but not at head".into(),
        (Change::Missing, Sides::BeforeAndAfterDown) => "not restored".into(),
        (Change::Missing, Sides::FirstAndSecondUp) => "not created the second time".into(),
        (Change::Extra, Sides::ModelAndHead) => "at head but not in the model".into(),
        (Change::Extra, Sides::BeforeAndAfterDown | Sides::BeforeAndCutOff) => "left behind".into(),
        (Change::Extra, Sides::FirstAndSecondUp) => "created only the second time".into(),
        (Change::Renamed(name), Sides::ModelAndHead) => format!("named {name} at head"),
        (Change::Renamed(name), Sides::BeforeAndAfterDown) => {
            format!("restored under a different name: {name}")
        }
        (Change::Renamed(name), Sides::FirstAndSecondUp) => {
            format!("created under a different name the second time: {name}")
        }
        (Change::Missing, Sides::ApartAndTogether) => "missing when all run in one session".into(),
        (Change::Extra, Sides::ApartAndTogether) => "there only when all run in one session".into(),
        (Change::Renamed(name), Sides::ApartAndTogether) => {
            format!("named {name} when all run in one session")
        }
        (Change::Missing, Sides::NewAndDeployed) => "only on a new database".into(),
        (Change::Extra, Sides::NewAndDeployed) => "only on a deployed database".into(),
        (Change::Renamed(name), Sides::NewAndDeployed) => {
            format!("named {name} on a deployed database")
        }
        (Change::Missing, Sides::MigrationsAndDatabase) => "not in the database".into(),
        (Change::Extra, Sides::MigrationsAndDatabase) => "not made by the migrations".into(),
        (Change::Renamed(name), Sides::MigrationsAndDatabase) => {
            format!("named {name} in the database")
        }
        (Change::Missing, Sides::VersionsAndBaseline) => "not in the baseline".into(),
        (Change::Extra, Sides::VersionsAndBaseline) => "not made by the versions".into(),
        (Change::Renamed(name), Sides::VersionsAndBaseline) => {
            format!("named {name} in the baseline")
        }
        (Change::Missing, Sides::UndisturbedAndAgain) => "missing".into(),
        (Change::Extra, Sides::UndisturbedAndAgain) => "left over".into(),
        (Change::Renamed(name), Sides::UndisturbedAndAgain) => format!("named {name} in the end"),
        (Change::Missing, Sides::BeforeAndCutOff) => "gone".into(),
        (Change::Renamed(name), Sides::BeforeAndCutOff) => format!("named {name}"),
        (Change::Missing, Sides::FirstAndSecond) => "only in the first".into(),
        (Change::Extra, Sides::FirstAndSecond) => "only in the second".into(),
        (Change::Renamed(name), Sides::FirstAndSecond) => format!("named {name} in the second"),
        (Change::Missing, Sides::Outside) => "dropped".into(),
        (Change::Extra, Sides::Outside) => "created".into(),
        (Change::Renamed(name), Sides::Outside) => format!("renamed to {name}"),
        (Change::Changed, _) => "changed".into(),
    }
}

/// The attribute's name as a person would say it: `not null`, `privileges of app`.
pub(super) fn attribute_words(attribute: &str) -> String {
    let Some((name, rest)) = attribute.split_once('.') else {
        return match attribute {
            "not_null_name" => "name of the not-null constraint".into(),
            "not_null" => "nullability".into(),
            "not_valid" => "validation".into(),
            "not_null_not_valid" => "validation of the not-null constraint".into(),
            "no_inherit" => "inheritance".into(),
            "not_null_no_inherit" => "inheritance of the not-null constraint".into(),
            "nulls_not_distinct" => "equality of nulls".into(),
            "generated_stored" => "generation expression (stored)".into(),
            "generated_virtual" => "generation expression (virtual)".into(),
            "keys" => "key columns".into(),
            "include" => "included columns".into(),
            _ => attribute.replace('_', " "),
        };
    };
    match name {
        "grant" | "member_grant" => format!("privileges of {rest}"),
        "identity_grant" => format!("privileges of {rest} on the identity sequence"),
        "set" => format!("SET {rest}"),
        "mapping" => format!("mapping of {rest}"),
        "statistics" => format!("statistics target of {rest}"),
        "depends_on_extension" => format!("dependence on extension {rest}"),
        "security_label" => format!("security label of {rest}"),
        _ => format!("{} {rest}", name.replace('_', " ")),
    }
}

/// The two values, with PostgreSQL's own value where an attribute is absent.
pub(super) fn values(difference: &Difference) -> (String, String) {
    if let (Some(Value::List(expected)), Some(Value::List(actual))) =
        (&difference.expected, &difference.actual)
    {
        return lists::difference(expected, actual);
    }
    if let Some((yes, no)) = clause(difference.attribute.as_deref().unwrap_or_default()) {
        let shown = |value: &Option<Value>| match value.as_ref().and_then(Value::as_text) {
            Some("yes") => yes.to_owned(),
            None | Some("no") => no.to_owned(),
            Some(other) => other.to_owned(),
        };
        return (shown(&difference.expected), shown(&difference.actual));
    }
    let shown = |value: &Option<Value>, other: &Option<Value>| match value {
        Some(Value::Text(text)) if text.is_empty() => "(empty)".to_owned(),
        Some(value) => value.to_string(),
        None => absent(difference, other.as_ref()).to_owned(),
    };
    (
        shown(&difference.expected, &difference.actual),
        shown(&difference.actual, &difference.expected),
    )
}

/// The words of SQL for an attribute whose name denies something, with it and without it: `not valid: no` would have to be
/// read twice.
fn clause(attribute: &str) -> Option<(&'static str, &'static str)> {
    Some(match attribute {
        "not_null" => ("NOT NULL", "NULL"),
        "not_valid" | "not_null_not_valid" => ("NOT VALID", "validated"),
        "no_inherit" | "not_null_no_inherit" => ("NO INHERIT", "inherited"),
        "nulls_not_distinct" => ("NULLS NOT DISTINCT", "NULLS DISTINCT"),
        _ => return None,
    })
}

fn absent(difference: &Difference, other: Option<&Value>) -> &'static str {
    let attribute = difference.attribute.as_deref().unwrap_or_default();
    match (difference.object.kind, attribute) {
        (Kind::Trigger | Kind::Rule | Kind::EventTrigger, "enabled") => return "yes",
        (Kind::Function | Kind::Procedure, "volatility") => return "volatile",
        (Kind::Function | Kind::Procedure | Kind::Aggregate, "parallel") => return "unsafe",
        (_, "owner") => return "(the role that migrates)",
        // Where PUBLIC may do something unless that is revoked.
        (
            Kind::Database
            | Kind::Schema
            | Kind::Language
            | Kind::Function
            | Kind::Procedure
            | Kind::Aggregate,
            "grant.PUBLIC",
        )
        | (_, "grant.owner") => return "(the default)",
        (Kind::Extension, name) if name.starts_with("member_grant.") => {
            return "(as the extension gives them)";
        }
        _ => {}
    }
    match other.and_then(Value::as_text) {
        Some("yes") => "no",
        Some("no") => "yes",
        _ if attribute.contains("option.") || DEFAULTED.contains(&attribute) => "(default)",
        _ => "(none)",
    }
}

/// Attributes whose absence means a value that PostgreSQL chooses, not that there is none.
const DEFAULTED: &[&str] = &[
    "access_method",
    "cache",
    "collation",
    "compression",
    "cost",
    "increment",
    "maximum",
    "minimum",
    "replica_identity",
    "rows",
    "start",
    "statistics",
    "storage",
    "tablespace",
];

/// A difference in one line, where its values allow it: `index i on t: keys: (a) the first time, (b) the second`.
pub(super) fn in_one_line(difference: &Difference, sides: Sides) -> String {
    let headline = headline(difference, sides);
    if difference.attribute.is_none() {
        return headline;
    }
    let (expected, actual) = values(difference);
    if expected.contains('\n') || actual.contains('\n') {
        return headline;
    }
    match sides {
        Sides::FirstAndSecondUp => {
            format!("{headline}: {expected} the first time, {actual} the second")
        }
        Sides::ApartAndTogether => {
            format!("{headline}: {expected} in sessions of their own, {actual} in one session")
        }
        Sides::NewAndDeployed => {
            format!("{headline}: {expected} on a new database, {actual} on a deployed one")
        }
        _ => format!("{headline}: expected {expected}, actual {actual}"),
    }
}
