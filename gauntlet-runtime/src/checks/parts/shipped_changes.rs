//! What has changed since it has shipped, as findings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::context::{Context, ShippedFound};
use crate::engines::engine_of;
use crate::finding::{DeclaredValue, Fact, Finding, Help, Language};
use crate::history::shipped::{Change, Edit, Numbers, Record, Shipped, ShippedBy, ShippedScript};
use crate::history::{Migration, Script, Version, VersionId};
use crate::sql::Position;

/// The findings and notes about all changes.
pub(in crate::checks) fn findings(
    cx: &Context<'_>,
    declared: &Shipped,
    found: &ShippedFound,
) -> Vec<Finding> {
    let words = Words { cx, declared, found };
    let mut numbers = Numbers::free(cx.whole_history(), &found.versions);
    let mut findings = Vec::new();
    let mut cosmetic: BTreeMap<&'static str, Vec<&Change>> = BTreeMap::new();
    let mut downs = Vec::new();
    let mut behind: Vec<(&Record, bool)> = Vec::new();
    for change in &found.changes {
        match change {
            Change::UpEdited { version, .. } | Change::Layout { version, .. }
                if declared.heals(&version.id) =>
            {
                findings.push(words.healed(change));
            }
            // The findings about settings say so.
            Change::UpEdited { edit: Edit::Nothing, .. } => {}
            Change::UpEdited { edit, .. } if edit.is_cosmetic() => {
                cosmetic.entry(only(*edit)).or_default().push(change);
            }
            Change::UpEdited { version, edit, was, .. } => {
                findings.push(words.edited(change, version, *edit, was));
            }
            Change::DownEdited { .. } => downs.push(change),
            Change::Deleted { record } => findings.push(words.deleted(change, record)),
            Change::Renumbered { record, now } => {
                findings.push(words.renumbered(change, record, now));
            }
            Change::Renamed { was, now } => findings.push(words.renamed(was, now)),
            Change::Layout { version, reversible } => {
                findings.push(words.layout(change, version, *reversible));
            }
            Change::NumberTaken { version, by } => {
                let title = format!("{version} has the number of {by}, which has shipped");
                let finding = Finding::failure("number_taken", title);
                findings.push(words.on_top(finding, change, version, numbers.take(&version.id)));
            }
            Change::Late { version, head, .. } => {
                let title = format!("{version} is new and lies below {head}, which has shipped");
                let finding = Finding::failure("late_version", title);
                findings.push(words.on_top(finding, change, version, numbers.take(&version.id)));
            }
            Change::Behind { record, older } => {
                if !behind.iter().any(|(known, _)| known.version == record.version) {
                    behind.push((record, *older));
                }
            }
        }
    }
    findings.extend(cosmetic.into_iter().map(|(only, changes)| words.cosmetic(only, &changes)));
    findings.extend(words.downs(&downs));
    findings.extend(words.behind(&behind));
    findings.extend(words.idle_heals());
    findings
}

fn only(edit: Edit) -> &'static str {
    match edit {
        Edit::LineEnds => "the ends of its lines",
        Edit::ByteOrderMark => "its byte order mark",
        _ => "white space",
    }
}

struct Words<'a, 's> {
    cx: &'a Context<'s>,
    declared: &'a Shipped,
    found: &'a ShippedFound,
}

impl Words<'_, '_> {
    /// The checksum with which a database has recorded a script.
    fn recorded(&self, version: &Version, was: &ShippedScript) -> String {
        let engine = engine_of(&self.cx.settings().engine, &version.id);
        was.checksum(&|script: &Script| engine.checksum(script))
    }

    fn migration(&self, version: &Version) -> Option<&Migration> {
        let history = self.cx.whole_history();
        Some(&history.migrations()[history.index_of(&version.id)?])
    }

    /// The finding at the up of a version, with what the engine does about it.
    fn at(&self, finding: Finding, version: &Version, change: &Change) -> Finding {
        let finding = match self.migration(version) {
            Some(migration) => finding.at_up(migration),
            None => finding.of(version),
        };
        match self.cx.settings().engine.at_deployment(change) {
            Some(consequence) => finding.fact(consequence),
            None => finding,
        }
    }

    fn edited(
        &self,
        change: &Change,
        version: &Version,
        edit: Edit,
        was: &ShippedScript,
    ) -> Finding {
        let title = format!("{version} has shipped, and its up script has changed");
        let mut finding = Finding::failure("shipped_up_changed", title);
        let now = self.migration(version).map(|migration| migration.up().text.clone());
        let position = was.text.as_ref().zip(now.as_ref()).map(|(was, now)| first_change(was, now));
        if let (Some(was), Some(is)) = (&was.text, now) {
            finding = finding.fact(Fact::Changed { was: was.clone(), is: is.to_string() });
        }
        let mut finding = self.at(finding, version, change);
        finding.position = position;
        if edit == Edit::Unknown {
            finding = finding.fact(format!(
                "checksum in {}: {}",
                self.found.origin,
                self.recorded(version, was)
            ));
        }
        let file = self.migration(version).and_then(|m| m.up().file.clone());
        let text = "bring the script back, and make the change in a new version";
        let finding = self.bring_back(finding, text, file.as_deref(), was);
        let or = "or, if its checksum is corrected in every deployed database, declare it";
        self.declare_heal(finding, version, or)
    }

    /// Several scripts that were changed in the same way.
    fn cosmetic(&self, only: &str, changes: &[&Change]) -> Finding {
        let kind = "shipped_up_changed";
        let finding = match changes {
            [change] => {
                let version = change.version();
                let title =
                    format!("{version} has shipped, and its up script has changed in {only} only");
                self.at(Finding::failure(kind, title), version, change)
            }
            several => {
                let only = only.replace("its ", "their ");
                let title = format!(
                    "{} versions have shipped, and their up scripts have changed in {only} only",
                    several.len()
                );
                let first = several[0];
                let finding = self.listed(Finding::failure(kind, title), several);
                match self.cx.settings().engine.at_deployment(first) {
                    Some(consequence) => finding.fact(consequence),
                    None => finding,
                }
            }
        };
        let mut files = Vec::new();
        let mut shipped = None;
        for change in changes {
            if let Change::UpEdited { was, .. } = change {
                shipped.get_or_insert(was);
            }
            files.extend(change.file(self.cx.whole_history()));
        }
        let text =
            if files.len() == 1 { "bring the script back" } else { "bring the scripts back" };
        match (&files[..], shipped) {
            ([file], Some(was)) => self.bring_back(finding, text, Some(file), was),
            _ => self.restore(finding, text, &files),
        }
    }

    fn deleted(&self, change: &Change, record: &Record) -> Finding {
        let version = &record.version;
        let title = format!("{version} has shipped, and does not exist any more");
        let files = shipped_files(record);
        let finding = Finding::failure("shipped_deleted", title);
        let finding = self.at(finding, version, change).at(files.first().map(PathBuf::as_path));
        self.restore(finding, "bring it back", &files)
    }

    fn renumbered(&self, change: &Change, record: &Record, now: &Version) -> Finding {
        let title = format!("{} has shipped, and is {now} now", record.version);
        let finding = self.at(Finding::failure("shipped_renumbered", title), now, change);
        let text = "give it back its number";
        match self.migration(now).map(|migration| renames(migration, &record.version)) {
            Some(code) if !code.is_empty() => shell(finding, text, code),
            _ => finding.help(text),
        }
    }

    fn renamed(&self, was: &Version, now: &Version) -> Finding {
        let case = was.to_string().to_lowercase() == now.to_string().to_lowercase();
        let how = if case { "; the names differ only in case" } else { "" };
        let title = format!("{was} has shipped, and is called {now} now{how}");
        let finding = Finding::note("shipped_renamed", title);
        match self.migration(now) {
            Some(migration) => finding.at_up(migration),
            None => finding.of(now),
        }
    }

    fn layout(&self, change: &Change, version: &Version, reversible: bool) -> Finding {
        let (was, is) =
            if reversible { ("simple", "reversible") } else { ("reversible", "simple") };
        let title = format!("{version} has shipped as a {was} migration, and is {is} now");
        let finding = self.at(Finding::failure("shipped_layout_changed", title), version, change);
        let shipped = self.found.versions.get(&version.id).map(shipped_files).unwrap_or_default();
        let up = self.migration(version).and_then(|migration| migration.up().file.clone());
        let text = "give the script back its name, and leave shipped versions as they are";
        let finding = match (shipped.first(), up) {
            (Some(was), Some(is)) if *was != is => {
                shell(finding, text, format!("mv {} {}", word(&is), word(was)))
            }
            _ => finding.help(text),
        };
        self.declare_heal(finding, version, "or, if it is meant, declare it")
    }

    fn on_top(
        &self,
        finding: Finding,
        change: &Change,
        version: &Version,
        number: Option<i64>,
    ) -> Finding {
        let finding = self.at(finding, version, change);
        let text = "put it on top of what has shipped";
        match (number, self.migration(version)) {
            (Some(number), Some(migration)) => {
                let code = renames(migration, &Version::new(number, &*version.name));
                if code.is_empty() {
                    return finding.help(format!("{text}: give it the version {number}"));
                }
                shell(finding, text, code)
            }
            _ => finding.help(format!("{text}: give it a version above all of that")),
        }
    }

    fn downs(&self, changes: &[&Change]) -> Option<Finding> {
        let kind = "shipped_down_changed";
        Some(match changes {
            [] => return None,
            [change] => {
                let version = change.version();
                let title = match change {
                    Change::DownEdited { edit: None, exists: true, .. } => {
                        format!("{version} has shipped without a down script, and has one now")
                    }
                    Change::DownEdited { edit: None, .. } => {
                        format!("{version} has shipped with a down script, and has none now")
                    }
                    Change::DownEdited { edit: Some(edit), .. } if edit.is_cosmetic() => format!(
                        "{version} has shipped, and its down script has changed in {} only",
                        self::only(*edit)
                    ),
                    _ => format!("{version} has shipped, and its down script has changed"),
                };
                let finding = Finding::note(kind, title);
                match self.migration(version) {
                    Some(migration) => finding.at_down(migration),
                    None => finding.of(version),
                }
            }
            several => {
                let title = format!(
                    "{} versions have shipped, and their down scripts have changed",
                    several.len()
                );
                let files = several
                    .iter()
                    .filter_map(|change| self.migration(change.version())?.down_file())
                    .collect::<Vec<_>>();
                list_files(Finding::note(kind, title), &files)
            }
        })
    }

    fn behind(&self, behind: &[(&Record, bool)]) -> Option<Finding> {
        let (record, older) = behind.first()?;
        let ShippedBy::Git(reference) = &self.declared.by else { return None };
        let title = match behind {
            [_] if *older => format!(
                "this branch has an older text of {}, which has changed in {reference} since",
                record.version
            ),
            [_] => format!("this branch does not have {} of {reference} yet", record.version),
            several => format!(
                "this branch is behind {reference}: {} versions are missing or older here",
                several.len()
            ),
        };
        let mut finding = Finding::note("behind", title).of(&record.version);
        if behind.len() > 1 {
            for (record, _) in behind {
                finding = finding.fact(Fact::Object(record.version.to_string()));
            }
        }
        let code = format!("git merge {}", word(Path::new(reference)));
        Some(shell(finding, "bring the branch up to date before it is deployed", code))
    }

    /// A change that was made on purpose.
    fn healed(&self, change: &Change) -> Finding {
        let version = change.version();
        let title = format!("{version} has shipped, and was changed on purpose");
        let finding = Finding::note("healed", title);
        let finding = match self.migration(version) {
            Some(migration) => finding.at_up(migration),
            None => finding.of(version),
        };
        let Change::UpEdited { was, checksum, .. } = change else { return finding };
        let was = self.recorded(version, was);
        let sql = self.cx.settings().engine.heal(&version.id, &was, checksum);
        finding
            .fact(format!("checksum that has shipped: {was}"))
            .fact(format!("checksum of today:         {checksum}"))
            .help_sql("run in every deployed database, before the deployment", sql)
    }

    /// Versions that are declared to be healed, and are as they have shipped.
    fn idle_heals(&self) -> Vec<Finding> {
        let changed = |id: &VersionId| {
            self.found.changes.iter().any(|change| {
                matches!(change, Change::UpEdited { .. } | Change::Layout { .. })
                    && change.version().id.matches(id)
            })
        };
        let idle = self.declared.healed.iter().filter(|id| !changed(id));
        idle.map(|id| match self.cx.whole_history().index_of(id) {
            None => {
                let title = format!("`healed` names version {id}, which the history does not have");
                Finding::failure("unknown_version", title).help("correct the version")
            }
            Some(at) => {
                let version = self.cx.whole_history().migrations()[at].version();
                let title = format!("`healed` names {version}, which is as it has shipped");
                Finding::note("idle_heal", title).of(version).help("remove it")
            }
        })
        .collect()
    }

    fn declare_heal(&self, finding: Finding, version: &Version, or: &str) -> Finding {
        let by = match &self.declared.by {
            ShippedBy::Git(reference) => ("git", reference.clone()),
            ShippedBy::Lock(file) => ("lock", file.display().to_string()),
            ShippedBy::UpTo(_) => return finding,
        };
        let mut healed = self.declared.healed.clone();
        healed.push(version.id.clone());
        let mut parts = vec![(by.0.to_owned(), DeclaredValue::Text(by.1))];
        if let Some(folder) = &self.declared.folder {
            let folder = DeclaredValue::Text(folder.display().to_string());
            parts.push(("folder".to_owned(), folder));
        }
        parts.push(("healed".to_owned(), DeclaredValue::Versions(healed)));
        finding.help_declare(or, "shipped", DeclaredValue::Parts(parts))
    }

    /// The command that brings one script back.
    fn bring_back(
        &self,
        finding: Finding,
        text: &str,
        file: Option<&Path>,
        was: &ShippedScript,
    ) -> Finding {
        let files: Vec<PathBuf> = file.map(Path::to_path_buf).into_iter().collect();
        match (&self.declared.by, &self.found.folder, file, &was.file) {
            (ShippedBy::Git(reference), Some(folder), Some(file), Some(was))
                if self.found.moved =>
            {
                let name = was.file_name().unwrap_or_default().to_string_lossy();
                let source = format!("{reference}:{folder}{name}");
                let code = format!("git show {} > {}", word(Path::new(&source)), word(file));
                shell(finding, text, code)
            }
            _ => self.restore(finding, text, &files),
        }
    }

    /// The command that brings files back.
    fn restore(&self, finding: Finding, text: &str, files: &[PathBuf]) -> Finding {
        match (&self.declared.by, files) {
            (_, []) => finding.help(text),
            (ShippedBy::Git(reference), files) if !self.found.moved => {
                let files: Vec<String> = files.iter().map(|file| word(file)).collect();
                let reference = word(Path::new(reference));
                let code = format!("git restore --source={reference} -- {}", files.join(" "));
                shell(finding, text, code)
            }
            (ShippedBy::Git(_), _) => finding.help(text),
            (_, files) => {
                let files: Vec<String> = files.iter().map(|file| word(file)).collect();
                let code = format!("git log -p -- {}", files.join(" "));
                let finding = shell(finding, &format!("{text}; its history is in"), code);
                finding.help("or, if it has not shipped yet, remove its line from the lock file and run with GAUNTLET_BLESS=1")
            }
        }
    }

    fn listed(&self, finding: Finding, changes: &[&Change]) -> Finding {
        let files = changes.iter().filter_map(|change| change.file(self.cx.whole_history()));
        list_files(finding, &files.collect::<Vec<_>>())
    }
}

/// The finding at the first of these files, with the others as facts.
pub(super) fn list_files(finding: Finding, files: &[PathBuf]) -> Finding {
    let finding = finding.at(files.first().map(PathBuf::as_path));
    files.iter().skip(1).fold(finding, |finding, file| finding.fact(Fact::place(file)))
}

fn shell(mut finding: Finding, text: &str, code: impl Into<String>) -> Finding {
    finding.help.push(Help::code(text, Language::Shell, code));
    finding
}

/// The files of a version, as they were called.
fn shipped_files(record: &Record) -> Vec<PathBuf> {
    [&record.up, &record.down].into_iter().flatten().filter_map(|s| s.file.clone()).collect()
}

/// The commands that give a migration's files another version.
fn renames(migration: &Migration, to: &Version) -> String {
    let files = [migration.up().file(), migration.down().and_then(|down| down.file())];
    let commands = files.into_iter().flatten().filter_map(|file| {
        let name = file.file_name()?.to_string_lossy();
        let digits = name.chars().take_while(char::is_ascii_digit).count();
        let (number, rest) = name.split_at(digits);
        let rest = match rest.strip_prefix(&format!("_{}", migration.version().name)) {
            Some(suffix) if to.name != migration.version().name => format!("_{}{suffix}", to.name),
            _ => rest.to_owned(),
        };
        // A number with leading zeros keeps its length.
        let width = if number.starts_with('0') { digits } else { 0 };
        let id = format!("{:0>width$}", to.id.bare().to_string());
        let new = file.with_file_name(format!("{id}{rest}"));
        Some(format!("mv {} {}", word(file), word(&new)))
    });
    commands.collect::<Vec<_>>().join("\n")
}

/// A word of a command line, in quotes where a shell needs them.
fn word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-:@+=,".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// The place of the first line that is different today.
fn first_change(was: &str, now: &str) -> Position {
    let same = was.lines().zip(now.lines()).take_while(|(was, now)| was == now).count();
    let lines = now.lines().count();
    let line = (same + 1).min(lines.max(1));
    Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 }
}
