//! Globs on names of tables: `*`, `?`, `[..]`, `[!..]`.

use glob::Pattern;

/// A list of globs, each identified by its index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Globs(Vec<Pattern>);

/// A malformed glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{glob}` is not a valid glob: {problem}")]
pub struct GlobError {
    /// The glob as written.
    pub glob: String,
    /// The reason, such as `invalid range pattern`.
    pub problem: &'static str,
}

impl Globs {
    pub(crate) fn new<S: AsRef<str>>(globs: &[S]) -> Result<Globs, GlobError> {
        let parsed = globs.iter().map(|glob| {
            let glob = glob.as_ref();
            Pattern::new(glob)
                .map_err(|error| GlobError { glob: glob.to_owned(), problem: error.msg })
        });
        Ok(Globs(parsed.collect::<Result<_, _>>()?))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The indexes of the globs that match a name.
    pub(crate) fn matches(&self, name: &str) -> Vec<usize> {
        let fitting = self.0.iter().enumerate().filter(|(_, glob)| glob.matches(name));
        fitting.map(|(place, _)| place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_whole_names() {
        let globs = Globs::new(&["events_20??_*", "log[0-9]", "audit.*"]).unwrap();
        assert_eq!(globs.matches("events_2024_01"), [0]);
        assert_eq!(globs.matches("log7"), [1]);
        assert_eq!(globs.matches("audit.users"), [2]);
        assert!(globs.matches("events_24_01").is_empty());
    }

    #[test]
    fn a_malformed_glob_is_an_error() {
        let error = Globs::new(&["users", "log[0-"]).unwrap_err();
        assert_eq!(error.to_string(), "`log[0-` is not a valid glob: invalid range pattern");
    }
}
