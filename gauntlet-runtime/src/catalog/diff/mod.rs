//! The differences between two catalogs.

mod compare;
mod difference;
mod identity;
mod ignore;
mod moved;
mod options;
mod order;
mod rename;

pub use difference::{Change, Difference, Severity};
pub use ignore::{Aspect, IgnoreRule, UnknownIgnore};
pub(crate) use moved::{Moved, moved};
pub use options::{Diff, DiffOptions, IgnoreCount};

use super::{Catalog, Object, ObjectId};

impl Catalog {
    /// The differences of `actual` from `self`, the expected catalog.
    ///
    /// Partition children are left out and nothing is ignored; [`Catalog::diff_with`] says more.
    /// The order is stable: table by table, in the order in which a person would repair them.
    pub fn diff(&self, actual: &Self) -> Vec<Difference> {
        self.diff_with(actual, &DiffOptions::default()).differences
    }

    /// The differences of `actual` from `self`, with what was ignored and what could not be compared.
    #[doc(hidden)]
    pub fn diff_with(&self, actual: &Self, options: &DiffOptions) -> Diff {
        let mut diff = compare::compare(self, actual, options);
        order::sort(&mut diff.differences, self, actual);
        diff
    }

    /// The objects that [`Catalog::diff_with`] compares under these options, by identity: without ignored tables and
    /// partition children and what hangs on them.
    #[doc(hidden)]
    pub fn compared(&self, options: &DiffOptions) -> Vec<(&ObjectId, &Object)> {
        compare::compared(self, options)
    }
}
