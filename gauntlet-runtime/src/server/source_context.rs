//! The environment and the places on the disk that a source may read, as a value.

use std::ffi::{OsStr, OsString};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::env::Env;
use crate::sink::Sink;

/// The environment and the places on the disk that a [`Source`](super::Source) may read while it resolves.
///
/// A suite gives it the environment of its process. A context that is built by hand has no variables until
/// [`with_environment`](Self::with_environment) sets them; the programs of an embedded server get the same variables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SourceContext {
    manifest_dir: Option<PathBuf>,
    environment: Env,
    system_root: Option<PathBuf>,
    lines: Lines,
}

/// The place for lines about work that takes long. Contexts that differ in nothing else are equal: they lead to one server.
#[derive(Debug, Clone, Default)]
struct Lines(Option<Arc<dyn Sink>>);

impl PartialEq for Lines {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Lines {}

impl Hash for Lines {
    fn hash<H: Hasher>(&self, _: &mut H) {}
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

    /// Sets the place for lines about work that takes long, such as the installation of a server.
    #[must_use]
    #[doc(hidden)]
    pub fn with_sink(mut self, sink: Arc<dyn Sink>) -> Self {
        self.lines = Lines(Some(sink));
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

    /// Writes a line that stays, with a line feed at its end.
    pub(super) fn report(&self, line: &str) {
        if let Some(sink) = &self.lines.0 {
            sink.report(line);
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
