//! The declaration of what has shipped.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::history::VersionId;

/// What a suite declares to have shipped (`shipped = ...`): what some deployed database has applied already.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shipped {
    /// Where to find what has shipped.
    #[doc(hidden)]
    pub by: ShippedBy,
    /// The folder of the migrations at the git ref, relative to the crate, where that is another one than today's.
    #[doc(hidden)]
    pub folder: Option<PathBuf>,
    /// The versions that were changed on purpose, and whose checksums are corrected in every deployed database.
    #[doc(hidden)]
    pub healed: Vec<VersionId>,
}

/// Where to find what has shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShippedBy {
    /// The migrations at a git ref: a branch, a tag, a commit.
    Git(String),
    /// A lock file, relative to the crate.
    Lock(PathBuf),
    /// Every version at or below this one.
    UpTo(VersionId),
}

/// The migrations at the tip of a git ref have shipped: `git("origin/main")`, `git("v1.2.0")`.
pub fn git(reference: impl Into<String>) -> Shipped {
    Shipped::by(ShippedBy::Git(reference.into()))
}

/// The versions that a lock file lists have shipped: `lock("migrations/gauntlet.lock")`. `GAUNTLET_BLESS=1` adds to it.
pub fn lock(file: impl AsRef<Path>) -> Shipped {
    Shipped::by(ShippedBy::Lock(file.as_ref().to_owned()))
}

impl Shipped {
    fn by(by: ShippedBy) -> Shipped {
        Shipped { by, folder: None, healed: Vec::new() }
    }

    /// The folder of the migrations at the git ref, relative to the crate. Default: the folder of today.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Shipped {
        self.folder = Some(folder.into());
        self
    }

    /// Versions whose scripts were changed on purpose after they had shipped. They are notes then. Default: none.
    #[must_use]
    pub fn healed(mut self, versions: impl IntoIterator<Item = impl Into<VersionId>>) -> Shipped {
        self.healed.extend(versions.into_iter().map(Into::into));
        self
    }

    /// Whether this version is declared to be healed.
    #[doc(hidden)]
    pub fn heals(&self, version: &VersionId) -> bool {
        self.healed.iter().any(|healed| version.matches(healed))
    }
}

/// In the syntax of the attribute: `git("origin/main")`.
impl fmt::Display for ShippedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShippedBy::Git(reference) => write!(f, "git(\"{reference}\")"),
            ShippedBy::Lock(file) => write!(f, "lock(\"{}\")", file.display()),
            ShippedBy::UpTo(version) => write!(f, "{version}"),
        }
    }
}

macro_rules! up_to {
    ($($version:ty),*) => { $(
        /// Every version at or below this one has shipped.
        impl From<$version> for Shipped {
            fn from(version: $version) -> Shipped {
                Shipped::by(ShippedBy::UpTo(version.into()))
            }
        }
    )* };
}

up_to!(VersionId, i64, i32, &str, String);
