//! The crate whose migrations the quickstart tests. What the schema should be is said twice: by `schema.sql`, which
//! reviewers read, and by the structs and enums that the program reads rows into.

pub mod models;
