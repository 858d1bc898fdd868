//! The kinds of object, and the query of each: a new kind is one line here and one file under `sql/`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One line for each kind: variant, name of one, name of many (also what ignore rules call it),
/// catalog table, catalog table of the object that it hangs on, query.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident, $one:literal, $many:literal, $class:literal, $root:literal, $file:literal;)*) => {
        /// A kind of object, in the order in which a person would make them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $variant,)*
        }

        impl Kind {
            /// All kinds, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// What one of them is called: `materialized view`.
            pub const fn singular(self) -> &'static str {
                match self { $(Self::$variant => $one,)* }
            }

            /// What several are called, as one word: `materialized_views`.
            pub const fn plural(self) -> &'static str {
                match self { $(Self::$variant => $many,)* }
            }

            /// The catalog table in which they live, such as `pg_class`.
            pub const fn class(self) -> &'static str {
                match self { $(Self::$variant => $class,)* }
            }

            /// The catalog table of the object that they hang on; [`Kind::class`] for those that stand alone.
            pub const fn root_class(self) -> &'static str {
                match self { $(Self::$variant => $root,)* }
            }

            /// The query that reads them, before its placeholders are filled (see `query`).
            pub(in crate::catalog) const fn query(self) -> &'static str {
                match self { $(Self::$variant => include_str!(concat!($file, "/query.sql")),)* }
            }
        }
    };
}

kinds! {
    /// A schema. The home schema is called `(home)`.
    Schema, "schema", "schemas", "pg_namespace", "pg_namespace", "schema";
    /// An extension; its members are not listed.
    Extension, "extension", "extensions", "pg_extension", "pg_extension", "extension";
    /// A procedural language.
    Language, "language", "languages", "pg_language", "pg_language", "language";
    /// An access method.
    AccessMethod, "access method", "access_methods", "pg_am", "pg_am", "access_method";
    /// A foreign-data wrapper.
    ForeignDataWrapper, "foreign-data wrapper", "foreign_data_wrappers", "pg_foreign_data_wrapper", "pg_foreign_data_wrapper", "foreign_data_wrapper";
    /// A foreign server.
    Server, "server", "servers", "pg_foreign_server", "pg_foreign_server", "server";
    /// A user mapping; its parent is the server.
    UserMapping, "user mapping", "user_mappings", "pg_user_mapping", "pg_user_mapping", "user_mapping";
    /// A default privilege (`ALTER DEFAULT PRIVILEGES`).
    DefaultPrivilege, "default privilege", "default_privileges", "pg_default_acl", "pg_default_acl", "default_privilege";
    /// A collation.
    Collation, "collation", "collations", "pg_collation", "pg_collation", "collation";
    /// An enum type.
    Enum, "enum", "enums", "pg_type", "pg_type", "enum";
    /// A base type, or a shell type.
    BaseType, "base type", "base_types", "pg_type", "pg_type", "base_type";
    /// A composite type that stands alone; its columns are [`Kind::Column`].
    CompositeType, "composite type", "composite_types", "pg_type", "pg_class", "composite_type";
    /// A range type with its multirange.
    RangeType, "range type", "range_types", "pg_type", "pg_type", "range_type";
    /// A domain.
    Domain, "domain", "domains", "pg_type", "pg_type", "domain";
    /// A CHECK constraint of a domain.
    DomainConstraint, "domain constraint", "domain_constraints", "pg_constraint", "pg_type", "domain_constraint";
    /// A sequence, but for those of identity columns.
    Sequence, "sequence", "sequences", "pg_class", "pg_class", "sequence";
    /// A function, window functions among them.
    Function, "function", "functions", "pg_proc", "pg_proc", "function";
    /// A procedure.
    Procedure, "procedure", "procedures", "pg_proc", "pg_proc", "procedure";
    /// An aggregate.
    Aggregate, "aggregate", "aggregates", "pg_proc", "pg_proc", "aggregate";
    /// An operator.
    Operator, "operator", "operators", "pg_operator", "pg_operator", "operator";
    /// An operator family.
    OperatorFamily, "operator family", "operator_families", "pg_opfamily", "pg_opfamily", "operator_family";
    /// An operator class.
    OperatorClass, "operator class", "operator_classes", "pg_opclass", "pg_opclass", "operator_class";
    /// A cast.
    Cast, "cast", "casts", "pg_cast", "pg_cast", "cast";
    /// A transform.
    Transform, "transform", "transforms", "pg_transform", "pg_transform", "transform";
    /// A conversion.
    Conversion, "conversion", "conversions", "pg_conversion", "pg_conversion", "conversion";
    /// A text search parser.
    TextSearchParser, "text search parser", "text_search_parsers", "pg_ts_parser", "pg_ts_parser", "text_search_parser";
    /// A text search template.
    TextSearchTemplate, "text search template", "text_search_templates", "pg_ts_template", "pg_ts_template", "text_search_template";
    /// A text search dictionary.
    TextSearchDictionary, "text search dictionary", "text_search_dictionaries", "pg_ts_dict", "pg_ts_dict", "text_search_dictionary";
    /// A text search configuration.
    TextSearchConfiguration, "text search configuration", "text_search_configurations", "pg_ts_config", "pg_ts_config", "text_search_configuration";
    /// A table, partitioned or not, or a partition.
    Table, "table", "tables", "pg_class", "pg_class", "table";
    /// A foreign table.
    ForeignTable, "foreign table", "foreign_tables", "pg_class", "pg_class", "foreign_table";
    /// A column of a table, foreign table or composite type.
    Column, "column", "columns", "pg_class", "pg_class", "column";
    /// A constraint of a table, with the index that backs it.
    Constraint, "constraint", "constraints", "pg_constraint", "pg_class", "constraint";
    /// An index that no constraint stands for.
    Index, "index", "indexes", "pg_class", "pg_class", "index";
    /// Extended statistics.
    Statistics, "statistics object", "statistics", "pg_statistic_ext", "pg_class", "statistics";
    /// A view.
    View, "view", "views", "pg_class", "pg_class", "view";
    /// A materialized view.
    MaterializedView, "materialized view", "materialized_views", "pg_class", "pg_class", "materialized_view";
    /// A column of a view or materialized view.
    ViewColumn, "view column", "view_columns", "pg_class", "pg_class", "view_column";
    /// A rewrite rule.
    Rule, "rule", "rules", "pg_rewrite", "pg_class", "rule";
    /// A trigger.
    Trigger, "trigger", "triggers", "pg_trigger", "pg_class", "trigger";
    /// A row security policy.
    Policy, "policy", "policies", "pg_policy", "pg_class", "policy";
    /// An event trigger.
    EventTrigger, "event trigger", "event_triggers", "pg_event_trigger", "pg_event_trigger", "event_trigger";
    /// A publication.
    Publication, "publication", "publications", "pg_publication", "pg_publication", "publication";
    /// A subscription.
    Subscription, "subscription", "subscriptions", "pg_subscription", "pg_subscription", "subscription";
}

impl Kind {
    /// The kind with this plural (`materialized_views`), or `None`.
    pub fn from_plural(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.plural() == name)
    }

    /// Whether it has columns, constraints, triggers and the like, and shares one name space with
    /// the others that have: tables, foreign tables, views, materialized views, composite types.
    pub const fn is_relation(self) -> bool {
        matches!(
            self,
            Self::Table
                | Self::ForeignTable
                | Self::View
                | Self::MaterializedView
                | Self::CompositeType
        )
    }

    /// Whether its members are columns, of whatever relation.
    pub const fn is_column(self) -> bool {
        matches!(self, Self::Column | Self::ViewColumn)
    }

    /// Whether objects of this kind hang on a relation and go with it.
    pub const fn hangs_on_relation(self) -> bool {
        matches!(
            self,
            Self::Column
                | Self::ViewColumn
                | Self::Constraint
                | Self::Index
                | Self::Rule
                | Self::Trigger
                | Self::Policy
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.singular())
    }
}
