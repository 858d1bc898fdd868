//! What a query takes and returns.

/// The parameters and columns of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) parameters: Vec<QueryType>,
    pub(crate) columns: Vec<QueryColumn>,
}

/// A column of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryColumn {
    pub(crate) name: String,
    pub(crate) of: QueryType,
    /// Whether it may be NULL; `None` where it is not known, as for an expression.
    pub(crate) nullable: Option<bool>,
    /// Whether no NULL can come from it although it is nullable to sqlx: the column of a view that is one of a table which is NOT NULL.
    pub(crate) never_null: bool,
}

/// A type of a parameter or column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryType {
    /// The name: as in `pg_type` for a type of PostgreSQL, else as SQL. `[]` stands behind that of the elements of an array.
    pub(crate) name: String,
    /// The labels of an enum, or the fields of a composite type.
    pub(crate) parts: Option<String>,
}

impl QueryType {
    /// Whether it is the same type: the schema counts only where both names have one.
    pub(crate) fn is(&self, other: &QueryType) -> bool {
        let split = |name: &str| match name.rsplit_once('.') {
            Some((schema, name)) => (Some(schema.to_owned()), name.to_owned()),
            None => (None, name.to_owned()),
        };
        let ((schema, name), (other_schema, other_name)) = (split(&self.name), split(&other.name));
        name == other_name && (schema.is_none() || other_schema.is_none() || schema == other_schema)
    }
}
