//! Isolation: the objects of each test in a database, or in a schema, of their own. A schema stands in a database of this
//! process, where the role may create one.
//!
//! A [`Sandbox`] is made, handed out and taken away here, also after a crash: a name tells which run made it, a run
//! holds an advisory lock while it lives, and the first sandbox of a process sweeps what runs without a lock have
//! left, once the server has ended what it still did for them. Nothing else is ever dropped. How many checks use a server
//! at the same time, over all processes, is decided here too: a check takes a seat before anything else.
//!
//! Left to others: what happens inside ([`migrations`](crate), checks), and when to keep a sandbox.

mod create;
mod error;
mod held_file;
#[expect(clippy::module_inception, reason = "the file holds the type of this name")]
mod isolation;
mod original;
mod own_database;
mod pooler;
mod queue;
mod registration;
mod remove;
mod resting;
mod sandbox;
mod sandbox_name;
mod search_path;
mod seat;
mod seats;
mod shared_database;
mod statement;
mod sweep;
mod worker;

pub use error::IsolationError;
pub(crate) use held_file::hold;
pub use isolation::Isolation;
pub(crate) use original::{Found, Making, Original};
pub(crate) use own_database::OwnDatabase;
pub use sandbox::{Kept, Sandbox};
pub(crate) use seat::Seat;
pub(crate) use seats::CONNECTIONS;
pub use sweep::sweep;
pub(crate) use sweep::swept;

pub use crate::runtime::settle;
