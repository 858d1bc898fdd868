//! Options of reading: scope, home schema, bookkeeping tables.

/// The part of a database that a catalog holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scope {
    /// All schemas except the system's own, and what belongs to the database as a whole
    /// (extensions, casts, event triggers, publications, …).
    #[default]
    Database,
    /// The home schema only, with what hangs on its objects.
    Schema,
}

/// The options of [`Catalog::read`](crate::catalog::Catalog::read).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The schema in which unqualified names land, unquoted. Its objects carry no schema in the
    /// catalog, and its name occurs in no text that PostgreSQL prints. Default: `public`.
    pub home: String,
    /// Schemas behind home on the search path, unquoted, whose names are left out of printed texts too: those of extensions.
    /// Default: none.
    pub visible: Vec<String>,
    /// The part of the database to read. Default: [`Scope::Database`].
    pub scope: Scope,
    /// Tables that belong to the migration engine and are left out, with all that hangs on them:
    /// schema (`None` for home) and name, both unquoted. Default: `_sqlx_migrations` in home.
    pub bookkeeping: Vec<(Option<String>, String)>,
    /// The role whose ownership goes without saying; an object of another owner has the attribute
    /// `owner`. Default: the current role of the connection.
    pub owner: Option<String>,
    /// Read the objects that belong to extensions too. Default: no, the extension stands for them.
    pub extension_members: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            home: "public".to_owned(),
            visible: Vec::new(),
            scope: Scope::Database,
            bookkeeping: vec![(None, "_sqlx_migrations".to_owned())],
            owner: None,
            extension_members: false,
        }
    }
}

impl ReadOptions {
    /// The whole database, with `public` as home.
    pub fn database() -> Self {
        Self::default()
    }

    /// Only the schema `home` (unquoted).
    pub fn schema(home: impl Into<String>) -> Self {
        Self { home: home.into(), scope: Scope::Schema, ..Self::default() }
    }

    /// Sets the home schema (unquoted).
    #[must_use]
    pub fn home(mut self, home: impl Into<String>) -> Self {
        self.home = home.into();
        self
    }

    /// Sets the schemas behind home (unquoted).
    #[must_use]
    pub fn visible(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.visible = schemas.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the scope.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Leaves out one more table, with all that hangs on it.
    #[must_use]
    pub fn bookkeeping(mut self, schema: Option<&str>, table: &str) -> Self {
        self.bookkeeping.push((schema.map(str::to_owned), table.to_owned()));
        self
    }
}
