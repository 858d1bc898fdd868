//! `#[migration_suite(...)]` and `#[gauntlet(...)]` on a module, as stages: `attr` reads the arguments,
//! `module` the annotated module, `valid` checks the rules across them, `ast` is the result, `expand` writes its tokens,
//! `fallback` those that follow a mistake.

mod ast;
mod attr;
mod custom;
mod downs;
mod driver;
mod expand;
mod fallback;
mod function;
mod migrated;
mod module;
mod prepared;
#[cfg_attr(not(feature = "settings-file"), path = "no_settings_file.rs")]
mod settings_file;
mod valid;

pub(crate) use driver::{migration_suite, stray_gauntlet};
pub(crate) use migrated::test;
