//! Output formats: reports as text for people, as JSON lines for machines, as a page to look at.
//!
//! The words, the order, the caps and the layout of everything that a person reads of a finding are here. Each format is
//! made from the data of a [`Report`](crate::finding::Report) alone, so that it can be made from the JSON of a run as well.

mod edits;
mod format;
mod formats;
mod html;
mod json;
mod lines;
mod lists;
mod settings;
mod shorten;
mod text;
mod words;

pub use format::Format;
pub use html::{Document, NotAReport, RunId};
pub use settings::Settings;
pub use text::{finding, finding_for, render, render_for, render_notes, render_notes_for};
