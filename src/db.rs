//! Servers: what `db = ...` takes.

pub use gauntlet_runtime::server::{
    Auto, BoxFuture, Embedded, Env, Server, ServerError, Source, SourceContext, auto, embedded, env,
};
#[cfg(feature = "testcontainers")]
pub use gauntlet_runtime::server::{Container, container, container_of, testcontainers};
