//! The file as text: the page, and in it the data from which it was made.

use super::Document;
use super::layout;
use super::page::Page;

/// What stands before the data.
const BEGIN: &str = "<script type=\"application/json\" id=\"gauntlet-data\">";

/// What stands after it.
const END: &str = "</script>";

/// A text that is not a report of this version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not a report of this version of gauntlet: remove it, or name another file")]
#[non_exhaustive]
pub struct NotAReport;

impl Document {
    /// The data of a report; none of an empty text.
    ///
    /// # Errors
    ///
    /// When the text is something else.
    pub fn parse(text: &str) -> Result<Document, NotAReport> {
        if text.is_empty() {
            return Ok(Document::default());
        }
        let data = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END));
        let (data, _) = data.ok_or(NotAReport)?;
        serde_json::from_str(data).map_err(|_| NotAReport)
    }

    /// The report as a text.
    ///
    /// # Panics
    ///
    /// Never: all keys of its data are texts.
    pub fn render(&self) -> String {
        let data = serde_json::to_string(self).expect("the data of a report has text keys only");
        let mut page = Page::default();
        layout::page(&mut page, self, |page| {
            page.raw(BEGIN).json(&data).raw(END).raw("\n");
        });
        page.into_text()
    }
}
