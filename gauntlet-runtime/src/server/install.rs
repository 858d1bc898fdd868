//! The installation of a PostgreSQL that a person asks for, which consents to it.

use std::path::PathBuf;

use super::error::ServerError;
use super::source_context::SourceContext;

/// The binaries of a PostgreSQL on this machine.
#[doc(hidden)]
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Installed {
    /// The version, such as `17.10`.
    pub version: String,
    /// The directory with `postgres` and `initdb`.
    pub directory: PathBuf,
    /// True if it was found, and not installed just now.
    pub found: bool,
}

/// Installs a PostgreSQL of this major version, or of the newest that is tested, unless the machine has one.
///
/// # Errors
///
/// When the version is not supported, or no package client of this machine brings it.
#[doc(hidden)]
#[cfg(all(unix, not(gauntlet_no_embedded)))]
pub async fn install(
    version: Option<u32>,
    context: &SourceContext,
) -> Result<Installed, ServerError> {
    super::local::install(version, context).await
}

/// Installs nothing: the embedded server needs a Unix system.
///
/// # Errors
///
/// Always.
#[doc(hidden)]
#[cfg(not(all(unix, not(gauntlet_no_embedded))))]
pub async fn install(
    _version: Option<u32>,
    _context: &SourceContext,
) -> Result<Installed, ServerError> {
    Err(ServerError::NoEmbedded)
}
