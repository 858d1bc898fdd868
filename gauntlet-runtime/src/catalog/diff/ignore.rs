//! What may be ignored, by name.

use std::fmt;
use std::str::FromStr;

use super::{Change, Difference};
use crate::catalog::{Kind, attributes_of};

/// A side of the catalog that cuts across kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Aspect {
    /// Comments on anything.
    Comments,
    /// Grants on anything, and default privileges.
    Grants,
    /// Owners.
    Owners,
    /// The order of columns, also as it shows in views, statistics objects and publications.
    ColumnOrder,
    /// Defaults of columns.
    ServerDefaults,
    /// Security labels.
    SecurityLabels,
    /// Storage parameters (`fillfactor`, `autovacuum_…`) of tables, indexes and materialized views.
    StorageParameters,
}

impl Aspect {
    /// All aspects.
    pub const ALL: [Self; 7] = [
        Self::Comments,
        Self::Grants,
        Self::Owners,
        Self::ColumnOrder,
        Self::ServerDefaults,
        Self::SecurityLabels,
        Self::StorageParameters,
    ];

    /// What it is called in an ignore rule: `column_order`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::Grants => "grants",
            Self::Owners => "owners",
            Self::ColumnOrder => "column_order",
            Self::ServerDefaults => "server_defaults",
            Self::SecurityLabels => "security_labels",
            Self::StorageParameters => "storage_parameters",
        }
    }

    fn covers(self, difference: &Difference) -> bool {
        let kind = difference.object.kind;
        let Some(attribute) = difference.attribute.as_deref() else {
            return self == Self::Grants && kind == Kind::DefaultPrivilege;
        };
        match self {
            Self::Comments => attribute == "comment" || attribute.ends_with("_comment"),
            Self::Grants => {
                kind == Kind::DefaultPrivilege
                    || attribute.starts_with("grant.")
                    || attribute.starts_with("identity_grant.")
                    || attribute.starts_with("member_grant.")
            }
            Self::Owners => attribute == "owner",
            Self::ColumnOrder => {
                attribute == "column_order"
                    || (!difference.is_failure()
                        && match kind {
                            Kind::Statistics => attribute == "columns",
                            Kind::Publication => attribute.starts_with("table."),
                            _ => attribute == "definition",
                        })
            }
            Self::ServerDefaults => attribute == "default" && kind.is_column(),
            Self::SecurityLabels => attribute.contains("security_label."),
            Self::StorageParameters => {
                attribute.starts_with("option.")
                    && matches!(
                        kind,
                        Kind::Table | Kind::Index | Kind::Constraint | Kind::MaterializedView
                    )
            }
        }
    }
}

/// One ignore rule, made from its name with [`str::parse`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IgnoreRule {
    /// `comments`, `grants`, `owners`, `column_order`, …
    Aspect(Aspect),
    /// All objects of a kind, by its plural: `event_triggers`.
    Kind(Kind),
    /// An attribute of a kind: `columns.compression`, `indexes.option.fillfactor`.
    Attribute(Kind, String),
}

impl IgnoreRule {
    /// Returns true if the rule ignores this difference.
    pub fn covers(&self, difference: &Difference) -> bool {
        match self {
            Self::Aspect(aspect) => aspect.covers(difference),
            Self::Kind(kind) => difference.object.kind == *kind,
            Self::Attribute(kind, name) => {
                difference.object.kind == *kind
                    && difference.change == Change::Changed
                    && difference.attribute.as_deref().is_some_and(|attribute| {
                        attribute == name
                            || attribute
                                .strip_prefix(name.as_str())
                                .is_some_and(|rest| rest.starts_with('.'))
                    })
            }
        }
    }

    /// The names that are understood, aspects first; `KIND.ATTRIBUTE` is understood besides.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Aspect::ALL.into_iter().map(Aspect::name).chain(Kind::ALL.iter().map(|kind| kind.plural()))
    }
}

impl fmt::Display for IgnoreRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aspect(aspect) => f.write_str(aspect.name()),
            Self::Kind(kind) => f.write_str(kind.plural()),
            Self::Attribute(kind, name) => write!(f, "{}.{name}", kind.plural()),
        }
    }
}

/// An unknown name of an ignore rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no ignore rule `{name}`")]
pub struct UnknownIgnore {
    /// The name.
    pub name: String,
}

impl FromStr for IgnoreRule {
    type Err = UnknownIgnore;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownIgnore { name: name.to_owned() };
        if let Some(aspect) = Aspect::ALL.into_iter().find(|aspect| aspect.name() == name) {
            return Ok(Self::Aspect(aspect));
        }
        if let Some(kind) = Kind::from_plural(name) {
            return Ok(Self::Kind(kind));
        }
        let (kind, attribute) = name.split_once('.').ok_or_else(unknown)?;
        let kind = Kind::from_plural(kind).ok_or_else(unknown)?;
        let known = attributes_of(kind).any(|known| known.matches(attribute));
        known.then(|| Self::Attribute(kind, attribute.to_owned())).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{ObjectId, Severity};

    #[test]
    fn rules_by_name() {
        assert_eq!("comments".parse(), Ok(IgnoreRule::Aspect(Aspect::Comments)));
        assert_eq!("event_triggers".parse(), Ok(IgnoreRule::Kind(Kind::EventTrigger)));
        assert_eq!(
            "columns.compression".parse(),
            Ok(IgnoreRule::Attribute(Kind::Column, "compression".to_owned()))
        );
        assert!("columns.colour".parse::<IgnoreRule>().is_err());
        for name in IgnoreRule::names() {
            assert_eq!(name.parse::<IgnoreRule>().unwrap().to_string(), name);
        }
    }

    /// Each line: an aspect, a kind, an attribute, and whether the aspect covers a cosmetic difference and one that fails.
    #[test]
    fn aspects_cover_their_attributes() {
        use Aspect::{
            ColumnOrder, Comments, Grants, Owners, SecurityLabels, ServerDefaults,
            StorageParameters,
        };
        let cases = [
            (Comments, Kind::Table, "comment", true, true),
            (Comments, Kind::Constraint, "index_comment", true, true),
            (Comments, Kind::Table, "commented", false, false),
            (Grants, Kind::Table, "grant.app", true, true),
            (Grants, Kind::Column, "identity_grant.app", true, true),
            (Grants, Kind::Extension, "member_grant.app", true, true),
            (Grants, Kind::DefaultPrivilege, "privileges", true, true),
            (Grants, Kind::Table, "granted", false, false),
            (Owners, Kind::Table, "owner", true, true),
            (Owners, Kind::Table, "owned_by", false, false),
            (ColumnOrder, Kind::Table, "column_order", true, true),
            (ColumnOrder, Kind::View, "definition", true, false),
            (ColumnOrder, Kind::View, "columns", false, false),
            (ColumnOrder, Kind::Statistics, "columns", true, false),
            (ColumnOrder, Kind::Statistics, "definition", false, false),
            (ColumnOrder, Kind::Publication, "table.users", true, false),
            (ColumnOrder, Kind::Publication, "definition", false, false),
            (ServerDefaults, Kind::Column, "default", true, true),
            (ServerDefaults, Kind::Column, "type", false, false),
            (ServerDefaults, Kind::Domain, "default", false, false),
            (SecurityLabels, Kind::Table, "security_label.selinux", true, true),
            (SecurityLabels, Kind::Table, "security_barrier", false, false),
            (StorageParameters, Kind::Table, "option.fillfactor", true, true),
            (StorageParameters, Kind::Table, "optional", false, false),
            (StorageParameters, Kind::View, "option.security_barrier", false, false),
        ];
        for (aspect, kind, attribute, cosmetic, failure) in cases {
            let mut difference =
                Difference::attribute(ObjectId::new(kind, "x"), attribute, None, None);
            let rule = IgnoreRule::Aspect(aspect);
            assert_eq!(rule.covers(&difference), failure, "{rule}: {difference}");
            difference.severity = Severity::Note;
            assert_eq!(rule.covers(&difference), cosmetic, "{rule}: {difference}");
        }
        let privilege =
            Difference::whole(ObjectId::new(Kind::DefaultPrivilege, "x"), Change::Extra);
        assert!(IgnoreRule::Aspect(Grants).covers(&privilege));
        assert!(!IgnoreRule::Aspect(Owners).covers(&privilege));
    }

    /// The macro needs the words while it expands, so `gauntlet-plan` lists them.
    #[test]
    fn the_words_are_those_that_the_macro_accepts() {
        let words: Vec<&str> = IgnoreRule::names().collect();
        assert_eq!(
            gauntlet_plan::IGNORABLE,
            words,
            "copy these into gauntlet-plan/src/ignorable.rs"
        );
    }
}
