//! The database tests, one file an area. They get their server the way users do.

mod area;
mod catalog;
mod catalog_generated;
mod catalog_mutations;
mod gallery_downgrade;
mod gallery_errors;
mod gallery_model;
mod gallery_naming;
mod gallery_outside;
mod gallery_single_head;
mod gallery_stairway;
mod isolation;
mod isolation_sweep;
mod model;
mod model_bless;
mod model_shop;
mod model_sql;
mod model_structs;
mod oracle;
mod server;
mod server_discovery;
mod server_files;
mod server_life;
mod support;
