//! Where the tests' PostgreSQL comes from: a URL, or a server started from binaries on this machine.
//!
//! A [`Source`] says where to look and resolves to a [`Server`], which knows how to connect as the
//! administrator and what that role may do. [`Server::shared`] gives one server a process and source;
//! the [embedded](embedded()) server is one for all concurrent processes of a user, and is gone with its
//! files within 30 s after the last of them has ended, however it ended.
//!
//! Left to others: databases and schemas for tests ([`isolation`](crate::isolation)).

mod account;
mod area;
mod auto;
mod binaries;
mod cluster;
#[cfg(feature = "testcontainers")]
mod container;
mod context;
mod daemon;
mod digest;
mod embedded;
mod error;
mod files;
mod handle;
mod join;
mod memo;
mod memory;
mod oldest;
mod places;
mod report;
mod search;
mod settings;
mod shared;
mod source;
mod url;

pub use auto::{Auto, Env, auto, env};
#[cfg(feature = "testcontainers")]
pub use container::{Container, container, container_of};
pub use context::SourceContext;
pub(crate) use digest::{digest, fnv};
pub use embedded::{Embedded, embedded};
pub use error::ServerError;
pub use handle::Server;
pub use oldest::OLDEST;
pub use source::{BoxFuture, Source};
#[cfg(feature = "testcontainers")]
pub use testcontainers;
