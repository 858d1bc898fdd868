//! The crate whose migrations run on a PostgreSQL in a container.
