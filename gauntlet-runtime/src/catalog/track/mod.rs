//! Snapshots after single steps, at a cost that follows from what the step changed.
//!
//! A [`Tracker`] holds the catalog of a database and keeps it true. `counts` asks the server what was written since the
//! last look, and finds those catalog rows; `scan` finds them by going through all catalogs, where there are no such
//! counts or they do not add up; `changed_rows` says what they hang on. Only that is read again, by `reread`, with the same
//! queries. `journal` keeps what was there before, so that any two moments can be compared.
//!
//! A text that PostgreSQL prints can change although its own row does not, because something that it mentions bears
//! another name. When a relation or a type, something on it, or a label gets another name, the relations that depend on it
//! are read again; when something else depends on it, and when a routine, an overload or a kind that hangs on no relation,
//! type or routine changes, everything is. Decides nothing about what a difference means.

mod changed_rows;
mod counts;
mod journal;
mod reread;
mod scan;
mod stale;
mod statements;
mod tracker;

pub use tracker::Tracker;
