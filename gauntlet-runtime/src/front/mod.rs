//! Front ends: they ask for a run and show its report. Only here does anything print, panic or read the environment.

mod at_head;
mod hints;
mod html_file;
mod libtest;

pub use at_head::AtHead;
pub use html_file::write_html;
pub use libtest::append;
