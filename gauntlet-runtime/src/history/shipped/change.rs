//! What has changed in a history since it has shipped.

use std::path::PathBuf;

use super::{Record, ShippedScript, sha384};
use crate::history::{History, Script, Version};
use crate::sql::SqlText;

/// A disagreement between a history and what has shipped of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The up of a shipped version is another one.
    UpEdited {
        /// The version.
        version: Version,
        /// How it was changed.
        edit: Edit,
        /// The script that has shipped.
        was: ShippedScript,
        /// The checksum of today.
        checksum: String,
    },
    /// The down of a shipped version is another one, is new, or is gone.
    DownEdited {
        /// The version.
        version: Version,
        /// How it was changed; `None` where there was none, or is none.
        edit: Option<Edit>,
        /// There is a down today.
        exists: bool,
    },
    /// A shipped version does not exist any more.
    Deleted {
        /// The version, as it has shipped.
        record: Record,
    },
    /// A shipped version has another number.
    Renumbered {
        /// The version, as it has shipped.
        record: Record,
        /// The version of today.
        now: Version,
    },
    /// A shipped version has another name, and the same scripts.
    Renamed {
        /// The version, as it has shipped.
        was: Version,
        /// The version of today.
        now: Version,
    },
    /// A shipped version was simple and is reversible, or the other way round.
    Layout {
        /// The version.
        version: Version,
        /// It is reversible today.
        reversible: bool,
    },
    /// The number of a new version belongs to a shipped one.
    NumberTaken {
        /// The new version.
        version: Version,
        /// The shipped version of that number.
        by: Version,
    },
    /// A new version lies below one that has shipped.
    Late {
        /// The new version.
        version: Version,
        /// The last shipped version.
        head: Version,
        /// The first shipped version above it.
        before: Version,
    },
    /// What has shipped is ahead of the branch that is tested: a version that the branch does not have yet, or a script
    /// that was changed there and not here.
    Behind {
        /// The version, as it has shipped.
        record: Record,
        /// The branch has it, with an older script.
        older: bool,
    },
}

/// How a script was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edit {
    /// Nothing; its checksum leaves out other characters than before.
    Nothing,
    /// The ends of lines only.
    LineEnds,
    /// A byte order mark only.
    ByteOrderMark,
    /// White space only.
    WhiteSpace,
    /// More than that.
    Text,
    /// Not known: a lock file has the checksum only.
    Unknown,
}

impl Edit {
    /// The change from what has shipped to the script of today.
    #[doc(hidden)]
    pub fn between(
        was: &ShippedScript,
        now: &Script,
        checksum: &dyn Fn(&Script) -> String,
    ) -> Edit {
        match &was.text {
            Some(text) => Edit::of_texts(text, now.sql()),
            None => Edit::by_checksum(was, now, checksum),
        }
    }

    fn of_texts(was: &str, now: &str) -> Edit {
        let bare = |text: &str| text.trim_start_matches('\u{feff}').to_owned();
        let unix = |text: &str| text.replace("\r\n", "\n");
        if was == now {
            Edit::Nothing
        } else if unix(was) == unix(now) {
            Edit::LineEnds
        } else if bare(was) == bare(now) {
            Edit::ByteOrderMark
        } else if without_space(was).eq(without_space(now)) {
            Edit::WhiteSpace
        } else {
            Edit::Text
        }
    }

    /// Tries the usual changes until one has the checksum of what has shipped.
    fn by_checksum(
        was: &ShippedScript,
        now: &Script,
        checksum: &dyn Fn(&Script) -> String,
    ) -> Edit {
        let text = now.sql();
        let recorded = was.checksum(checksum);
        // Before a project leaves characters out of its checksums, it leaves out none.
        if recorded == sha384(&now.text) {
            return Edit::Nothing;
        }
        let bare = text.trim_start_matches('\u{feff}');
        let unix = text.replace("\r\n", "\n");
        let trimmed = text.trim_end();
        let candidates = [
            (Edit::LineEnds, unix.clone()),
            (Edit::LineEnds, unix.replace('\n', "\r\n")),
            (Edit::ByteOrderMark, bare.to_owned()),
            (Edit::ByteOrderMark, format!("\u{feff}{bare}")),
            (Edit::WhiteSpace, trimmed.to_owned()),
            (Edit::WhiteSpace, format!("{trimmed}\n")),
            (Edit::WhiteSpace, format!("{trimmed}\n\n")),
            (Edit::WhiteSpace, lines_trimmed(text)),
        ];
        let shipped = candidates.into_iter().find(|(_, text)| {
            let mut script = now.clone();
            script.text = SqlText::from(text.as_str());
            checksum(&script) == recorded
        });
        shipped.map_or(Edit::Unknown, |(edit, _)| edit)
    }

    /// Whether nothing that PostgreSQL sees as a word was changed.
    #[doc(hidden)]
    pub fn is_cosmetic(self) -> bool {
        matches!(self, Edit::LineEnds | Edit::ByteOrderMark | Edit::WhiteSpace)
    }
}

/// The characters that are neither white space nor a byte order mark.
fn without_space(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}')
}

/// The text without white space at the ends of its lines.
fn lines_trimmed(text: &str) -> String {
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

impl Change {
    /// The version of today that it is about, or the shipped one where there is none.
    pub fn version(&self) -> &Version {
        match self {
            Change::UpEdited { version, .. }
            | Change::DownEdited { version, .. }
            | Change::Layout { version, .. }
            | Change::NumberTaken { version, .. }
            | Change::Late { version, .. }
            | Change::Renumbered { now: version, .. }
            | Change::Renamed { now: version, .. } => version,
            Change::Deleted { record } | Change::Behind { record, .. } => &record.version,
        }
    }

    /// The same change of one of several histories.
    #[must_use]
    pub(crate) fn in_part(mut self, part: &str) -> Change {
        let own = |version: &mut Version| *version = version.clone().in_part(part);
        match &mut self {
            Change::UpEdited { version, .. }
            | Change::DownEdited { version, .. }
            | Change::Layout { version, .. } => own(version),
            Change::Deleted { record } | Change::Behind { record, .. } => own(&mut record.version),
            Change::Renumbered { record, now } => {
                own(&mut record.version);
                own(now);
            }
            Change::Renamed { was: version, now: other }
            | Change::NumberTaken { version, by: other } => {
                own(version);
                own(other);
            }
            Change::Late { version, head, before } => {
                own(version);
                own(head);
                own(before);
            }
        }
        self
    }

    /// The file of today's up, if there is one.
    pub fn file(&self, history: &History) -> Option<PathBuf> {
        let index = history.index_of(&self.version().id)?;
        history.migrations()[index].up().file.clone()
    }
}
