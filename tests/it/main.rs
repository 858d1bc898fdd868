//! The database tests, one file an area. They get their server the way users do.

mod gallery_downgrade;
mod gallery_errors;
mod gallery_model;
mod gallery_naming;
mod gallery_single_head;
mod gallery_stairway;
mod isolation;
mod server;
mod support;
