//! The names of sandboxes: which run made one, and that it was one of ours.
//!
//! `gauntlet_<label>_<uuid>`, the uuid as 32 hexadecimal digits. It is a UUID of version 8 (RFC 9562, "custom"), whose
//! bits we may choose: 60 random bits name the run, 30 the sandbox, and the last 32 are a checksum of the whole name.
//! So a name needs no mark beside it that could be missing after a crash, and a database of the user that happens to
//! look alike is not taken for one of ours.

use std::fmt;

use uuid::Uuid;

use crate::names::MAX_IDENTIFIER_BYTES;
use crate::server::fnv;

const PREFIX: &str = "gauntlet_";

/// The beginning of the `application_name` of a run.
pub(super) const APPLICATION: &str = "migration-gauntlet ";

/// Digits of a UUID without hyphens.
const DIGITS: usize = 32;

/// The label of a database that processes share, before its content.
const OF_CONTENT: &str = "head_";

/// The longest label: what the identifier's bytes leave.
const LABEL: usize = MAX_IDENTIFIER_BYTES - PREFIX.len() - 1 - DIGITS;

/// One process that makes sandboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RunId([u8; 8]);

impl RunId {
    /// The run of all processes of a user on the embedded server, to which the databases belong that they share. Each of
    /// them holds its lock.
    pub(super) const EVERY: Self = Self([0, 0, 0, 0, 0, 0, 0x80, 0]);

    pub(super) fn random() -> Self {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&Uuid::new_v4().as_bytes()[..8]);
        // The nibble in which a UUID has its version.
        bytes[6] = bytes[6] & 0x0f | 0x80;
        Self(bytes)
    }

    /// The key of the advisory lock that a living run holds.
    pub(super) fn lock_key(self) -> i64 {
        let hash = fnv(*b"migration-gauntlet run").wrapping_add(fnv(self.0));
        i64::from_be_bytes(hash.to_be_bytes())
    }

    /// The `application_name` of the sessions in which a run makes and drops things.
    pub(super) fn application_name(self) -> String {
        format!("{APPLICATION}{:016x}", u64::from_be_bytes(self.0))
    }

    /// Reads the run from the `application_name` of one of its sessions.
    pub(super) fn of_application(name: &str) -> Option<Self> {
        let digits = name.strip_prefix(APPLICATION).filter(|digits| digits.len() == 16)?;
        Some(Self(u64::from_str_radix(digits, 16).ok()?.to_be_bytes()))
    }
}

/// A name of our making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SandboxName {
    text: String,
    run: RunId,
}

impl SandboxName {
    /// A new name; `label` says in it what the sandbox is for, as far as there is room.
    ///
    /// Only `a-z`, `0-9` and `_` of the label are kept, so that a migration that puts `current_schema()` into a
    /// statement without quoting it works here as it does in production.
    pub(super) fn new(run: RunId, label: &str) -> Self {
        let label: String = label
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
            .take(LABEL)
            .collect();
        Self::of(run, &label, Uuid::new_v4())
    }

    /// The name of the database that processes share for a content.
    pub(super) fn of_content(content: u64) -> Self {
        // In the place of random bits, those that every UUID has there.
        let fixed = Uuid::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]);
        Self::of(RunId::EVERY, &format!("{OF_CONTENT}{content:016x}"), fixed)
    }

    /// The content of a database that processes share; `None` for other names.
    pub(super) fn content(&self) -> Option<u64> {
        let label = self.text.strip_prefix(PREFIX)?.strip_prefix(OF_CONTENT)?;
        let content = u64::from_str_radix(label.get(..16)?, 16).ok()?;
        (*self == Self::of_content(content)).then_some(content)
    }

    fn of(run: RunId, label: &str, random: Uuid) -> Self {
        let stem = format!("{PREFIX}{label}_");
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&run.0);
        bytes[8..12].copy_from_slice(&random.as_bytes()[8..12]);
        let sum = checksum(&stem, &bytes[..12]);
        bytes[12..].copy_from_slice(&sum);
        Self { text: format!("{stem}{}", Uuid::from_bytes(bytes).simple()), run }
    }

    /// Reads a name, if it is one that [`new`](Self::new) has made.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let at = text.len().checked_sub(DIGITS)?;
        let (stem, digits) = (text.get(..at)?, text.get(at..)?);
        if !stem.starts_with(PREFIX) || !stem.ends_with('_') || stem.len() == PREFIX.len() {
            return None;
        }
        if digits.bytes().any(|b| !matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        let bytes = *Uuid::try_parse(digits).ok()?.as_bytes();
        if bytes[12..] != checksum(stem, &bytes[..12]) {
            return None;
        }
        let mut run = [0; 8];
        run.copy_from_slice(&bytes[..8]);
        Some(Self { text: text.to_owned(), run: RunId(run) })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn run(&self) -> RunId {
        self.run
    }
}

impl fmt::Display for SandboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn checksum(stem: &str, bytes: &[u8]) -> [u8; 4] {
    let hash = fnv(stem.bytes().chain(bytes.iter().copied()));
    let folded = hash ^ (hash >> 32);
    let mut sum = [0; 4];
    sum.copy_from_slice(&folded.to_be_bytes()[4..]);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_and_are_read_back() {
        let run = RunId::random();
        for label in ["", "stairway", "migrations::Stairway \"x\"", &"ü".repeat(90)] {
            let name = SandboxName::new(run, label);
            assert!(name.as_str().len() <= MAX_IDENTIFIER_BYTES, "{name}");
            assert!(
                name.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'),
                "{name}"
            );
            let uuid = &name.as_str()[name.as_str().len() - DIGITS..];
            assert_eq!(Uuid::try_parse(uuid).unwrap().get_version_num(), 8);
            assert_eq!(SandboxName::parse(name.as_str()), Some(name.clone()));
            assert_eq!(name.run(), run);
        }
    }

    #[test]
    fn a_session_says_which_run_it_works_for() {
        let run = RunId::random();
        assert_eq!(RunId::of_application(&run.application_name()), Some(run));
        for name in [
            "",
            "psql",
            "migration-gauntlet",
            "migration-gauntlet 0123",
            "migration-gauntlet shop-shop-shop-1",
        ] {
            assert_eq!(RunId::of_application(name), None, "{name}");
        }
    }

    #[test]
    fn a_content_has_one_name() {
        for content in [0, 0x0123_4567_89ab_cdef, u64::MAX] {
            let name = SandboxName::of_content(content);
            assert!(name.as_str().len() <= MAX_IDENTIFIER_BYTES, "{name}");
            assert_eq!(name, SandboxName::of_content(content));
            let read = SandboxName::parse(name.as_str()).unwrap();
            assert_eq!((read.run(), read.content()), (RunId::EVERY, Some(content)));
        }
        let label = "head_0123456789abcdef";
        assert_eq!(SandboxName::new(RunId::random(), label).content(), None);
        assert_eq!(SandboxName::new(RunId::EVERY, "x").content(), None);
    }

    #[test]
    fn foreign_names_are_not_ours() {
        let ours = SandboxName::new(RunId::random(), "x");
        let other_label = ours.as_str().replacen("_x_", "_y_", 1);
        for name in [
            "gauntlet_mine",
            "gauntlet_",
            "gauntlet_x_something",
            "gauntlet_x_0190163d8694739b835185a6f0a5d6e4",
            "gauntlet_x_00000000000000000000000000000000",
            &other_label,
            &ours.as_str().to_uppercase(),
            &format!("{}0", ours.as_str()),
            "grün",
        ] {
            assert_eq!(SandboxName::parse(name), None, "{name}");
        }
    }
}
