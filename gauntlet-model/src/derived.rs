//! What the expansion of `#[derive(gauntlet::Model)]` calls. Nothing here is for people: the data is in the rest of the
//! module, and may be made without this.

use std::marker::PhantomData;
use std::ops::Deref;

pub use super::column_type::ColumnType;
use super::described::{Column, Guard, Index, Key, Reference, Table, Variant};
pub use super::described::{Described, Enum, Model, Place};

/// A table that is being described.
#[derive(Debug)]
pub struct Builder {
    table: Table,
    /// See [`Table::complete`].
    pub complete: bool,
}

impl Builder {
    /// A table without columns.
    pub fn new(rust_name: &'static str, table: &str, place: Place) -> Builder {
        let table = Table {
            rust_name,
            place,
            table: table.to_owned(),
            complete: false,
            columns: Vec::new(),
            primary_key: None,
            unique: Vec::new(),
            indexes: Vec::new(),
            references: Vec::new(),
            checks: Vec::new(),
        };
        Builder { table, complete: false }
    }

    /// One more column.
    pub fn column(&mut self, field: Field) {
        self.table.columns.push(field.0);
    }

    /// The columns of a struct that is read from the same row, with what it says of them.
    pub fn flatten(&mut self, inner: Described) {
        let Described::Table(inner) = inner else { return };
        self.table.columns.extend(inner.columns);
        self.table.unique.extend(inner.unique);
        self.table.indexes.extend(inner.indexes);
        self.table.references.extend(inner.references);
        self.table.checks.extend(inner.checks);
        if self.table.primary_key.is_none() {
            self.table.primary_key = inner.primary_key;
        }
    }

    /// The primary key.
    pub fn primary_key<const N: usize>(&mut self, columns: [&str; N], ordered: bool, place: Place) {
        self.table.primary_key = Some(Key { columns: owned(columns), ordered, place });
    }

    /// Something unique.
    pub fn unique<const N: usize>(&mut self, columns: [&str; N], place: Place) {
        self.table.unique.push(Index::Columns(owned(columns), place));
    }

    /// A unique index, as SQL.
    pub fn unique_sql(&mut self, sql: &str, place: Place) {
        self.table.unique.push(Index::Sql(sql.to_owned(), place));
    }

    /// An index.
    pub fn index<const N: usize>(&mut self, columns: [&str; N], place: Place) {
        self.table.indexes.push(Index::Columns(owned(columns), place));
    }

    /// An index, as SQL.
    pub fn index_sql(&mut self, sql: &str, place: Place) {
        self.table.indexes.push(Index::Sql(sql.to_owned(), place));
    }

    /// A foreign key.
    pub fn references<const N: usize>(&mut self, columns: [&str; N], target: &str, place: Place) {
        let reference = Reference { columns: owned(columns), target: target.to_owned(), place };
        self.table.references.push(reference);
    }

    /// A CHECK.
    pub fn check(&mut self, expression: &str, place: Place) {
        self.table.checks.push((expression.to_owned(), place));
    }

    /// The description.
    pub fn finish(self) -> Described {
        Described::Table(Table { complete: self.complete, ..self.table })
    }
}

fn owned<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// A field that is being described.
#[derive(Debug)]
pub struct Field(Column);

impl Field {
    /// A field that sqlx reads as a type.
    pub fn of(field: &str, column: &str, place: Place, ty: ColumnType) -> Field {
        Field::new(field, column, place, ty)
    }

    /// A field that sqlx reads as JSON.
    pub fn json(field: &str, column: &str, place: Place) -> Field {
        Field::new(field, column, place, ColumnType::json())
    }

    fn new(field: &str, column: &str, place: Place, ty: ColumnType) -> Field {
        Field(Column {
            field: field.to_owned(),
            place,
            name: column.to_owned(),
            ty,
            rust_type: "",
            nullable: false,
            optional: false,
            sql_type: None,
            default: None,
            guard: None,
        })
    }

    /// See [`Column::rust_type`].
    #[must_use]
    pub fn rust_type(mut self, written: &'static str) -> Field {
        self.0.rust_type = written;
        self
    }

    /// See [`Column::nullable`].
    #[must_use]
    pub fn nullable(mut self, nullable: bool) -> Field {
        self.0.nullable = nullable;
        self
    }

    /// See [`Column::optional`].
    #[must_use]
    pub fn optional(mut self) -> Field {
        self.0.optional = true;
        self
    }

    /// See [`Column::guard`].
    #[must_use]
    pub fn guard(mut self, guard: Option<Guard>) -> Field {
        self.0.guard = guard;
        self
    }

    /// See [`Column::sql_type`].
    #[must_use]
    pub fn sql_type(mut self, written: &str) -> Field {
        self.0.sql_type = Some(written.to_owned());
        self
    }

    /// See [`Column::default`].
    #[must_use]
    pub fn default(mut self, expression: &str) -> Field {
        self.0.default = Some(expression.to_owned());
        self
    }
}

/// What can be asked of a type: those with an answer have a method of their own, all others are dereferenced to
/// [`NoAnswer`].
#[derive(Debug)]
pub struct Probe<T>(NoAnswer, PhantomData<fn() -> T>);

impl<T> Probe<T> {
    /// A question.
    pub const NEW: Probe<T> = Probe(NoAnswer, PhantomData);
}

/// Whether a type parameter stands for an `Option`, which only its name can say.
pub fn is_option<T>() -> bool {
    std::any::type_name::<T>().starts_with("core::option::Option<")
}

impl<T> Probe<Option<T>> {
    /// It is an `Option`.
    pub fn is_nullable(&self) -> bool {
        true
    }
}

impl<T: Model> Probe<T> {
    /// The values that a column of this enum should be held to.
    pub fn guard(&self) -> Option<Guard> {
        guard::<T>()
    }
}

impl<T: Model> Probe<Option<T>> {
    /// The values that a column of this enum should be held to.
    pub fn guard(&self) -> Option<Guard> {
        guard::<T>()
    }
}

fn guard<T: Model>() -> Option<Guard> {
    match T::describe() {
        Described::Enum(one) => one.guard(),
        Described::Table(_) => None,
    }
}

impl<T> Deref for Probe<T> {
    type Target = NoAnswer;

    fn deref(&self) -> &NoAnswer {
        &self.0
    }
}

/// The answers of a type that has none.
#[derive(Debug)]
pub struct NoAnswer;

impl NoAnswer {
    /// It is not an `Option`.
    pub fn is_nullable(&self) -> bool {
        false
    }

    /// It is no enum.
    pub fn guard(&self) -> Option<Guard> {
        None
    }
}

/// A variant with its label or number.
pub fn variant(rust_name: &'static str, value: impl Into<Value>, place: Place) -> Variant {
    Variant { rust_name, value: value.into().0, place }
}

/// A label or a number.
#[derive(Debug)]
pub struct Value(String);

impl From<&str> for Value {
    fn from(label: &str) -> Value {
        Value(label.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value(number.to_string())
    }
}
