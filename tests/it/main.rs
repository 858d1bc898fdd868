//! The database tests, one file an area. They get their server the way users do.

mod area;
mod isolation;
mod model;
mod model_shop;
mod isolation_sweep;
mod server;
mod server_discovery;
mod server_files;
mod server_life;
