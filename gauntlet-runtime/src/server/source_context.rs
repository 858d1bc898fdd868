//! What a source may look at: the environment and the places on the disk, as a value.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::env::Env;

/// What a [`Source`](super::Source) may look at while it resolves.
///
/// By default the environment of this process and the root of the file system. Both can be replaced, so that
/// discovery can be tested without changing the process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SourceContext {
    manifest_dir: Option<PathBuf>,
    environment: Option<Env>,
    system_root: Option<PathBuf>,
}

impl SourceContext {
    /// A context for the crate whose `Cargo.toml` lies in `manifest_dir`; `node_modules` is looked for there
    /// and in every directory above.
    pub fn new(manifest_dir: impl Into<PathBuf>) -> Self {
        Self { manifest_dir: Some(manifest_dir.into()), ..Self::default() }
    }

    /// Takes these variables instead of the environment of the process.
    #[must_use]
    pub fn with_environment<K, V>(mut self, variables: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        let add = |env: Env, (name, value)| env.var(name, value);
        self.environment = Some(variables.into_iter().fold(Env::empty(), add));
        self
    }

    /// Takes the variables of this environment instead of those of the process.
    pub(crate) fn with_env(mut self, env: &Env) -> Self {
        self.environment = Some(env.clone());
        self
    }

    /// Looks for well-known places (`/usr/lib/postgresql`, …) below `root` instead of `/`.
    #[must_use]
    pub fn with_system_root(mut self, root: impl Into<PathBuf>) -> Self {
        self.system_root = Some(root.into());
        self
    }

    /// The directory of the crate under test, if it is known.
    pub fn manifest_dir(&self) -> Option<&Path> {
        self.manifest_dir.as_deref()
    }

    /// The value of an environment variable; an empty one counts as not set.
    pub fn var_os(&self, name: impl AsRef<OsStr>) -> Option<OsString> {
        match &self.environment {
            Some(env) => env.get(name).map(OsStr::to_owned),
            None => Env::process().get(name).map(OsStr::to_owned),
        }
    }

    /// A well-known absolute path, below the system root of this context.
    pub(super) fn system_path(&self, path: &str) -> PathBuf {
        match &self.system_root {
            Some(root) => root.join(path.trim_start_matches('/')),
            None => PathBuf::from(path),
        }
    }
}
