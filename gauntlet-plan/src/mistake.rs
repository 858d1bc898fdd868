//! Mistakes in the words of a request.

use std::fmt;

use crate::check::Check;
use crate::nearest::unknown;
use crate::selectable::selectable;

/// A word of a [`Request`](crate::Request) that is wrong. Its text says why, in one line and, for an unknown word, a
/// second one with the valid words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// The number of the word, as the method of the request returned it.
    pub word: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a word.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It names neither a check nor a group.
    Unknown {
        /// The word.
        given: String,
    },
    /// It names one of the user's own tests.
    OwnTest {
        /// The test's name.
        name: String,
    },
    /// It was given before.
    Twice {
        /// The word.
        name: String,
    },
    /// It names a check that is a member of a group given before.
    Covered {
        /// The check.
        check: Check,
        /// The group, or another word that stands for it.
        by: String,
    },
    /// It names a group of which a member was given before.
    Covers {
        /// The group.
        group: String,
        /// The member.
        member: Check,
    },
    /// It belongs to `only` where another word belongs to `skip`, or the other way round.
    SkipAndOnly,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unknown { given } => f.write_str(&unknown("test", given, &selectable())),
            Fault::OwnTest { name } => write!(
                f,
                "`{name}` is a test of your own, not a generated one; put `#[ignore]` on the function"
            ),
            Fault::Twice { name } => write!(f, "`{name}` is named twice"),
            Fault::Covered { check, by } => {
                write!(f, "`{}` is already named by `{by}`", check.name())
            }
            Fault::Covers { group, member } => {
                write!(f, "`{group}` contains `{}`, which is already named", member.name())
            }
            Fault::SkipAndOnly => f.write_str(
                "`skip` and `only` exclude each other: `only` skips everything that it does not name",
            ),
        }
    }
}

impl std::error::Error for Mistake {}
