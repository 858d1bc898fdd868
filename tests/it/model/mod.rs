//! The expected schema: a SQL file, structs and enums, and how head differs from it.

mod bless;
mod bless_heads;
pub(crate) mod columns;
mod constraints;
mod generic;
mod labels;
pub(crate) mod shop;
mod sql;
pub(crate) mod structs;
mod together;
