//! The database tests, one file an area. They get their server the way users do.

mod catalog_mutations;
mod ddl;
mod isolation;
mod server;
mod support;
