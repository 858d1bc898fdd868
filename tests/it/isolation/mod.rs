//! Databases and schemas for tests, and how leftovers are removed.

mod killed;
mod neighbours;
mod run;
mod sandbox;
mod sweep;
mod users_data;
