//! The database tests, one file an area. They get their server the way users do.

mod isolation;
mod server;
