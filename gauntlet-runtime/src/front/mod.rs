//! Front ends: they ask for a run and show its report. Only here does anything print, panic or read the environment.

mod hints;
mod libtest;

pub use libtest::append;
