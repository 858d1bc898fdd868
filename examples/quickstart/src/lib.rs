//! The crate whose migrations the quickstart tests. Its truth about the schema is `schema.sql`.
