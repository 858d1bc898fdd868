//! Servers: what `db = ...` takes.

pub use gauntlet_runtime::server::{
    Auto, Embedded, Env, Server, ServerError, Source, SourceContext, auto, embedded, env,
};
#[cfg(all(unix, not(gauntlet_no_embedded), feature = "testcontainers"))]
pub use gauntlet_runtime::server::{Container, container, container_of, testcontainers};
