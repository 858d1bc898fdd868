//! The report to look at: one HTML file without anything from elsewhere, made from the JSON of a run, which it carries.
//!
//! | file | owns |
//! |---|---|
//! | `document` | the data of the file: what the checks of all suites reported, and what belongs to a run |
//! | `file` | the file as text: how the data is found in it again |
//! | `page` | markup and text apart: the one place that escapes |
//! | `layout` | the page: head, summary, sections |
//! | `findings`, `changes` | what was found; values side by side |
//! | `timeline` | the versions, with what they took and changed |
//! | `schema` | the tables at head: data |
//! | `place`, `diagram` | where the tables stand, and their drawing |

mod changes;
mod diagram;
mod document;
mod file;
mod findings;
mod layout;
mod page;
mod place;
mod schema;
mod summary;
mod timeline;

pub use document::{Document, RunId};
pub use file::NotAReport;
