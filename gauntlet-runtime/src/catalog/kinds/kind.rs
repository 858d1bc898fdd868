//! The properties of a kind, read from its description.

use std::fmt;

use super::Kind;
use super::place::HangsOn;

/// Declares [`Kind`] from its list: documentation, variant, module of its description.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident => $module:ident;)*) => {
        /// A kind of object, in the order in which a person would create them.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $variant,)*
        }

        impl Kind {
            /// All kinds, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The description of the kind.
            pub(crate) const fn spec(self) -> &'static spec::KindSpec {
                match self { $(Self::$variant => &$module::KIND,)* }
            }
        }
    };
}

impl Kind {
    /// The name of one, for people: `materialized view`.
    pub const fn singular(self) -> &'static str {
        self.spec().one
    }

    /// The name of several as one word: `materialized_views`.
    pub const fn plural(self) -> &'static str {
        self.spec().many
    }

    /// The catalog table that holds them, such as `pg_class`.
    pub const fn class(self) -> &'static str {
        self.spec().class
    }

    /// The catalog table of the object that they hang on; [`Kind::class`] for those that stand alone.
    pub const fn root_class(self) -> &'static str {
        self.spec().root_class
    }

    /// The kind with this plural (`materialized_views`), or `None`.
    pub fn from_plural(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.plural() == name)
    }

    /// Returns true if it has columns: tables, foreign tables, views, materialized views, composite types.
    pub const fn is_relation(self) -> bool {
        self.spec().columns.is_some()
    }

    /// Returns true if it is the column of a relation.
    pub const fn is_column(self) -> bool {
        matches!(self, Self::Column | Self::ViewColumn)
    }

    /// Returns true if objects of this kind hang on a relation and are dropped with it.
    pub const fn hangs_on_relation(self) -> bool {
        matches!(self.spec().hangs_on, HangsOn::Relation)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.singular())
    }
}
