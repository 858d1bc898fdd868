//! The environment and the arguments of a process, as a plain value. Nothing else in this crate reads them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// The environment variables and arguments that a run may read.
///
/// [`Env::process`] is those of this process. Others are built by hand, so that what depends on them can be tested without
/// changing the process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Env {
    variables: BTreeMap<OsString, OsString>,
    arguments: Vec<OsString>,
}

impl Env {
    /// No variables and no arguments.
    pub fn empty() -> Env {
        Env::default()
    }

    /// The environment and the arguments of this process, as they are now.
    pub fn process() -> Env {
        Env {
            variables: std::env::vars_os().collect(),
            arguments: std::env::args_os().skip(1).collect(),
        }
    }

    /// Sets a variable.
    #[must_use]
    pub fn var(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Env {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Env {
        self.arguments.push(argument.into());
        self
    }

    /// The value of a variable; an empty one counts as not set.
    pub fn get(&self, name: impl AsRef<OsStr>) -> Option<&OsStr> {
        let value = self.variables.get(name.as_ref()).map(OsString::as_os_str);
        value.filter(|value| !value.is_empty())
    }

    /// The names of all variables.
    pub(crate) fn names(&self) -> impl Iterator<Item = &OsStr> {
        self.variables.keys().map(OsString::as_os_str)
    }

    /// `GAUNTLET_BLESS`: `up_to_date` writes the model's SQL file from head.
    pub fn bless(&self) -> bool {
        self.is_on("GAUNTLET_BLESS")
    }

    /// `GAUNTLET_KEEP`: the database of a failed test stays.
    pub fn keep(&self) -> bool {
        self.is_on("GAUNTLET_KEEP")
    }

    /// `GAUNTLET_HINTS`: a suite with no more than the defaults says what else it could find. `0` turns that off.
    pub fn hints(&self) -> bool {
        self.get("GAUNTLET_HINTS").is_none_or(|value| value != "0")
    }

    /// A file to which a front end appends, such as `GAUNTLET_JSON`.
    pub fn file(&self, variable: &str) -> Option<PathBuf> {
        self.get(variable).map(PathBuf::from)
    }

    /// The run of nextest that this process belongs to, and its round of a stress test.
    pub fn nextest_run(&self) -> Option<(String, String)> {
        let text = |name| self.get(name).and_then(OsStr::to_str).map(str::to_owned);
        let round = text("NEXTEST_STRESS_CURRENT").unwrap_or_default();
        Some((text("NEXTEST_RUN_ID")?, round))
    }

    /// Whether libtest shows the output of tests as they run.
    pub fn uncaptured(&self) -> bool {
        let flag = |argument: &OsString| argument == "--nocapture" || argument == "--no-capture";
        let variable = self.variables.get(OsStr::new("RUST_TEST_NOCAPTURE"));
        self.arguments.iter().any(flag) || variable.is_some_and(|value| value != "0")
    }

    fn is_on(&self, variable: &str) -> bool {
        self.get(variable).is_some_and(|value| value != "0")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn an_environment_is_built_by_hand() {
        let env =
            Env::empty().var("GAUNTLET_KEEP", "1").var("GAUNTLET_BLESS", "0").arg("--nocapture");
        assert!(env.keep() && !env.bless() && env.uncaptured());
        assert_eq!(Env::empty().var("NEXTEST_RUN_ID", "").nextest_run(), None);
        let run = Env::empty().var("NEXTEST_RUN_ID", "a").nextest_run();
        assert_eq!(run, Some(("a".to_owned(), String::new())));
    }

    #[test]
    fn no_other_file_reads_the_environment_or_the_arguments() {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut readers = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("src/env.rs") {
                    let text = std::fs::read_to_string(&path).unwrap_or_default();
                    if ["env::var", "env::args"].iter().any(|call| text.contains(call)) {
                        readers.push(path);
                    }
                }
            }
        }
        assert!(readers.is_empty(), "these read the environment or the arguments: {readers:?}");
    }
}
