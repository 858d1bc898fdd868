//! The kinds of object: one folder for each.
//!
//! A kind is described by its `KIND`, a [`KindSpec`](spec::KindSpec) in `kinds/<kind>/mod.rs`: what it is called, how it
//! is read (`query.sql` beside it), tracked, compared, and written (`write.rs` beside it, where that takes more than a
//! few lines). Reading, comparing, ignoring, tracking, writing and repairing are written once, over all kinds, and ask
//! the description through [`Kind::spec`].
//!
//! # Adding a kind
//!
//! 1. Copy the folder of a kind that is like the new one, and add it to the two lists below: its module, and its
//!    variant in the place where a person would create it. The place is also the order of differences and scripts.
//! 2. Write `query.sql` (its columns and placeholders are described in `read/query.rs`) and list every attribute that
//!    it yields in `KIND`. The compiler asks for everything else.
//! 3. Write a mutation for each attribute (`tests/it/mutations/*.sql`); a test fails for an attribute without one.
//!
//! Attribute words for ignore rules follow from the names here; a test says when the macro's list lacks them.

#[macro_use]
mod kind;
mod attribute;
pub(crate) mod place;
pub(crate) mod spec;

mod access_method;
mod aggregate;
mod base_type;
mod cast;
mod collation;
mod column;
mod composite_type;
pub(crate) mod constraint;
mod conversion;
pub(crate) mod database;
mod default_privilege;
mod domain;
mod domain_constraint;
mod r#enum;
mod event_trigger;
mod extension;
mod foreign_data_wrapper;
mod foreign_table;
mod function;
pub(crate) mod index;
mod language;
mod materialized_view;
mod operator;
mod operator_class;
mod operator_family;
mod policy;
mod procedure;
mod publication;
mod range_type;
mod rule;
mod schema;
pub(crate) mod sequence;
mod server;
mod statistics;
mod subscription;
mod table;
mod text_search_configuration;
mod text_search_dictionary;
mod text_search_parser;
mod text_search_template;
mod transform;
mod trigger;
mod user_mapping;
mod view;
mod view_column;

pub use attribute::{Attribute, attributes_of};

kinds! {
    /// The database itself; its name is `(this)`.
    Database => database;
    /// A schema. The home schema is called `(home)`.
    Schema => schema;
    /// An extension; its members are not listed.
    Extension => extension;
    /// A procedural language.
    Language => language;
    /// An access method.
    AccessMethod => access_method;
    /// A foreign-data wrapper.
    ForeignDataWrapper => foreign_data_wrapper;
    /// A foreign server.
    Server => server;
    /// A user mapping; its parent is the server.
    UserMapping => user_mapping;
    /// A default privilege (`ALTER DEFAULT PRIVILEGES`).
    DefaultPrivilege => default_privilege;
    /// A collation.
    Collation => collation;
    /// An enum type.
    Enum => r#enum;
    /// A base type, or a shell type.
    BaseType => base_type;
    /// A composite type that stands alone; its columns are [`Kind::Column`].
    CompositeType => composite_type;
    /// A range type with its multirange.
    RangeType => range_type;
    /// A domain.
    Domain => domain;
    /// A CHECK constraint of a domain.
    DomainConstraint => domain_constraint;
    /// A sequence, except those of identity columns.
    Sequence => sequence;
    /// A function, window functions among them.
    Function => function;
    /// A procedure.
    Procedure => procedure;
    /// An aggregate.
    Aggregate => aggregate;
    /// An operator.
    Operator => operator;
    /// An operator family.
    OperatorFamily => operator_family;
    /// An operator class.
    OperatorClass => operator_class;
    /// A cast.
    Cast => cast;
    /// A transform.
    Transform => transform;
    /// A conversion.
    Conversion => conversion;
    /// A text search parser.
    TextSearchParser => text_search_parser;
    /// A text search template.
    TextSearchTemplate => text_search_template;
    /// A text search dictionary.
    TextSearchDictionary => text_search_dictionary;
    /// A text search configuration.
    TextSearchConfiguration => text_search_configuration;
    /// A table, partitioned or not, or a partition.
    Table => table;
    /// A foreign table.
    ForeignTable => foreign_table;
    /// A column of a table, foreign table or composite type.
    Column => column;
    /// A constraint of a table, with the index that backs it.
    Constraint => constraint;
    /// An index that does not back a constraint.
    Index => index;
    /// Extended statistics.
    Statistics => statistics;
    /// A view.
    View => view;
    /// A materialized view.
    MaterializedView => materialized_view;
    /// A column of a view or materialized view.
    ViewColumn => view_column;
    /// A rewrite rule.
    Rule => rule;
    /// A trigger.
    Trigger => trigger;
    /// A row security policy.
    Policy => policy;
    /// An event trigger.
    EventTrigger => event_trigger;
    /// A publication.
    Publication => publication;
    /// A subscription.
    Subscription => subscription;
}
