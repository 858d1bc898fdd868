//! A PostgreSQL from binaries on this machine: finding them, making a cluster, and a server that ends by itself.

pub(super) mod account;
pub(super) mod area;
mod binaries;
mod cache;
mod cluster;
mod configuration;
pub(super) mod daemon;
pub(super) mod files;
mod install;
pub(super) mod join;
mod memo;
mod memory;
mod not_found;
mod own_folder;
mod places;
mod search;
mod start;

pub(super) use own_folder::own_folder;
pub(super) use start::{Wanted, install, start};
