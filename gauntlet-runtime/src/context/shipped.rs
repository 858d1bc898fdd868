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
use crate::regular_file;

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
    /// The bookkeeping tables that were others, by the engine's settings at the git ref.
    pub(crate) tables: Vec<OtherTable>,
    /// How the history differs from what has shipped.
    pub(crate) changes: Vec<Change>,
    /// The versions that have not shipped, in the order of the history.
    pub(crate) new: Vec<Version>,
    ids: HashSet<String>,
}

/// A bookkeeping table that differs from the one in what has shipped.
#[derive(Debug, Clone)]
pub(crate) struct OtherTable {
    /// The engine that keeps it.
    pub(crate) engine: Arc<dyn Engine>,
    /// The table in what has shipped, as SQL.
    pub(crate) was: String,
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
    tables: Vec<OtherTable>,
    at_git: Option<AtGit>,
}

/// The place of what has shipped in a repository.
struct AtGit {
    repository: Repository,
    commit: String,
    /// The folders from the top of the repository, and as they are shown.
    folders: Vec<(String, PathBuf)>,
}

/// Finds what has shipped.
pub(super) fn find(
    declared: &Shipped,
    settings: &Settings,
    project: &Project,
) -> Result<Found, ShippedError> {
    let lock = match &declared.by {
        ShippedBy::Lock(file) => read_lock(settings, file)?.into_versions(),
        _ => ShippedVersions::default(),
    };
    let parts = settings.engine.parts();
    if parts.is_empty() {
        return find_in(&settings.engine, &project.whole, declared, settings, lock);
    }
    let one_line = match &declared.by {
        ShippedBy::UpTo(version) => Some(version.to_string()),
        _ => declared.folder.as_ref().map(|folder| format!("folder = \"{}\"", folder.display())),
    };
    if let Some(said) = one_line {
        return Err(ShippedError::SeveralHistories { said });
    }
    let mut found = Vec::new();
    for part in parts {
        let (history, lock) = (project.whole.part(&part.name), lock.part(&part.name));
        let one = find_in(&part.engine, &history, declared, settings, lock)?;
        found.push((part.name.clone(), one));
    }
    let mut all = joined(found)?;
    // A line of the lock file of which no history is.
    let unknown = |id: &VersionId| !parts.iter().any(|part| Some(&*part.name) == id.part());
    let lost = lock.records().iter().filter(|record| unknown(&record.version.id));
    all.changes.extend(lost.map(|record| Change::Deleted { record: record.clone() }));
    Ok(all)
}

/// What has shipped of several histories, as of one.
fn joined(parts: Vec<(String, Found)>) -> Result<Found, ShippedError> {
    let origin = parts.first().map(|(_, found)| found.origin.clone()).unwrap_or_default();
    let (mut versions, mut histories) = (Vec::new(), Vec::new());
    let (mut changes, mut new, mut tables) = (Vec::new(), Vec::new(), Vec::new());
    for (name, found) in parts {
        changes.extend(found.changes.into_iter().map(|change| change.in_part(&name)));
        new.extend(found.new.into_iter().map(|version| version.in_part(&name)));
        tables.extend(found.tables);
        histories.extend(found.history.map(|history| (name.clone(), history)));
        versions.push((name, found.versions));
    }
    let history =
        if histories.is_empty() { None } else { Some(History::joined(histories, Vec::new())?) };
    let versions = ShippedVersions::joined(versions);
    let ids = new.iter().map(|version| version.id.to_string()).collect();
    Ok(Found { origin, versions, history, folder: None, moved: false, tables, changes, new, ids })
}

/// Finds what has shipped of one history.
fn find_in(
    engine: &Arc<dyn Engine>,
    history: &History,
    declared: &Shipped,
    settings: &Settings,
    lock: ShippedVersions,
) -> Result<Found, ShippedError> {
    let checksum = |script: &Script| engine.checksum(script);
    let read = match &declared.by {
        ShippedBy::Git(reference) => at_git(reference, declared, engine, settings, history)?,
        ShippedBy::Lock(file) => {
            Read { origin: file.display().to_string(), versions: lock, ..Read::default() }
        }
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
        changes = since_parted(at, changes, &read.versions, engine, history)?;
    }
    let new: Vec<Version> = read.versions.new_of(history, &checksum).into_iter().cloned().collect();
    let ids = new.iter().map(|version| version.id.to_string()).collect();
    let Read { origin, versions, history, folder, moved, tables, .. } = read;
    Ok(Found { origin, versions, history, folder, moved, tables, changes, new, ids })
}

/// Reads a lock file. While the suite is blessed, one that does not exist is empty.
pub(crate) fn read_lock(settings: &Settings, file: &Path) -> Result<Lock, ShippedError> {
    match regular_file::read_to_string(&settings.manifest_dir.join(file)) {
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
    engine: &Arc<dyn Engine>,
    settings: &Settings,
    history: &History,
) -> Result<Read, ShippedError> {
    let today = engine.folders();
    let shown = match &declared.folder {
        Some(folder) => vec![&**folder],
        None => today.clone(),
    };
    if shown.is_empty() {
        let (reference, origin) = (reference.to_owned(), history.origin().to_owned());
        return Err(ShippedError::NoFolder { reference, origin });
    }
    let (mut folders, mut files, mut moved) = (Vec::new(), Vec::new(), false);
    let mut repository_and_commit = None;
    for (place, shown) in shown.into_iter().enumerate() {
        let today = today.get(place).map(|folder| settings.manifest_dir.join(folder));
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
        files.push((shown, files_of(&tree, &folder)?));
        moved |= today.is_some() && folder != repository.prefix();
        folders.push((folder, shown.to_owned()));
        repository_and_commit.get_or_insert((repository, commit));
    }
    let then = engine.read_files(&files)?;
    let Some((repository, commit)) = repository_and_commit else { return Ok(Read::default()) };
    // In a folder that was moved, the settings may have moved too.
    let engine_then = if moved { None } else { engine_at(&repository, &commit, engine)? };
    let versions = match &engine_then {
        None => ShippedVersions::of(&then),
        Some(engine) => {
            ShippedVersions::recorded(&then, &|script: &Script| engine.checksum(script))
        }
    };
    let was = engine_then.map(|engine| engine.table().to_owned());
    let other = was.filter(|was| was != engine.table());
    let other = other.map(|was| OtherTable { engine: Arc::clone(engine), was });
    Ok(Read {
        origin: format!("{reference} ({})", commit.get(..7).unwrap_or(&commit)),
        versions,
        history: Some(then),
        folder: folders.first().map(|(folder, _)| folder.clone()),
        moved,
        tables: other.into_iter().collect(),
        at_git: Some(AtGit { repository, commit, folders }),
    })
}

/// The engine with its settings of a commit; `None` where they are those of today.
fn engine_at(
    repository: &Repository,
    commit: &str,
    engine: &Arc<dyn Engine>,
) -> Result<Option<Arc<dyn Engine>>, ShippedError> {
    let Some(path) = engine.settings_file().and_then(|file| repository.path_of(&file)) else {
        return Ok(None);
    };
    let tree = repository.tree(commit, &path)?;
    let files: Vec<&TreeFile> = tree.files.iter().filter(|file| !file.submodule).collect();
    let text = tree.contents(&files)?.pop();
    let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(engine.with_settings(text.as_deref())?)
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
    let folders: usize = match settings.engine.parts() {
        [] => settings.engine.folders().len(),
        parts => parts.len(),
    };
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
            declared: (folders == 1)
                .then(|| from_crate(repository, &settings.manifest_dir, &moved)),
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
    engine: &Arc<dyn Engine>,
    history: &History,
) -> Result<Vec<Change>, ShippedError> {
    let Some(parted) = at.repository.parted_from(&at.commit)? else { return Ok(changes) };
    if parted == at.commit {
        return Ok(changes);
    }
    let mut files = Vec::new();
    for (folder, shown) in &at.folders {
        files.push((&**shown, files_of(&at.repository.tree(&parted, folder)?, folder)?));
    }
    let then = ShippedVersions::of(&engine.read_files(&files)?);
    let checksum = |script: &Script| engine.checksum(script);
    let since = |change: Change| change.since(&then, shipped, history, &checksum);
    Ok(changes.into_iter().map(since).collect())
}
