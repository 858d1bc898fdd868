//! The crate whose migrations the quickstart tests. The expected schema is stated twice: by `schema.sql`, which
//! reviewers read, and by the structs and enums that the program reads rows into.

pub mod models;
