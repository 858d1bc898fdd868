//! A statement that the server has prepared: data that both versions of sqlx give.

/// The parameters and columns of a prepared statement. Types are those of `pg_type`, by number.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// The types of the parameters, as far as sqlx knows them.
    pub(crate) parameters: Vec<Option<u32>>,
    /// The columns that it returns.
    pub(crate) columns: Vec<StatementColumn>,
}

/// A column that a statement returns.
#[derive(Debug, Clone)]
pub(crate) struct StatementColumn {
    /// The name.
    pub(crate) name: String,
    /// The type, if sqlx knows it.
    pub(crate) of: Option<u32>,
    /// The relation and the number of its column that it is taken from; `None` for an expression.
    pub(crate) origin: Option<(u32, i16)>,
}

impl Statement {
    /// The types of its parameters and columns.
    pub(crate) fn types(&self) -> impl Iterator<Item = u32> {
        let of_columns = self.columns.iter().filter_map(|column| column.of);
        self.parameters.iter().copied().flatten().chain(of_columns)
    }
}
