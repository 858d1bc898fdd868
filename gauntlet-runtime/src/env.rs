//! The environment and the arguments of a process, as a plain value. Nothing else in this crate reads them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

/// The environment variables, the arguments and the program file that a run may read.
///
/// [`Env::process`] is those of this process. Others are built by hand, so that what depends on them can be tested without
/// changing the process.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Env {
    variables: BTreeMap<OsString, OsString>,
    arguments: Vec<OsString>,
    program: Option<PathBuf>,
}

/// The values of variables may be secrets.
impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&OsString> = self.variables.keys().collect();
        let (arguments, program) = (&self.arguments, &self.program);
        f.debug_struct("Env")
            .field("variables", &names)
            .field("arguments", arguments)
            .field("program", program)
            .finish()
    }
}

impl Env {
    /// No variables, no arguments, no program.
    pub fn empty() -> Env {
        Env::default()
    }

    /// The environment and the arguments of this process, as they are now.
    pub fn process() -> Env {
        Env {
            variables: std::env::vars_os().collect(),
            arguments: std::env::args_os().skip(1).collect(),
            program: std::env::current_exe().ok(),
        }
    }

    /// Adds the variables of the `.env` in this folder, or else in the nearest folder above it, as sqlx does: those that are
    /// set already stay, and a line that cannot be read ends the file.
    #[must_use]
    pub fn with_dotenv(mut self, folder: &Path) -> Env {
        let file = folder.ancestors().map(|folder| folder.join(".env")).find(|file| file.is_file());
        let lines = file.and_then(|file| dotenvy::from_path_iter(file).ok());
        for (name, value) in lines.into_iter().flatten().map_while(Result::ok) {
            self.variables.entry(name.into()).or_insert_with(|| value.into());
        }
        self
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

    /// All variables.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The absolute paths in a variable such as `PATH`. A relative one would mean another directory in every crate.
    pub(crate) fn paths(&self, name: &str) -> Vec<PathBuf> {
        let paths = self.get(name).unwrap_or_default();
        std::env::split_paths(paths).filter(|path| path.is_absolute()).collect()
    }

    /// The file of the running program, if the system knows it.
    pub(crate) fn program(&self) -> Option<&Path> {
        self.program.as_deref()
    }

    /// `GAUNTLET_BLESS`: `up_to_date` writes the model's SQL file from head.
    pub fn bless(&self) -> bool {
        self.is_on("GAUNTLET_BLESS")
    }

    /// `GAUNTLET_KEEP`: the database of a failed test stays.
    pub fn keep(&self) -> bool {
        self.is_on("GAUNTLET_KEEP")
    }

    /// `GAUNTLET_INSTALL`: a PostgreSQL may be installed on a machine that has none.
    pub fn install(&self) -> bool {
        self.is_on("GAUNTLET_INSTALL")
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

    /// Returns true if libtest shows the output of tests as they run.
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
    use super::*;

    #[test]
    fn an_environment_is_built_by_hand() {
        let env =
            Env::empty().var("GAUNTLET_KEEP", "1").var("GAUNTLET_BLESS", "0").arg("--nocapture");
        assert!(env.keep() && !env.bless() && env.uncaptured());
        assert_eq!(Env::empty().var("NEXTEST_RUN_ID", "").nextest_run(), None);
        let run = Env::empty().var("NEXTEST_RUN_ID", "a").nextest_run();
        assert_eq!(run, Some(("a".to_owned(), String::new())));
        let paths = Env::empty().var("PATH", "/usr/bin:bin:/bin").paths("PATH");
        assert_eq!(paths, [Path::new("/usr/bin"), Path::new("/bin")]);
    }

    #[test]
    fn a_dotenv_file_fills_what_is_not_set() {
        let folder = std::env::temp_dir().join(format!("gauntlet-dotenv-{}", std::process::id()));
        let inner = folder.join("crate");
        std::fs::create_dir_all(&inner).unwrap();
        let text =
            "# a comment\nDATABASE_URL='postgres:///shop'\nexport SET=no\n=broken\nLATER=1\n";
        std::fs::write(folder.join(".env"), text).unwrap();
        let env = Env::empty().var("SET", "yes").with_dotenv(&inner);
        assert_eq!(env.get("DATABASE_URL").unwrap(), "postgres:///shop");
        assert_eq!(env.get("SET").unwrap(), "yes");
        assert_eq!(env.get("LATER"), None);
        std::fs::write(inner.join(".env"), "").unwrap();
        assert_eq!(Env::empty().with_dotenv(&inner), Env::empty());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
