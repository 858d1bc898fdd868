//! The rule for one kind of name.

use std::fmt;

use regex_lite::Regex;

/// The form of a right name.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Rule {
    /// It begins with one of the prefixes or ends with one of the suffixes.
    Affixes {
        /// The allowed beginnings, such as `idx_`.
        prefixes: Vec<String>,
        /// The allowed endings, such as `_idx`.
        suffixes: Vec<String>,
    },
    /// It is this template with `{table}` and `{columns}` (joined by `_`) filled in, cut at 63 bytes. Where there
    /// are no columns to fill in (an index on an expression), any text may stand for them.
    Template(String),
    /// It matches this regular expression as a whole.
    Regex(Pattern),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Affixes { prefixes, suffixes } => {
                let mut forms: Vec<String> = prefixes.iter().map(|p| format!("{p}…")).collect();
                forms.extend(suffixes.iter().map(|s| format!("…{s}")));
                f.write_str(&forms.join(" or "))
            }
            Rule::Template(template) => f.write_str(template),
            Rule::Regex(pattern) => write!(f, "a match of {}", pattern.as_str()),
        }
    }
}

/// A regular expression of a [`Rule`].
#[derive(Debug, Clone)]
pub struct Pattern(pub(super) Regex);

impl Pattern {
    /// The expression, anchored at both ends.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}
