//! The objects of a database, and the differences between two of them.

pub use gauntlet_runtime::catalog::{
    AggregateRef, Catalog, Change, ColumnRef, ConstraintRef, ConstraintType, Difference, EnumRef,
    FunctionRef, IndexRef, Kind, Object, ObjectId, ObjectRef, PolicyRef, SequenceRef, TableRef,
    TriggerRef, Value, ViewRef,
};
