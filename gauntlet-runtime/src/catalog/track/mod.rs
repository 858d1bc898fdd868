//! Snapshots after single steps, at a cost that follows from what the step changed.
//!
//! A [`Tracker`] holds the catalog of a database and keeps it true. `scan` finds the objects whose catalog rows are
//! newer than the last look, or gone; only what hangs on those is read again, with the same queries. `journal` keeps
//! what was there before, so that any two moments can be compared.
//!
//! A text that PostgreSQL prints can change although its own row does not, because something that it mentions bears
//! another name. So when a name, a label or an overload changes, or a kind that hangs on no relation, type or routine,
//! everything is read again. Decides nothing about what a difference means.

mod again;
mod counts;
mod journal;
mod scan;
mod tracker;

pub use tracker::Tracker;
