//! The declaration that versions have no way back.

use super::VersionId;

/// The versions that are declared to have no way back (`irreversible = ...`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Irreversible {
    /// None: every version has to be reversible. The default.
    #[default]
    None,
    /// Every version of the history.
    All,
    /// These versions.
    Versions(Vec<VersionId>),
}

impl Irreversible {
    /// Exactly these versions.
    pub fn versions(versions: impl IntoIterator<Item = impl Into<VersionId>>) -> Irreversible {
        Irreversible::Versions(versions.into_iter().map(Into::into).collect())
    }

    /// Returns true if this version is declared irreversible.
    #[doc(hidden)]
    pub fn contains(&self, version: &VersionId) -> bool {
        match self {
            Irreversible::None => false,
            Irreversible::All => true,
            Irreversible::Versions(versions) => versions.iter().any(|v| version.matches(v)),
        }
    }
}
