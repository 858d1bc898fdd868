//! The statements of Rust structs and enums about the schema: plain data, made by `#[derive(gauntlet::Model)]`.
//!
//! Nothing here touches a database. The data can be made by hand too, from the entities of an ORM for instance.

use super::column_type::ColumnType;

/// A Rust type that says something of the schema. Derive it: `#[derive(gauntlet::Model)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` says nothing of the schema",
    label = "not a model",
    note = "put `#[derive(gauntlet::Model)]` on it"
)]
pub trait Model {
    /// Its statement.
    #[doc(hidden)]
    fn describe() -> Described;
}

/// The statement of a Rust type about the schema.
#[derive(Debug, Clone)]
pub enum Described {
    /// A struct: columns and more of a table or view.
    Table(Table),
    /// An enum: the labels of an enum type, or the values that a column may hold.
    Enum(Enum),
}

/// A place in the user's sources, as `file!()` and `line!()` give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// The statement of a struct about a table or view.
#[derive(Debug, Clone)]
pub struct Table {
    /// The struct's name: `User`.
    pub rust_name: &'static str,
    /// Where the struct is.
    pub place: Place,
    /// The table's name, unquoted, with its schema where that is not home: `users`, `audit.users`.
    pub table: String,
    /// True if what the struct does not mention should not be there.
    pub complete: bool,
    /// One for each field that reads a column.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<Key>,
    /// The unique columns or expressions.
    pub unique: Vec<Index>,
    /// Indexes.
    pub indexes: Vec<Index>,
    /// Foreign keys.
    pub references: Vec<Reference>,
    /// CHECK constraints: SQL expressions.
    pub checks: Vec<(String, Place)>,
}

/// The columns of a primary key.
#[derive(Debug, Clone)]
pub struct Key {
    /// The columns, unquoted.
    pub columns: Vec<String>,
    /// True if their order is stated too.
    pub ordered: bool,
    /// Where it is stated.
    pub place: Place,
}

/// An index, unique or not.
#[derive(Debug, Clone)]
pub enum Index {
    /// On these columns, unquoted. An index that begins with them serves; something unique has just these.
    Columns(Vec<String>, Place),
    /// The text after `CREATE INDEX ON table`: `(lower(email)) WHERE deleted_at IS NULL`, `USING gin (tags)`.
    Sql(String, Place),
}

/// A foreign key.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The columns, unquoted.
    pub columns: Vec<String>,
    /// The text after `REFERENCES`: `orders(id)`, `orders(id) ON DELETE CASCADE`.
    pub target: String,
    /// Where it is stated.
    pub place: Place,
}

/// The statement of a field about a column.
#[derive(Debug, Clone)]
pub struct Column {
    /// The field: `User::bio`.
    pub field: String,
    /// Where the field is.
    pub place: Place,
    /// The column's name, unquoted.
    pub name: String,
    /// The types that the field reads.
    pub ty: ColumnType,
    /// The type as it is written in Rust: `Option<String>`.
    pub rust_type: &'static str,
    /// True if the field takes NULL.
    pub nullable: bool,
    /// True if the field does without the column (`#[sqlx(default)]`).
    pub optional: bool,
    /// The type with its modifier, where it is stated: `varchar(64)`.
    pub sql_type: Option<String>,
    /// The default, where it is stated: a SQL expression.
    pub default: Option<String>,
    /// The values that a CHECK should hold the column to.
    pub guard: Option<Guard>,
}

/// The statement of an enum.
#[derive(Debug, Clone)]
pub struct Enum {
    /// The enum's name: `OrderStatus`.
    pub rust_name: &'static str,
    /// Where the enum is.
    pub place: Place,
    /// The type in the database, in sqlx's words: `order_status`, `TEXT`, `INT4`.
    pub type_name: String,
    /// True if the variants are numbers in the database.
    pub integer: bool,
    /// The variants, in order.
    pub variants: Vec<Variant>,
}

/// A variant of an enum.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The variant's name: `Pending`.
    pub rust_name: &'static str,
    /// The label, or the number, in the database.
    pub value: String,
    /// Where the variant is.
    pub place: Place,
}

/// The values that a column may hold because an enum reads it, which PostgreSQL does not know by itself.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The enum's name.
    pub rust_name: &'static str,
    /// True if the values are numbers.
    pub integer: bool,
    /// The values, in the order of the variants.
    pub values: Vec<String>,
}

impl Enum {
    /// Returns true if the type is one of PostgreSQL's own, so that a CHECK is needed to hold a column to the variants.
    pub fn needs_guard(&self) -> bool {
        const TEXT: [&str; 6] =
            ["text", "varchar", "character varying", "char", "bpchar", "citext"];
        self.integer || TEXT.iter().any(|name| self.type_name.eq_ignore_ascii_case(name))
    }

    /// The values that a column of this enum should be held to, if PostgreSQL does not do so by itself.
    pub fn guard(&self) -> Option<Guard> {
        self.needs_guard().then(|| Guard {
            rust_name: self.rust_name,
            integer: self.integer,
            values: self.variants.iter().map(|v| v.value.clone()).collect(),
        })
    }
}
