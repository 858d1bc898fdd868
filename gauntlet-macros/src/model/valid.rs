//! Rules across attributes.

use gauntlet_plan::unknown;
use syn::ext::IdentExt as _;

use super::ast::{Model, Shape, Table};
use super::attr::{ColumnName, IndexAttr};
use crate::mistakes::Mistakes;

pub(crate) fn check(model: &Model, mistakes: &mut Mistakes) {
    let Shape::Table(table) = &model.shape else { return };
    fields(table, mistakes);
    let lists = table
        .attrs
        .primary_key
        .iter()
        .map(|(columns, _)| columns)
        .chain(table.attrs.unique.iter().chain(&table.attrs.indexes).filter_map(
            |index| match index {
                IndexAttr::Columns(columns, _) => Some(columns),
                IndexAttr::Sql(_) => None,
            },
        ))
        .chain(table.attrs.foreign_keys.iter().map(|key| &key.columns));
    for list in lists {
        columns(table, list, mistakes);
    }
    if table.attrs.primary_key.is_some() {
        for field in table.fields.iter().filter_map(|field| field.attrs.primary_key.as_ref()) {
            mistakes.at(field, "the struct's attribute states the primary key already");
        }
    }
}

fn fields(table: &Table, mistakes: &mut Mistakes) {
    for field in &table.fields {
        let attrs = &field.attrs;
        if let (Some(_), Some(not_null)) = (&attrs.nullable, &attrs.not_null) {
            mistakes.at(not_null, "`nullable` and `not_null` contradict each other");
        }
        let Some(first) = &attrs.first else { continue };
        let absent = if attrs.skip.is_some() {
            "a field that is skipped"
        } else if field.sqlx.skip {
            "a field with `#[sqlx(skip)]`"
        } else if field.sqlx.flatten {
            "a field with `#[sqlx(flatten)]`"
        } else {
            continue;
        };
        mistakes.at(first, format!("{absent} is not a column; remove its `#[model(...)]`"));
    }
}

/// A name without quotes is a field's.
fn columns(table: &Table, list: &[ColumnName], mistakes: &mut Mistakes) {
    for column in list {
        let ColumnName::Field(ident) = column else { continue };
        let known: Vec<String> =
            table.fields.iter().map(|field| field.ident.unraw().to_string()).collect();
        let name = ident.unraw().to_string();
        if !known.contains(&name) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let text = unknown("field", &name, &known);
            mistakes.at(ident, format!("{text}\nput a column that no field reads in quotes"));
        }
    }
}
