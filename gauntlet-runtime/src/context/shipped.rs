//! What has shipped, found once a suite, and what is new.
//!
//! The rule of what is new is [`ShippedVersions::new_of`]; every check that judges only what is new asks
//! `Context::shipped` for it.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::project::Project;
use super::settings::Settings;
use crate::engines::Engine;
use crate::git::{GitError, Repository, Tree, TreeFile};
use crate::history::shipped::{Change, Lock, Shipped, ShippedBy, ShippedError, ShippedVersions};
use crate::history::{History, Script, SourceFile, Version, VersionId};

/// What has shipped of a suite's history, and what follows from it.
#[derive(Debug)]
pub(crate) struct Found {
    /// Where it was found, as it stands in messages: `origin/main (1a2b3c4)`, `migrations/gauntlet.lock`.
    pub(crate) origin: String,
    /// The versions that have shipped.
    pub(crate) versions: ShippedVersions,
    /// The history at the git ref, with the texts of its scripts.
    pub(crate) history: Option<History>,
    /// The path of the migrations at the git ref, from the top of the repository, with a `/` at its end.
    pub(crate) folder: Option<String>,
    /// The folder had another name at the git ref.
    pub(crate) moved: bool,
    /// The bookkeeping table, by the engine's settings at the git ref.
    pub(crate) table: Option<String>,
    /// How the history differs from what has shipped.
    pub(crate) changes: Vec<Change>,
    /// The versions that have not shipped, in the order of the history.
    pub(crate) new: Vec<Version>,
    ids: HashSet<String>,
}

impl Found {
    /// Whether a version is new.
    pub(crate) fn is_new(&self, version: &VersionId) -> bool {
        self.ids.contains(&version.to_string())
    }
}

/// What was read of what has shipped.
#[derive(Default)]
struct Read {
    origin: String,
    versions: ShippedVersions,
    history: Option<History>,
    folder: Option<String>,
    moved: bool,
    table: Option<String>,
    at_git: Option<AtGit>,
}

/// The place of what has shipped in a repository.
struct AtGit {
    repository: Repository,
    commit: String,
    folder: String,
}

/// Finds what has shipped.
pub(super) fn find(
    declared: &Shipped,
    settings: &Settings,
    project: &Project,
) -> Result<Found, ShippedError> {
    let history = &*project.history;
    let engine = &settings.engine;
    let checksum = |script: &Script| engine.checksum(script);
    let read = match &declared.by {
        ShippedBy::Git(reference) => at_git(reference, declared, settings, history)?,
        ShippedBy::Lock(file) => Read {
            origin: file.display().to_string(),
            versions: read_lock(settings, file)?.into_versions(),
            ..Read::default()
        },
        ShippedBy::UpTo(version) => Read {
            origin: format!("version {version}"),
            versions: ShippedVersions::up_to(history, version),
            ..Read::default()
        },
    };
    let mut changes = read.versions.changes(history, &checksum);
    if let Some(at) = &read.at_git
        && changes.iter().any(Change::may_be_behind)
    {
        changes = since_parted(at, changes, &read.versions, settings, history)?;
    }
    let new: Vec<Version> = read.versions.new_of(history, &checksum).into_iter().cloned().collect();
    let ids = new.iter().map(|version| version.id.to_string()).collect();
    let Read { origin, versions, history, folder, moved, table, .. } = read;
    Ok(Found { origin, versions, history, folder, moved, table, changes, new, ids })
}

/// Reads a lock file. While the suite is blessed, one that does not exist is empty.
pub(crate) fn read_lock(settings: &Settings, file: &Path) -> Result<Lock, ShippedError> {
    match std::fs::read_to_string(settings.manifest_dir.join(file)) {
        Ok(text) => Lock::parse(&text, file),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if settings.bless {
                Ok(Lock::default())
            } else {
                Err(ShippedError::NoLock { file: file.to_owned() })
            }
        }
        Err(source) => Err(ShippedError::File { what: "read", file: file.to_owned(), source }),
    }
}

/// Reads the migrations at the tip of a ref.
fn at_git(
    reference: &str,
    declared: &Shipped,
    settings: &Settings,
    history: &History,
) -> Result<Read, ShippedError> {
    let Some(shown) = declared.folder.as_deref().or(settings.engine.folder()) else {
        let (reference, origin) = (reference.to_owned(), history.origin().to_owned());
        return Err(ShippedError::NoFolder { reference, origin });
    };
    let today = settings.engine.folder().map(|folder| settings.manifest_dir.join(folder));
    let repository =
        Repository::of(today.as_deref().unwrap_or(&settings.manifest_dir), &settings.env)?;
    let folder = match &declared.folder {
        None => repository.prefix().to_owned(),
        Some(folder) => from_top(&repository, &settings.manifest_dir, folder)?,
    };
    let commit = repository.commit(reference)?;
    let tree = repository.tree(&commit, &folder)?;
    in_submodule(reference, &folder, &tree)?;
    if tree.files.is_empty() && !folder.is_empty() {
        absent(reference, &folder, declared, &repository, &commit, settings, history)?;
    }
    let files = files_of(&tree, &folder)?;
    let then = settings.engine.read_files(shown, &files)?;
    let moved = today.is_some() && folder != repository.prefix();
    // In a folder that was moved, the settings may have moved too.
    let engine = if moved { None } else { engine_at(&repository, &commit, settings)? };
    let versions = match &engine {
        None => ShippedVersions::of(&then),
        Some(engine) => {
            ShippedVersions::recorded(&then, &|script: &Script| engine.checksum(script))
        }
    };
    Ok(Read {
        origin: format!("{reference} ({})", commit.get(..7).unwrap_or(&commit)),
        versions,
        history: Some(then),
        folder: Some(folder.clone()),
        moved,
        table: engine.map(|engine| engine.table().to_owned()),
        at_git: Some(AtGit { repository, commit, folder }),
    })
}

/// The engine with its settings of a commit; `None` where they are those of today.
fn engine_at(
    repository: &Repository,
    commit: &str,
    settings: &Settings,
) -> Result<Option<Arc<dyn Engine>>, ShippedError> {
    let Some(path) = settings.engine.settings_file().and_then(|file| repository.path_of(&file))
    else {
        return Ok(None);
    };
    let tree = repository.tree(commit, &path)?;
    let files: Vec<&TreeFile> = tree.files.iter().filter(|file| !file.submodule).collect();
    let text = tree.contents(&files)?.pop();
    let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(settings.engine.with_settings(text.as_deref())?)
}

/// The files of a tree, with their paths from a folder of it.
fn files_of(tree: &Tree, folder: &str) -> Result<Vec<SourceFile>, GitError> {
    let files: Vec<&TreeFile> = tree.files.iter().filter(|file| !file.submodule).collect();
    let contents = tree.contents(&files)?;
    let name = |file: &TreeFile| file.path.strip_prefix(folder).unwrap_or(&file.path).to_owned();
    Ok(files.iter().zip(contents).map(|(file, bytes)| SourceFile::new(name(file), bytes)).collect())
}

/// The folder from the top of the repository, with a `/` at its end.
fn from_top(repository: &Repository, crate_dir: &Path, folder: &Path) -> Result<String, GitError> {
    let crate_dir = crate_dir.canonicalize().unwrap_or_else(|_| crate_dir.to_owned());
    let mut path = PathBuf::new();
    for part in crate_dir.join(folder).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            part => path.push(part),
        }
    }
    match path.strip_prefix(repository.top()) {
        Ok(rest) if rest.as_os_str().is_empty() => Ok(String::new()),
        Ok(rest) => Ok(format!("{}/", rest.display())),
        Err(_) => Err(GitError::NoRepository {
            folder: path,
            said: format!("it is outside of {}", repository.top().display()),
        }),
    }
}

/// Checks that a folder is not in a submodule of a tree, whose files are elsewhere.
fn in_submodule(reference: &str, folder: &str, tree: &Tree) -> Result<(), GitError> {
    let inside =
        |file: &&TreeFile| file.submodule && folder.starts_with(&format!("{}/", file.path));
    let Some(outer) = tree.files.iter().find(inside) else { return Ok(()) };
    Err(GitError::Submodule {
        reference: reference.to_owned(),
        folder: folder.trim_end_matches('/').to_owned(),
        submodule: outer.path.clone(),
    })
}

/// Why a folder does not exist at a commit; no error where the project had no migrations then.
fn absent(
    reference: &str,
    folder: &str,
    declared: &Shipped,
    repository: &Repository,
    commit: &str,
    settings: &Settings,
    history: &History,
) -> Result<(), ShippedError> {
    let all = repository.tree(commit, "")?;
    in_submodule(reference, folder, &all)?;
    let (reference, shown) = (reference.to_owned(), folder.trim_end_matches('/').to_owned());
    if declared.folder.is_some() {
        return Err(ShippedError::NoSuchFolder { reference, folder: shown });
    }
    let names: HashSet<String> = history
        .migrations()
        .iter()
        .filter_map(|m| Some(m.up().file()?.file_name()?.to_string_lossy().into_owned()))
        .collect();
    let mut elsewhere: Vec<(String, usize)> = Vec::new();
    for file in &all.files {
        let (parent, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        if !names.contains(name) {
            continue;
        }
        match elsewhere.iter_mut().find(|(known, _)| known == parent) {
            Some((_, count)) => *count += 1,
            None => elsewhere.push((parent.to_owned(), 1)),
        }
    }
    match elsewhere.into_iter().max_by_key(|(_, count)| *count) {
        Some((moved, _)) => Err(ShippedError::Moved {
            declared: from_crate(repository, &settings.manifest_dir, &moved),
            reference,
            folder: shown,
            moved: if moved.is_empty() { "the top folder".to_owned() } else { moved },
        }),
        None => Ok(()),
    }
}

/// A folder from the top of the repository, as seen from the crate.
fn from_crate(repository: &Repository, crate_dir: &Path, folder: &str) -> String {
    let crate_dir = crate_dir.canonicalize().unwrap_or_else(|_| crate_dir.to_owned());
    let from = crate_dir.strip_prefix(repository.top()).unwrap_or(Path::new(""));
    let (mut from, mut to) =
        (from.components().peekable(), Path::new(folder).components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(to).collect();
    if path.as_os_str().is_empty() { ".".to_owned() } else { path.display().to_string() }
}

/// The changes, with those that the tested branch has not made as such.
fn since_parted(
    at: &AtGit,
    changes: Vec<Change>,
    shipped: &ShippedVersions,
    settings: &Settings,
    history: &History,
) -> Result<Vec<Change>, ShippedError> {
    let Some(parted) = at.repository.parted_from(&at.commit)? else { return Ok(changes) };
    if parted == at.commit {
        return Ok(changes);
    }
    let files = files_of(&at.repository.tree(&parted, &at.folder)?, &at.folder)?;
    let shown = settings.engine.folder().unwrap_or(Path::new(""));
    let then = ShippedVersions::of(&settings.engine.read_files(shown, &files)?);
    let checksum = |script: &Script| settings.engine.checksum(script);
    let since = |change: Change| change.since(&then, shipped, history, &checksum);
    Ok(changes.into_iter().map(since).collect())
}
