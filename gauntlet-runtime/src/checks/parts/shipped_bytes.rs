//! What the bytes and the names of script files show, as findings.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::shipped_changes::list_files;
use crate::context::{Context, ShippedFound};
use crate::engines::Engine;
use crate::finding::{Finding, Help, Language, Severity};
use crate::git::{Attributes, Repository};
use crate::history::shipped::{ByteFault, Shipped, ShippedBy, byte_faults};
use crate::history::{Script, VersionId};

/// The findings about the files of all versions. What concerns shipped files only is a note.
pub(in crate::checks) fn findings(
    cx: &Context<'_>,
    declared: &Shipped,
    found: &ShippedFound,
) -> Vec<Finding> {
    let attributes = FolderAttributes::of_all(cx, declared);
    let matters = matters(cx);
    let pinned = !attributes.is_empty() && attributes.iter().all(|folder| folder.pinned);
    let mut findings = Vec::new();
    let mut has_crlf = false;
    for fault in byte_faults(cx.whole_history()) {
        match fault {
            ByteFault::Crlf { files, mixed } => {
                has_crlf = files.iter().any(|(version, _)| !found.is_new(version));
                if !pinned && matters {
                    findings.push(crlf(found, &files, mixed));
                }
            }
            ByteFault::ByteOrderMark { files } => findings.push(byte_order_mark(found, &files)),
            ByteFault::Case { files } => {
                let title = "the names of files differ only in case: a checkout on macOS or Windows has one of them only";
                let finding = list_files(Finding::failure("names_differ_in_case", title), &files);
                findings.push(finding.help("rename one of them"));
            }
        }
    }
    for folder in attributes {
        findings.extend(folder.notes(matters, has_crlf));
    }
    findings
}

/// Whether the ends of lines are part of the engine's checksum.
fn matters(cx: &Context<'_>) -> bool {
    let own = &cx.settings().engine;
    let differs = |engine: &Arc<dyn Engine>| {
        engine.checksum(&Script::new("a\r\nb")) != engine.checksum(&Script::new("a\nb"))
    };
    match own.parts() {
        [] => differs(own),
        parts => parts.iter().any(|part| differs(&part.engine)),
    }
}

fn of_files(
    kind: &'static str,
    found: &ShippedFound,
    files: &[(VersionId, PathBuf)],
    title: String,
) -> Finding {
    let new = files.iter().any(|(version, _)| found.is_new(version));
    let severity = if new { Severity::Failure } else { Severity::Note };
    let paths: Vec<PathBuf> = files.iter().map(|(_, file)| file.clone()).collect();
    Finding { severity, ..list_files(Finding::failure(kind, title), &paths) }
}

fn crlf(found: &ShippedFound, files: &[(VersionId, PathBuf)], mixed: bool) -> Finding {
    let others = if mixed { ", and others end in LF" } else { "" };
    let title = match files.len() {
        1 => format!("the lines of a script end in CRLF{others}"),
        n => format!("the lines of {n} scripts end in CRLF{others}"),
    };
    of_files("crlf", found, files, title)
        .fact("the checksum is that of the bytes: a checkout with other line ends has a different one")
        .help("save new scripts with LF, and leave shipped ones as they are")
}

fn byte_order_mark(found: &ShippedFound, files: &[(VersionId, PathBuf)]) -> Finding {
    let title = match files.len() {
        1 => "a script begins with a byte order mark".to_owned(),
        n => format!("{n} scripts begin with a byte order mark"),
    };
    of_files("byte_order_mark", found, files, title)
        .fact("PostgreSQL takes it for a part of the first word")
        .help("save new scripts without it, and leave shipped ones as they are")
}

/// The attributes of the folder's scripts in git.
struct FolderAttributes {
    prefix: String,
    extension: String,
    /// Every checkout has the same bytes of every script.
    pinned: bool,
    /// The lock file, from the top of the repository, unless its lines are merged.
    lock: Option<String>,
}

impl FolderAttributes {
    /// Those of every folder of migrations.
    fn of_all(cx: &Context<'_>, declared: &Shipped) -> Vec<FolderAttributes> {
        let folders = cx.settings().engine.folders();
        let found = folders.into_iter().filter_map(|folder| Self::read(cx, declared, folder));
        let mut all: Vec<FolderAttributes> = found.collect();
        // One lock file for all of them.
        for other in all.iter_mut().skip(1) {
            other.lock = None;
        }
        all
    }

    /// `None` where the folder is not in git: then no checkout changes anything.
    fn read(cx: &Context<'_>, declared: &Shipped, folder: &Path) -> Option<FolderAttributes> {
        let settings = cx.settings();
        let repository = Repository::of(&settings.manifest_dir.join(folder), &settings.env).ok()?;
        let prefix = repository.prefix().to_owned();
        let scripts: Vec<String> = cx
            .whole_history()
            .migrations()
            .iter()
            .flat_map(|migration| [Some(migration.up()), migration.down()])
            .flatten()
            .filter_map(|script| {
                let name = script.file()?.strip_prefix(folder).ok()?;
                Some(format!("{prefix}{}", name.display()))
            })
            .collect();
        let extension = scripts.first()?.rsplit_once('.')?.1.to_owned();
        let mut asked = scripts.clone();
        let lock = match &declared.by {
            ShippedBy::Lock(file) => repository.path_of(&settings.manifest_dir.join(file)),
            _ => None,
        };
        asked.extend(lock.clone());
        let found = repository.attributes(&asked).ok()?;
        let (of_scripts, of_lock) = found.split_at(scripts.len());
        let pinned = of_scripts.iter().all(|attributes| attributes.pins_line_ends);
        let merges = of_lock.iter().all(|attributes: &Attributes| attributes.merges_lines);
        Some(FolderAttributes { prefix, extension, pinned, lock: lock.filter(|_| !merges) })
    }

    fn notes(&self, matters: bool, has_crlf: bool) -> Vec<Finding> {
        const TO_ADD: &str = "add to .gitattributes in the top folder of the repository";
        let mut notes = Vec::new();
        if matters && !self.pinned {
            let title =
                format!("git may change the line ends of *.{} at a checkout", self.extension);
            let rule = if has_crlf { "-text" } else { "text eol=lf" };
            let line = format!("{}*.{} {rule}", self.prefix, self.extension);
            let mut note = Finding::note("line_ends_not_pinned", title);
            note.help.push(Help::code(TO_ADD, Language::Text, line));
            notes.push(note);
        }
        if let Some(lock) = &self.lock {
            let title = format!("two branches that add versions to {lock} conflict");
            let mut note = Finding::note("lock_conflicts", title);
            let line = format!("{lock} merge=union");
            note.help.push(Help::code(TO_ADD, Language::Text, line));
            notes.push(note);
        }
        notes
    }
}
