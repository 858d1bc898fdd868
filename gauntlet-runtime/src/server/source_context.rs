//! The environment and the places on the disk that a source may read, as a value.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::env::Env;

/// The environment and the places on the disk that a [`Source`](super::Source) may read while it resolves.
///
/// A suite gives it the environment of its process. A context that is built by hand has no variables until
/// [`with_environment`](Self::with_environment) sets them; the programs of an embedded server get the same variables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SourceContext {
    manifest_dir: Option<PathBuf>,
    environment: Env,
    system_root: Option<PathBuf>,
}

impl SourceContext {
    /// A context for the crate whose `Cargo.toml` is in `manifest_dir`; `node_modules` is searched there
    /// and in every directory above.
    pub fn new(manifest_dir: impl Into<PathBuf>) -> Self {
        Self { manifest_dir: Some(manifest_dir.into()), ..Self::default() }
    }

    /// Sets the environment: these variables and no others.
    #[must_use]
    #[doc(hidden)]
    pub fn with_environment<K, V>(mut self, variables: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        let add = |env: Env, (name, value)| env.var(name, value);
        self.environment = variables.into_iter().fold(Env::empty(), add);
        self
    }

    /// Sets the environment.
    pub(crate) fn with_env(mut self, env: &Env) -> Self {
        self.environment = env.clone();
        self
    }

    /// Searches well-known places (`/usr/lib/postgresql`, …) below `root` instead of `/`.
    #[must_use]
    #[doc(hidden)]
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
        self.environment.get(name).map(OsStr::to_owned)
    }

    /// The environment.
    pub(super) fn environment(&self) -> &Env {
        &self.environment
    }

    /// A well-known absolute path, below the system root of this context.
    pub(super) fn system_path(&self, path: &str) -> PathBuf {
        match &self.system_root {
            Some(root) => root.join(path.trim_start_matches('/')),
            None => PathBuf::from(path),
        }
    }
}
