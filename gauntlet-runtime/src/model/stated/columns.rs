//! Fields and columns: is it there, can it be read, does it take NULL, what is its default.

use super::super::{Column, Table};
use super::error::StatedError;
use super::nearest::near;
use super::probe::{Probe, Stated};
use super::relation::Relation;
use super::topic::{Topic, broken};
use crate::catalog::{Catalog, ColumnRef, Kind, ObjectId};
use crate::driver::{self, PgConnection};
use crate::finding::Finding;
use crate::names::quote_if_needed;
use crate::repair;

/// The differences that need no probe.
pub(super) async fn hold(
    table: &Table,
    relation: &Relation<'_>,
    catalog: &Catalog,
    conn: &mut PgConnection,
) -> Result<Vec<Finding>, StatedError> {
    let mut breaches = Vec::new();
    for column in &table.columns {
        let Some(actual) = relation.columns.get(column.name.as_str()) else {
            if !column.optional {
                breaches.push(missing(column, relation));
            }
            continue;
        };
        if let Some(info) = relation.infos.get(&column.name) {
            let Some(readable) = driver::reads(&column.ty, info) else {
                return Err(StatedError::another_sqlx(column));
            };
            if !readable {
                let stated = canonical(column.ty.name(), conn).await?;
                breaches.push(unreadable(column, actual, (relation, catalog), &stated));
            }
        }
        if relation.table.is_some() {
            let not_null = Relation::is_not_null(actual, catalog);
            breaches.extend(nullability(column, not_null, relation));
        }
    }
    Ok(breaches)
}

fn missing(column: &Column, relation: &Relation<'_>) -> Finding {
    let (table, name) = (relation.shown(), &column.name);
    let title = format!(
        "column {table}.{name} does not exist at head, but `{}` reads it: the query fails at run time",
        column.field
    );
    let breach = broken(Topic::Column, column.place, relation.column_object(name), title);
    let names: Vec<String> = relation.columns.keys().map(|name| (*name).to_owned()).collect();
    let breach = match near(name, &names) {
        Some(near) => {
            let text = format!("if column {near} is meant, add to the field");
            breach.help_rust(text, format!("#[sqlx(rename = \"{near}\")]"))
        }
        None => breach,
    };
    if relation.table.is_none() {
        return breach;
    }
    let not_null = if column.nullable { "" } else { " NOT NULL" };
    breach.migration(format!(
        "ALTER TABLE {} ADD COLUMN {} {}{not_null};",
        relation.shown_sql(),
        quote_if_needed(name),
        type_of(column)
    ))
}

fn unreadable(
    column: &Column,
    actual: &ColumnRef<'_>,
    (relation, catalog): (&Relation<'_>, &Catalog),
    stated: &str,
) -> Finding {
    let (table, name) = (relation.shown(), &column.name);
    let title = format!(
        "column {table}.{name} is {} in the database, but `{}` is `{}`, which sqlx reads from {stated}: \
         reading the column fails at run time",
        actual.data_type(),
        column.field,
        column.rust_type,
    );
    let breach = broken(Topic::Type, column.place, relation.column_object(name), title)
        .values(stated, actual.data_type());
    let field = column.field.rsplit(':').next().unwrap_or(&column.field);
    let breach = breach.help(format!(
        "if the database is right, give `{field}` a type that sqlx reads from {}{}",
        actual.data_type(),
        read_as(actual.data_type()).map(|ty| format!(", such as `{ty}`")).unwrap_or_default()
    ));
    if relation.table.is_none() {
        return breach;
    }
    breach.migration(alter_type((relation, catalog), actual, stated))
}

/// A Rust type that sqlx reads from a type of PostgreSQL's own.
fn read_as(data_type: &str) -> Option<&'static str> {
    let base = data_type.split('(').next().unwrap_or(data_type).trim();
    Some(match base {
        "smallint" => "i16",
        "integer" => "i32",
        "bigint" => "i64",
        "real" => "f32",
        "double precision" => "f64",
        "boolean" => "bool",
        "text" | "character varying" | "character" | "citext" => "String",
        "bytea" => "Vec<u8>",
        "uuid" => "uuid::Uuid",
        "json" | "jsonb" => "sqlx::types::Json<T>",
        "numeric" => "rust_decimal::Decimal",
        "date" => "chrono::NaiveDate",
        "timestamp with time zone" => "chrono::DateTime<chrono::Utc>",
        "timestamp without time zone" => "chrono::NaiveDateTime",
        "inet" | "cidr" => "ipnetwork::IpNetwork",
        _ => return None,
    })
}

fn nullability(column: &Column, not_null: bool, relation: &Relation<'_>) -> Option<Finding> {
    let (table, name, field) = (relation.shown(), &column.name, &column.field);
    let object = relation.column_object(name);
    let breach = |title: String| broken(Topic::Nullability, column.place, object, title);
    match (column.nullable, not_null) {
        (false, false) => Some(
            breach(format!(
                "column {table}.{name} is nullable in the database, but `{field}` is not an `Option`: \
                 reading a NULL fails at run time"
            ))
            .values("NOT NULL", "nullable")
            .migration(alter(relation, name, "SET NOT NULL"))
            .help_rust("if the migrations are right, read it into", optional(column)),
        ),
        (true, true) => Some(
            breach(format!(
                "column {table}.{name} is NOT NULL in the database, but `{field}` is an `Option`: \
                 writing a `None` fails at run time"
            ))
            .values("nullable", "NOT NULL")
            .migration(alter(relation, name, "DROP NOT NULL"))
            .help("if the migrations are right, take the `Option` away; if the field is `None` for other reasons, put #[model(not_null)] on it"),
        ),
        _ => None,
    }
}

/// The field that takes NULL.
fn optional(column: &Column) -> String {
    let name = column.field.rsplit(':').next().unwrap_or(&column.field);
    let attribute = if column.ty.is_json() { "#[sqlx(json(nullable))]\n" } else { "" };
    format!("{attribute}{name}: Option<{}>", column.rust_type)
}

/// The differences that need a probe: the stated type with its modifier, and the default.
pub(super) fn hold_stated(
    table: &Table,
    (relation, catalog): (&Relation<'_>, &Catalog),
    probe: &Probe,
    probed: &Catalog,
) -> Vec<Finding> {
    let mut breaches = Vec::new();
    for made in &probe.made {
        let (number, name) = match &made.stated {
            Stated::Type(number) => (*number, made.name.as_str()),
            Stated::Default(number) => (*number, table.columns[*number].name.as_str()),
            _ => continue,
        };
        let column = &table.columns[number];
        let id = ObjectId::child(Kind::Column, probe.name.as_str(), name);
        let (Some(real), Some(actual)) =
            (probed.get(&id), relation.columns.get(column.name.as_str()))
        else {
            continue;
        };
        if matches!(made.stated, Stated::Type(_)) {
            let wanted = real.text("type").unwrap_or_default();
            if wanted != actual.data_type() {
                breaches.push(other_type(column, actual, (relation, catalog), wanted));
            }
        } else {
            let wanted = real.text("default").unwrap_or_default();
            if actual.default() != Some(wanted) {
                breaches.push(other_default(column, actual, relation, wanted));
            }
        }
    }
    breaches
}

fn other_type(
    column: &Column,
    actual: &ColumnRef<'_>,
    (relation, catalog): (&Relation<'_>, &Catalog),
    wanted: &str,
) -> Finding {
    let (table, name) = (relation.shown(), &column.name);
    let title = format!(
        "column {table}.{name} is {} in the database, but `{}` states {wanted}",
        actual.data_type(),
        column.field
    );
    broken(Topic::Type, column.place, relation.column_object(name), title)
        .values(wanted, actual.data_type())
        .migration(alter_type((relation, catalog), actual, wanted))
}

fn other_default(
    column: &Column,
    actual: &ColumnRef<'_>,
    relation: &Relation<'_>,
    wanted: &str,
) -> Finding {
    let (table, name) = (relation.shown(), &column.name);
    let there = match (actual.default(), actual.generated(), actual.identity()) {
        (Some(default), _, _) => default.to_owned(),
        (_, Some(expression), _) => format!("generated: {expression}"),
        (_, _, Some(when)) => format!("identity, generated {when}"),
        (None, None, None) => "no default".to_owned(),
    };
    let title = format!("column {table}.{name} has another default than `{}` states", column.field);
    broken(Topic::Default, column.place, relation.column_object(name), title)
        .values(wanted, there)
        .migration(alter(relation, name, &format!("SET DEFAULT {wanted}")))
}

/// The statements that give a column another type: what stands in its way, such as a view, is made again.
fn alter_type(
    (relation, catalog): (&Relation<'_>, &Catalog),
    actual: &ColumnRef<'_>,
    wanted: &str,
) -> String {
    let mut expected = catalog.clone();
    if let Some(column) = expected.objects.get_mut(actual.id) {
        column.set("type", wanted);
    }
    let differences = expected.diff(catalog);
    let plan = repair::mend(&expected, catalog, &differences);
    if plan.steps.is_empty() || !plan.unmended.is_empty() {
        return alter(relation, actual.name(), &format!("TYPE {wanted}"));
    }
    plan.script()
}

/// The statement that changes a column so.
fn alter(relation: &Relation<'_>, column: &str, action: &str) -> String {
    format!(
        "ALTER TABLE {} ALTER COLUMN {} {action};",
        relation.shown_sql(),
        quote_if_needed(column)
    )
}

/// PostgreSQL's own word for a type: `bigint` for `INT8`. A type that does not exist keeps sqlx's word.
async fn canonical(name: &str, conn: &mut PgConnection) -> Result<String, driver::Error> {
    let known: Option<String> = driver::query_scalar("SELECT format_type(to_regtype($1), NULL)")
        .bind(name)
        .fetch_one(conn)
        .await?;
    Ok(known.filter(|word| word != "-" && word != "???").unwrap_or_else(|| name.to_owned()))
}

/// The type that a column would be made with.
pub(super) fn type_of(column: &Column) -> String {
    column.sql_type.clone().unwrap_or_else(|| column.ty.name().to_lowercase())
}
