//! The database tests, one file an area. They get their server the way users do.

mod area;
mod gallery_downgrade;
mod gallery_errors;
mod gallery_model;
mod gallery_naming;
mod gallery_single_head;
mod gallery_stairway;
mod isolation;
mod macro_words;
mod isolation_sweep;
mod server;
mod server_discovery;
mod server_files;
mod server_life;
mod support;
