//! A table or view at head, as a struct's query sees it.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    Catalog, ColumnRef, ConstraintRef, IndexRef, Kind, ObjectId, ObjectRef, TableRef,
};
use crate::driver::{self, PgConnection, PgTypeInfo};
use crate::names::{quote_ident, quote_if_needed};

/// A table or view at head.
pub(super) struct Relation<'a> {
    pub(super) object: ObjectRef<'a>,
    /// `None` for a view.
    pub(super) table: Option<TableRef<'a>>,
    /// Its name in SQL, always quoted and with its schema.
    pub(super) sql: String,
    pub(super) columns: BTreeMap<&'a str, ColumnRef<'a>>,
    /// The types that a query of it returns; a domain returns as what it is made of.
    pub(super) infos: BTreeMap<String, PgTypeInfo>,
}

impl<'a> Relation<'a> {
    /// The table or view of this name; `None` when head has none.
    pub(super) async fn find(
        catalog: &'a Catalog,
        name: &str,
        conn: &mut PgConnection,
    ) -> Result<Option<Relation<'a>>, driver::Error> {
        let table = catalog.table(name);
        let view = catalog.view(name);
        let (object, columns) = match (table, view) {
            (Some(table), _) => (*table, table.columns()),
            (None, Some(view)) => (*view, view.columns()),
            (None, None) => return Ok(None),
        };
        let schema = object.schema().unwrap_or(&catalog.home);
        let sql = format!("{}.{}", quote_ident(schema), quote_ident(object.name()));
        let infos = driver::columns(conn, &format!("SELECT * FROM {sql}")).await?;
        let infos = infos.into_iter().collect();
        let columns = columns.into_iter().map(|column| (column.name(), column)).collect();
        Ok(Some(Relation { object, table, sql, columns, infos }))
    }

    /// `users`, `audit.users`.
    pub(super) fn shown(&self) -> String {
        self.object.id.qualified_name()
    }

    /// Its name in SQL that a person reads.
    pub(super) fn shown_sql(&self) -> String {
        let name = quote_if_needed(self.object.name());
        self.object.schema().map_or(name.clone(), |s| format!("{}.{name}", quote_if_needed(s)))
    }

    /// `column users.bio`.
    pub(super) fn column_object(&self, column: &str) -> String {
        let id = ObjectId::child(Kind::Column, self.object.name(), column);
        match self.object.schema() {
            Some(schema) => id.in_schema(schema).to_string(),
            None => id.to_string(),
        }
    }

    pub(super) fn constraints(&self) -> Vec<ConstraintRef<'a>> {
        self.table.map(|table| table.constraints().collect()).unwrap_or_default()
    }

    pub(super) fn indexes(&self) -> Vec<IndexRef<'a>> {
        self.table.map(|table| table.indexes().collect()).unwrap_or_default()
    }

    /// Returns true if a column never holds NULL: by itself or by its domain.
    pub(super) fn is_not_null(column: &ColumnRef<'_>, catalog: &Catalog) -> bool {
        column.is_not_null()
            || catalog.of_kind(Kind::Domain).any(|(id, domain)| {
                domain.has("not_null") && id.qualified_name() == column.data_type()
            })
    }
}

/// The constraints and indexes of a table that some statement of its struct is about.
pub(super) type Mentioned<'a> = BTreeSet<&'a ObjectId>;

/// Names as a person would write them in SQL, with commas.
pub(super) fn shown_list(names: &[String]) -> String {
    names.iter().map(|name| quote_if_needed(name)).collect::<Vec<_>>().join(", ")
}
