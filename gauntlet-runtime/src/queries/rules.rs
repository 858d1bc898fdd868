//! The queries that a suite gives, and the exceptions.

/// Queries of the program that the folder `.sqlx` does not have, and exceptions.
///
/// ```
/// # use gauntlet_runtime as gauntlet;
/// use gauntlet::suite::QueryRules;
///
/// let rules = QueryRules::new()
///     .files("queries/*.sql")
///     .texts(["SELECT id, email FROM users WHERE id = $1"])
///     .except([".sqlx/query-1a2b*"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryRules {
    pub(crate) files: Vec<String>,
    pub(crate) texts: Vec<String>,
    pub(crate) except: Vec<String>,
}

impl QueryRules {
    /// Only what `cargo sqlx prepare` has written.
    pub fn new() -> QueryRules {
        QueryRules::default()
    }

    /// SQL files with one or more queries each, as a glob from the folder of the crate: `queries/**/*.sql`. Parameters are
    /// written as `$1`. Default: none.
    #[must_use]
    pub fn files(mut self, glob: impl Into<String>) -> QueryRules {
        self.files.push(glob.into());
        self
    }

    /// Queries as text, with parameters as `$1`. Default: none.
    #[must_use]
    pub fn texts(mut self, texts: impl IntoIterator<Item = impl AsRef<str>>) -> QueryRules {
        self.texts.extend(texts.into_iter().map(|text| text.as_ref().to_owned()));
        self
    }

    /// Queries that are not checked: globs on their files, as findings name them. Default: none.
    #[must_use]
    pub fn except(mut self, globs: impl IntoIterator<Item = impl AsRef<str>>) -> QueryRules {
        self.except.extend(globs.into_iter().map(|glob| glob.as_ref().to_owned()));
        self
    }

    /// Whether it gives any query.
    pub(crate) fn gives(&self) -> bool {
        !self.files.is_empty() || !self.texts.is_empty()
    }
}

/// A glob of files.
impl From<&str> for QueryRules {
    fn from(files: &str) -> QueryRules {
        QueryRules::new().files(files)
    }
}

/// A glob of files.
impl From<String> for QueryRules {
    fn from(files: String) -> QueryRules {
        QueryRules::new().files(files)
    }
}

/// Queries as text.
impl<T: AsRef<str>, const N: usize> From<[T; N]> for QueryRules {
    fn from(texts: [T; N]) -> QueryRules {
        QueryRules::new().texts(texts)
    }
}

/// Queries as text.
impl<T: AsRef<str>> From<&[T]> for QueryRules {
    fn from(texts: &[T]) -> QueryRules {
        QueryRules::new().texts(texts)
    }
}

/// Queries as text.
impl<T: AsRef<str>> From<Vec<T>> for QueryRules {
    fn from(texts: Vec<T>) -> QueryRules {
        QueryRules::new().texts(texts)
    }
}
