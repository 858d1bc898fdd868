//! The names that PostgreSQL gives when a migration gives none.
//!
//! Source: `makeObjectName` and `ChooseRelationName` in `src/backend/commands/indexcmds.c`: the parts are joined by
//! `_`, the longer one is cut until the whole fits into 63 bytes, and a number is appended until the name is free.

use super::{NameKind, Subject};
use crate::names::{MAX_IDENTIFIER_BYTES, truncate_ident};

/// Whether PostgreSQL would have given this name by itself.
pub fn is_invented(subject: &Subject<'_>) -> bool {
    let Some(label) = label(subject.kind) else { return false };
    let bare = subject.name.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = bare.len() < subject.name.len() && bare.ends_with(label);
    let labels = if numbered {
        let number = &subject.name[bare.len()..];
        vec![label.to_owned(), format!("{label}{number}")]
    } else {
        vec![label.to_owned()]
    };
    let all = subject.columns.join("_");
    labels.iter().any(|label| {
        let made = |middle: Option<&str>| make_object_name(subject.table, middle, label);
        match subject.kind {
            NameKind::PrimaryKey => subject.name == made(None),
            // A CHECK on one column carries its name, one on several none; a domain's neither.
            NameKind::Check => {
                subject.name == made(None)
                    || subject.columns.iter().any(|c| subject.name == made(Some(c)))
            }
            // `expr` stands for an expression; which columns it mixes with is not known here.
            NameKind::Index if subject.columns.is_empty() => {
                let head = made(Some("expr"));
                subject.name == head
                    || (subject.name.starts_with(&format!("{}_", subject.table))
                        && subject.name.ends_with(&format!("_{label}")))
            }
            _ => subject.name == made(Some(&all)),
        }
    })
}

/// Whether the name ends as those do that PostgreSQL gives; it may be of a table or a column that has since been renamed.
pub(crate) fn ends_like_invented(kind: NameKind, name: &str) -> bool {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    label(kind)
        .and_then(|label| bare.strip_suffix(label))
        .is_some_and(|before| before.ends_with('_'))
}

fn label(kind: NameKind) -> Option<&'static str> {
    Some(match kind {
        NameKind::Index => "idx",
        NameKind::Unique => "key",
        NameKind::ForeignKey => "fkey",
        NameKind::Check => "check",
        NameKind::PrimaryKey => "pkey",
        NameKind::Sequence => "seq",
        _ => return None,
    })
}

fn make_object_name(table: &str, middle: Option<&str>, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(middle.is_some());
    let available = MAX_IDENTIFIER_BYTES.saturating_sub(overhead);
    let (mut first, mut second) = (table.len(), middle.map_or(0, str::len));
    while first + second > available {
        if first > second { first -= 1 } else { second -= 1 }
    }
    let table = truncate_ident(table, first);
    match middle {
        Some(middle) => format!("{table}_{}_{label}", truncate_ident(middle, second)),
        None => format!("{table}_{label}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_the_longer_part() {
        let table = "a".repeat(60);
        assert_eq!(make_object_name(&table, Some("column"), "key").len(), 63);
        assert!(make_object_name(&table, Some("column"), "key").ends_with("_column_key"));
    }
}
