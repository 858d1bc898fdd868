//! Engines: a second one, written against the public API alone, under the checks and `TestDb` (it is the one of the
//! guide); and what sqlx itself does, which the tool has to report.

mod like_sqlx;
mod several;
mod sqlx_toml;
mod suite;

#[path = "../../../examples/advanced/tests/own_engine/sections.rs"]
mod sections;
