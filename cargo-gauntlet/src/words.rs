//! The values of settings that have several forms.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use gauntlet_runtime::engines::{Engine, IntoEngine, merged};
use gauntlet_runtime::history::VersionId;
use gauntlet_runtime::history::shipped::{self, Shipped};
use serde::Deserialize;

/// One value, or a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T> OneOrMore<T> {
    pub(crate) fn into_vec(self) -> Vec<T> {
        match self {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(more) => more,
        }
    }
}

/// A version as a file of settings has it: a number or a text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Version {
    Number(i64),
    Text(String),
}

impl From<Version> for VersionId {
    fn from(version: Version) -> VersionId {
        match version {
            Version::Number(number) => number.into(),
            Version::Text(text) => version_id(&text),
        }
    }
}

/// A version as a person types it.
pub(crate) fn version_id(text: &str) -> VersionId {
    text.parse::<i64>().map_or_else(|_| text.into(), VersionId::from)
}

/// The migrations: a folder, several histories, or folders that are one line.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a folder, a list of folders, or { merged = [...] } with folders that are deployed as one"
)]
pub(crate) enum Migrations {
    One(PathBuf),
    Several(Vec<PathBuf>),
    Merged { merged: Vec<PathBuf> },
}

impl Migrations {
    pub(crate) fn folders(&mut self) -> &mut [PathBuf] {
        match self {
            Migrations::One(folder) => std::slice::from_mut(folder),
            Migrations::Several(folders) | Migrations::Merged { merged: folders } => folders,
        }
    }
}

impl fmt::Display for Migrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folders = match self {
            Migrations::One(folder) => std::slice::from_ref(folder),
            Migrations::Several(folders) | Migrations::Merged { merged: folders } => folders,
        };
        let folders: Vec<String> = folders.iter().map(|f| f.display().to_string()).collect();
        f.write_str(&folders.join(", "))
    }
}

impl IntoEngine for Migrations {
    fn into_engine(self) -> Arc<dyn Engine> {
        match self {
            Migrations::One(folder) => folder.into_engine(),
            Migrations::Several(folders) => folders.into_engine(),
            Migrations::Merged { merged: folders } => merged(folders).into_engine(),
        }
    }
}

/// What has shipped: everything at or below a version, or what git or a lock file has.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a version, or a table with `git` or `lock`, and perhaps `healed` and `folder`"
)]
pub(crate) enum ShippedWords {
    UpTo(Version),
    At(ShippedAt),
}

/// What git or a lock file has.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ShippedAt {
    pub(crate) git: Option<String>,
    pub(crate) lock: Option<PathBuf>,
    pub(crate) healed: Vec<Version>,
    pub(crate) folder: Option<PathBuf>,
}

impl ShippedWords {
    pub(crate) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let (lock, folder) = match self {
            ShippedWords::UpTo(_) => (None, None),
            ShippedWords::At(at) => (at.lock.as_mut(), at.folder.as_mut()),
        };
        lock.into_iter().chain(folder)
    }
}

impl From<ShippedWords> for Shipped {
    fn from(words: ShippedWords) -> Shipped {
        let at = match words {
            ShippedWords::UpTo(version) => return VersionId::from(version).into(),
            ShippedWords::At(at) => at,
        };
        let mut shipped = match (at.git, at.lock) {
            (_, Some(file)) => shipped::lock(file),
            (reference, None) => shipped::git(reference.unwrap_or_default()),
        };
        shipped.folder = at.folder;
        shipped.healed(at.healed.into_iter().map(VersionId::from))
    }
}
