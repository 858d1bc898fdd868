//! The objects of a database, and the differences between two of them.

pub use gauntlet_runtime::catalog::{
    Address, AggregateRef, Aspect, Attribute, Catalog, CatalogError, Change, ColumnRef,
    ConstraintRef, ConstraintType, Diff, DiffOptions, Difference, EnumRef, FunctionRef, GlobError,
    IgnoreCount, IgnoreRule, IndexRef, Kind, NotCompared, Object, ObjectId, ObjectRef, PolicyRef,
    ReadOptions, Scope, SequenceRef, Severity, TableRef, TriggerRef, UnknownIgnore, Value, Values,
    ViewRef, attributes_of,
};
