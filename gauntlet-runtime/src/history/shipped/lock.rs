//! The lock file: one line a version, sorted, which two branches can add to without a conflict.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use super::{Record, ShippedError, ShippedScript, ShippedVersions};
use crate::history::{Version, VersionId};

/// The first lines of a lock file.
const HEADER: &str = "\
# The migrations that have shipped. GAUNTLET_BLESS=1 adds the new ones; a line that is here never changes.
# version, `simple` or `up` and `down`, each with its checksum, name
";

/// The content of a lock file.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    records: Vec<Record>,
}

impl Lock {
    /// Reads the text of a lock file. The order of its lines does not matter, and a line may stand twice, as after a merge.
    ///
    /// # Errors
    ///
    /// [`ShippedError::Line`] for a line that is not understood, such as the mark of a merge conflict, or for a second,
    /// different line of one version.
    pub fn parse(text: &str, file: &Path) -> Result<Lock, ShippedError> {
        let mut records: Vec<Record> = Vec::new();
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fault = |why: &str, help: &str| ShippedError::Line {
                file: file.to_owned(),
                line: number + 1,
                why: why.to_owned(),
                text: line.chars().take(80).collect(),
                help: help.to_owned(),
            };
            if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|m| line.starts_with(m)) {
                return Err(fault(
                    "it has the marks of a merge conflict",
                    "keep the lines of both sides and remove the marks",
                ));
            }
            let Some(record) = parse_line(line) else {
                return Err(fault(
                    "the line is not understood",
                    "restore the file from git, then run with GAUNTLET_BLESS=1",
                ));
            };
            match seen.get(&record.version.id.to_string()) {
                Some(first) if records[*first] == record => {}
                Some(_) => {
                    return Err(fault(
                        "the version stands on an earlier line too, which is different",
                        "keep the line of the version that has shipped",
                    ));
                }
                None => {
                    seen.insert(record.version.id.to_string(), records.len());
                    records.push(record);
                }
            }
        }
        records.sort_by(|one, other| one.version.id.cmp(&other.version.id));
        Ok(Lock { records })
    }

    /// Adds the versions that the lock does not have, each with its checksums. Returns how many.
    pub fn add(&mut self, records: impl IntoIterator<Item = Record>) -> usize {
        let known: HashSet<String> =
            self.records.iter().map(|record| record.version.id.to_string()).collect();
        let before = self.records.len();
        let new = records.into_iter();
        self.records.extend(new.filter(|r| !known.contains(&r.version.id.to_string())));
        self.records.sort_by(|one, other| one.version.id.cmp(&other.version.id));
        self.records.len() - before
    }

    /// The text of the file.
    pub fn render(&self) -> String {
        let mut out = HEADER.to_owned();
        for record in &self.records {
            let checksum = |script: &Option<ShippedScript>| {
                script.as_ref().and_then(|script| script.checksum.clone()).unwrap_or_default()
            };
            let Version { id, name } = &record.version;
            let _ = if record.reversible {
                let down = match &record.down {
                    Some(_) => format!(" down {}", checksum(&record.down)),
                    None => String::new(),
                };
                writeln!(
                    out,
                    "{}",
                    format!("{id} up {}{down} {name}", checksum(&record.up)).trim_end()
                )
            } else {
                writeln!(
                    out,
                    "{}",
                    format!("{id} simple {} {name}", checksum(&record.up)).trim_end()
                )
            };
        }
        out
    }

    /// The versions of the lock.
    pub fn into_versions(self) -> ShippedVersions {
        ShippedVersions::new(self.records)
    }
}

/// `20240105 up HEX down HEX add_status`.
fn parse_line(line: &str) -> Option<Record> {
    let (id, rest) = line.split_once(' ')?;
    let (form, rest) = rest.split_once(' ')?;
    let reversible = match form {
        "simple" => false,
        "up" => true,
        _ => return None,
    };
    let (up, rest) = checksum(rest)?;
    let (down, name) = match rest.strip_prefix("down ") {
        Some(after) if reversible => match checksum(after) {
            Some((down, name)) => (Some(down), name),
            // A name that begins with this word.
            None => (None, rest),
        },
        _ => (None, rest),
    };
    let bare = |id: &str| match id.parse::<i64>() {
        Ok(number) if number.to_string() == id => VersionId::Number(number),
        _ => VersionId::Text(id.to_owned()),
    };
    let id = match id.rsplit_once('/') {
        Some((part, id)) => bare(id).in_part(part),
        None => bare(id),
    };
    Some(Record { version: Version::new(id, name), reversible, up: Some(up), down })
}

fn checksum(text: &str) -> Option<(ShippedScript, &str)> {
    let (digits, rest) = text.split_once(' ').unwrap_or((text, ""));
    let valid = digits.len() >= 32
        && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    valid.then(|| {
        (ShippedScript { checksum: Some(digits.to_owned()), text: None, file: None }, rest)
    })
}
