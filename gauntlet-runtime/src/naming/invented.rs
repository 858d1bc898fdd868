//! The names that PostgreSQL chooses when a migration gives none.
//!
//! Source: `ChooseRelationName` in `src/backend/commands/indexcmds.c`: a number is appended until the name is free.

use super::{NameKind, Subject};
use crate::names::make_object_name;

/// Returns true if PostgreSQL itself would have chosen this name.
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

/// Returns true if the name ends like one that PostgreSQL chooses, perhaps for a table or column that has since been renamed.
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
