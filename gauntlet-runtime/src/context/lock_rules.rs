//! The rules of the check `locks`.

/// The rules of the check `locks`: which versions it judges, and where a long lock is right.
///
/// ```
/// # use gauntlet_runtime as gauntlet;
/// use gauntlet::suite::LockRules;
///
/// let rules = LockRules::new().allow(["settings", "audit.*"]).max_rows(1000);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LockRules {
    pub(crate) all: bool,
    pub(crate) allow: Vec<String>,
    pub(crate) max_rows: Option<u64>,
}

impl LockRules {
    /// Every new version is judged, and no table is small.
    pub fn new() -> LockRules {
        LockRules::default()
    }

    /// Judges every version, not only those that have not shipped. Default: those that have not shipped.
    #[must_use]
    pub fn all(mut self) -> LockRules {
        self.all = true;
        self
    }

    /// Tables that may be locked for as long as it takes, because they are small or nobody waits for them: globs on the name
    /// or on `schema.name`. Default: none.
    #[must_use]
    pub fn allow(mut self, globs: impl IntoIterator<Item = impl AsRef<str>>) -> LockRules {
        self.allow.extend(globs.into_iter().map(|glob| glob.as_ref().to_owned()));
        self
    }

    /// A table that holds rows after the version, and at most so many, is small: reading or rewriting it is quick. A table
    /// without rows says nothing about its size in production. Default: no table is small.
    #[must_use]
    pub fn max_rows(mut self, rows: u64) -> LockRules {
        self.max_rows = Some(rows);
        self
    }
}
