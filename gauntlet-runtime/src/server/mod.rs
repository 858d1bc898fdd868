//! The PostgreSQL server that the tests use: one behind a URL, or one started from binaries on this machine.
//!
//! A [`Source`] resolves to a [`Server`], which holds the administrator's connect options and the rights of that role.
//! [`Server::shared`] gives one server a process and source. All concurrent processes of a user share one
//! [embedded](embedded()) server; it is gone with its files within 30 s after the last of them has ended, however it
//! ended. Embedded servers and containers need a Unix system; all the rest does not, and
//! only `local` names what other systems do not have. `--cfg gauntlet_no_embedded` builds on Unix what they get.
//!
//! Leaves to others: databases and schemas for tests ([`isolation`](crate::isolation)).

mod auto;
mod consent;
#[cfg(all(unix, not(gauntlet_no_embedded), feature = "testcontainers"))]
mod container;
#[cfg(all(unix, not(gauntlet_no_embedded), feature = "testcontainers"))]
mod container_directory;
mod digest;
mod embedded;
mod error;
mod handle;
mod install;
#[cfg(all(unix, not(gauntlet_no_embedded)))]
mod local;
mod oldest;
mod product;
mod service;
mod shared;
mod source;
mod source_context;
mod url;

pub use auto::{Auto, Env, auto, env};
#[cfg(all(unix, not(gauntlet_no_embedded), feature = "testcontainers"))]
pub use container::{Container, container, container_of};
pub(crate) use digest::{digest, fnv};
pub use embedded::{Embedded, embedded};
pub use error::ServerError;
pub use handle::Server;
pub(crate) use handle::answers;
pub use install::{Installed, install};
pub use oldest::OLDEST;
pub(crate) use source::AnySource;
pub use source::Source;
pub use source_context::SourceContext;
#[cfg(all(unix, not(gauntlet_no_embedded), feature = "testcontainers"))]
pub use testcontainers;
