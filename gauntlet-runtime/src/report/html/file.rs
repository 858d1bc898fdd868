//! The file as text: the page, and in it the data from which it was made.

use super::Document;
use super::layout;
use super::page::Page;

/// The beginning of every report, of any version.
const SIGN: &str = "<!DOCTYPE html>\n<!-- A report of gauntlet. -->\n";

/// What stands before the data.
const BEGIN: &str = "<script type=\"application/json\" id=\"gauntlet-data\">";

/// What stands after it.
const END: &str = "</script>";

/// A text that is not a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not a report of gauntlet: remove it, or name another file")]
#[non_exhaustive]
pub struct NotAReport;

impl Document {
    /// The data of a report. None of an empty text, and none of a report of another version, or of one whose process was
    /// killed while it wrote: it begins again.
    ///
    /// # Errors
    ///
    /// When the text is something else.
    pub fn parse(text: &str) -> Result<Document, NotAReport> {
        if !text.is_empty() && !text.starts_with(SIGN) {
            return Err(NotAReport);
        }
        let data = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END));
        Ok(data.and_then(|(data, _)| serde_json::from_str(data).ok()).unwrap_or_default())
    }

    /// The report as a text.
    ///
    /// # Panics
    ///
    /// Never: all keys of its data are texts.
    pub fn render(&self) -> String {
        let data = serde_json::to_string(self).expect("the data of a report has text keys only");
        let mut page = Page::default();
        page.raw(SIGN);
        layout::page(&mut page, self, |page| {
            page.raw(BEGIN).json(&data).raw(END).raw("\n");
        });
        page.into_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_was_cut_off_or_is_older_begins_again() {
        let text = Document::default().render();
        for end in SIGN.len()..=text.len() {
            if text.is_char_boundary(end) {
                assert!(Document::parse(&text[..end]).is_ok(), "{}", &text[..end]);
            }
        }
        let older = format!("{SIGN}{BEGIN}[1, 2]{END}");
        assert!(Document::parse(&older).is_ok_and(|document| document.suites.is_empty()));
        for other in ["<p>mine</p>", "<!DOCTYPE html>\n<p>mine</p>", &text[1..]] {
            assert_eq!(Document::parse(other).unwrap_err(), NotAReport);
        }
    }
}
