//! The types that a field can read. Only sqlx decides that, and this crate does not know sqlx: it keeps what the user's
//! version says, for whoever knows that version.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The types that a field can read.
#[derive(Clone)]
pub struct ColumnType {
    /// `None` for JSON, which has two.
    word: Option<String>,
    /// A `SqlxType<I>`, and the name of `I`.
    sqlx: Option<(Arc<dyn Any + Send + Sync>, &'static str)>,
}

/// What one version of sqlx says of a type; `I` is its `PgTypeInfo`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqlxType<I> {
    /// `<T as sqlx::Type<Postgres>>::type_info()`: the type that is written.
    pub info: I,
    /// `<T as sqlx::Type<Postgres>>::compatible`: whether a type can be read.
    pub compatible: fn(&I) -> bool,
}

impl ColumnType {
    /// What a version of sqlx says of a type: its `type_info`, the name of one, and its `compatible`.
    pub fn described<I: Send + Sync + 'static>(
        info: fn() -> I,
        name: fn(&I) -> &str,
        compatible: fn(&I) -> bool,
    ) -> ColumnType {
        let info = info();
        let word = name(&info).to_owned();
        let library = std::any::type_name::<I>();
        let of_sqlx: Arc<dyn Any + Send + Sync> = Arc::new(SqlxType { info, compatible });
        ColumnType { word: Some(word), sqlx: Some((of_sqlx, library)) }
    }

    /// `json` or `jsonb`.
    pub fn json() -> ColumnType {
        ColumnType { word: None, sqlx: None }
    }

    /// Returns true if it is that of [`ColumnType::json`].
    pub fn is_json(&self) -> bool {
        self.word.is_none()
    }

    /// The type that sqlx would write, in sqlx's words: `INT8`, `TEXT[]`, `order_status`.
    pub fn name(&self) -> &str {
        self.word.as_deref().unwrap_or("JSONB")
    }

    /// What the version of sqlx whose `PgTypeInfo` is `I` says of it; `None` if another version described it, or none.
    pub fn of_sqlx<I: 'static>(&self) -> Option<&SqlxType<I>> {
        self.sqlx.as_ref()?.0.downcast_ref()
    }

    /// The path of the type that described it: `sqlx_postgres::type_info::PgTypeInfo`.
    pub fn described_by(&self) -> Option<&'static str> {
        self.sqlx.as_ref().map(|(_, library)| *library)
    }
}

impl fmt::Debug for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ColumnType").field(&self.name()).finish()
    }
}
