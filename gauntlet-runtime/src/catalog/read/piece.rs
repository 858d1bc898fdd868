//! The pieces of a row: `name=value`, as the queries of the kinds write them.
//!
//! A plain name is that of an attribute. A name behind `#` says that the reader has to make something of the value:
//! resolve an `oid`, take a definition apart, or keep it as a fact.

/// The content of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// The text of an attribute.
    Text(&'a str),
    /// The list of an attribute: `labels[]`.
    List(&'a str),
    /// Owner, default and actual access control list; with the prefix of the attributes.
    Grants(&'static str),
    /// Something that the reader has to make something of.
    Special(Special),
    /// A special piece that the reader does not know.
    Unknown(&'a str),
}

impl<'a> Piece<'a> {
    /// The piece with this name.
    pub(super) fn named(name: &'a str) -> Self {
        match name {
            "acl" => Self::Grants("grant."),
            "identity_acl" => Self::Grants("identity_grant."),
            _ => match (name.strip_prefix('#'), name.strip_suffix("[]")) {
                (Some(special), _) => {
                    Special::named(special).map_or(Self::Unknown(special), Self::Special)
                }
                (None, Some(list)) => Self::List(list),
                (None, None) => Self::Text(name),
            },
        }
    }
}

/// Declares [`Special`] from its list: documentation, name in the queries, variant.
macro_rules! special {
    ($($(#[$doc:meta])* $name:literal => $variant:ident;)*) => {
        /// A piece that is not an attribute as it stands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Special {
            $($(#[$doc])* $variant,)*
        }

        impl Special {
            fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

special! {
    /// A value of the catalog that the query does not know.
    "unknown" => Unknown;
    /// Storage parameters or foreign options: `{a=b}`.
    "options" => Options;
    /// Storage parameters of the TOAST table.
    "toast_options" => ToastOptions;
    /// Foreign options of a column.
    "fdw_options" => FdwOptions;
    /// Settings of a function.
    "config" => Config;
    /// A role, and its settings in this database.
    "role_config" => RoleConfig;
    /// The type of a view's column, a fact.
    "type" => Type;
    /// The version that the server installs by itself, a fact.
    "default_version" => DefaultVersion;
    /// The `oid` of a schema.
    "schema" => Schema;
    /// The `oid`s of several schemas.
    "schemas" => Schemas;
    /// The `oid` and the name of the NOT NULL constraint of a column.
    "not_null" => NotNull;
    /// The name of the NOT NULL constraint of a domain.
    "not_null_name" => NotNullName;
    /// The `oid` and the name of the sequence of an identity column.
    "identity_sequence" => IdentitySequence;
    /// The `oid` of the relation and the number of the column that own a sequence.
    "owned_by" => OwnedBy;
    /// The `oid` of the table of extended statistics.
    "on" => On;
    /// The `oid` of the index that backs a constraint.
    "index" => Index;
    /// The numbers of the columns of a constraint or index.
    "columns" => Columns;
    /// The number of key columns among them.
    "key_columns" => KeyColumns;
    /// The `oid` of the table that a foreign key points at, and the numbers of the columns there.
    "references" => References;
    /// The text of `pg_get_constraintdef`.
    "constraint" => Constraint;
    /// The text of `pg_get_indexdef`.
    "definition" => Definition;
    /// The text of `pg_get_triggerdef`.
    "trigger" => Trigger;
    /// The text of `pg_get_ruledef`.
    "rule" => Rule;
}

/// A piece as name and value, when it begins with a name.
pub(super) fn split(piece: &str) -> Option<(&str, &str)> {
    let (name, value) = piece.split_once('=')?;
    let word = name.split(['.', '[']).next().unwrap_or(name);
    let word = word.strip_prefix('#').unwrap_or(word);
    (!word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        .then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Kind, attributes_of};

    #[test]
    fn pieces_begin_with_a_name() {
        assert_eq!(split("type=text"), Some(("type", "text")));
        assert_eq!(split("#options={a=b}"), Some(("#options", "{a=b}")));
        assert_eq!(split("labels[]={a}"), Some(("labels[]", "{a}")));
        assert_eq!(split("SELECT 1 = 1"), None);
    }

    /// Names in the queries: `'type=' ||`, `'{us}unlogged=yes'`.
    fn names(query: &str) -> impl Iterator<Item = &str> {
        query.split('\'').skip(1).step_by(2).filter_map(|text| {
            let text = text.rsplit("{us}").next().unwrap_or(text);
            split(text).map(|(name, _)| name)
        })
    }

    #[test]
    fn every_piece_of_every_query_is_known() {
        for kind in Kind::ALL {
            for name in names(kind.spec().query) {
                match Piece::named(name) {
                    Piece::Unknown(name) => panic!("{kind}: #{name} is unknown"),
                    Piece::Text(name) | Piece::List(name) => {
                        let known = attributes_of(*kind)
                            .any(|known| known.matches(name) || known.name == name);
                        assert!(known, "{kind}: {name} is not among its attributes");
                    }
                    Piece::Grants(_) | Piece::Special(_) => {}
                }
            }
        }
    }
}
