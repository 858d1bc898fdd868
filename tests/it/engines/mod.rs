//! A second engine, written against the public API alone, under the checks and `TestDb`. It is the one of the guide.

mod suite;

#[path = "../../../examples/advanced/tests/own_engine/sections.rs"]
mod sections;
