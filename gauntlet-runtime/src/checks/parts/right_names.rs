//! Names that follow the rules, for objects whose names do not, and the SQL that gives them.

use std::collections::BTreeSet;

use crate::catalog::write::rename_to;
use crate::catalog::{Catalog, Kind, Object, ObjectId};
use crate::names::MAX_IDENTIFIER_BYTES;
use crate::naming::{NameKind, NamingRules, Rule, Subject};

/// Finds names that are right and free.
pub(in crate::checks) struct RightNames<'a> {
    rules: &'a NamingRules,
    head: &'a Catalog,
    /// What other findings propose, with the schema or table in which it must be alone.
    given: BTreeSet<(Option<String>, Option<String>, String)>,
}

impl<'a> RightNames<'a> {
    /// Right names by these rules, for objects of this catalog.
    pub(in crate::checks) fn new(rules: &'a NamingRules, head: &'a Catalog) -> RightNames<'a> {
        RightNames { rules, head, given: BTreeSet::new() }
    }

    /// A name that is right, free, and proposed for nothing else.
    pub(in crate::checks) fn of(
        &mut self,
        id: &ObjectId,
        object: &Object,
        subject: &Subject<'_>,
    ) -> Option<String> {
        let rules = self.rules;
        let fits = |name: &String| {
            name.len() <= MAX_IDENTIFIER_BYTES
                && rules.broken_by(&Subject { name, ..subject.clone() }).is_none()
        };
        // A unique index may be called as a unique constraint is, where the rule for indexes lets it.
        let unique = subject.kind == NameKind::Index && object.has("unique");
        let right = unique
            .then(|| rules.right_name(&Subject { kind: NameKind::Unique, ..subject.clone() }))
            .flatten()
            .filter(fits)
            .or_else(|| rules.right_name(subject))?;
        let within = match subject.kind {
            NameKind::Check | NameKind::ForeignKey | NameKind::Column | NameKind::Trigger => {
                id.parent.clone()
            }
            _ => None,
        };
        // A number at the end, or before what the rule wants there.
        let ending = match rules.rule(subject.kind) {
            Some(Rule::Affixes { suffixes, .. }) => {
                suffixes.iter().find(|suffix| right.ends_with(suffix.as_str()))
            }
            _ => None,
        };
        let core = ending.and_then(|end| right.strip_suffix(end.as_str())).unwrap_or(&right);
        let suffix = ending.map_or("", String::as_str);
        let names = (2..=9).map(|n| format!("{core}_{n}{suffix}"));
        for name in std::iter::once(right.clone()).chain(names).filter(fits) {
            let key = (id.schema.clone(), within.clone(), name);
            if !self.taken(id, &key.2, within.is_some()) && self.given.insert(key.clone()) {
                return Some(key.2);
            }
        }
        None
    }

    /// The statement that gives an object its right name.
    pub(in crate::checks) fn rename(&self, id: &ObjectId, right: &str) -> String {
        format!("{};", rename_to(self.head, id, right))
    }

    /// Returns true if something at head that cannot have the same name has it.
    fn taken(&self, id: &ObjectId, name: &str, within: bool) -> bool {
        self.head.objects.keys().any(|other| {
            other.name == name
                && other.schema == id.schema
                && if within {
                    other.kind == id.kind && other.parent == id.parent
                } else {
                    matches!(
                        other.kind,
                        Kind::Index
                            | Kind::Constraint
                            | Kind::Table
                            | Kind::ForeignTable
                            | Kind::View
                            | Kind::MaterializedView
                            | Kind::Sequence
                            | Kind::Enum
                    )
                }
        })
    }
}
