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
    use serde_json::Value;

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

    /// The texts of a report, each a part of the JSON that is replaced.
    const TEXTS: [&str; 24] = [
        "</script>",
        "<script>",
        "<!--",
        "-->",
        "]]>",
        "<b>",
        "&amp;",
        "&#60;",
        "\"",
        "'",
        "`",
        "\\",
        "\\u003c",
        "\n",
        "\r",
        "\0",
        "\u{202e}",
        "\u{feff}",
        "\u{2028}",
        "ä",
        "😀",
        " ",
        "x",
        "javascript:alert(1)",
    ];

    /// Where the texts of a value are, as JSON pointers.
    fn places(value: &Value, place: &str, all: &mut Vec<String>) {
        match value {
            Value::String(_) => all.push(place.to_owned()),
            Value::Array(some) => {
                for (at, one) in some.iter().enumerate() {
                    places(one, &format!("{place}/{at}"), all);
                }
            }
            Value::Object(some) => {
                for (key, one) in some {
                    places(one, &format!("{place}/{key}"), all);
                }
            }
            _ => {}
        }
    }

    fn with(value: &Value, place: &str, text: String) -> Value {
        let mut value = value.clone();
        *value.pointer_mut(place).expect("the value has this place") = Value::String(text);
        value
    }

    fn document(value: &Value) -> Option<Document> {
        serde_json::from_value(value.clone()).ok()
    }

    /// Names and texts of whatever kind become no markup, and the data is found again.
    #[test]
    fn any_texts_stay_texts() {
        let plain: Value = serde_json::from_str(include_str!("any.json")).unwrap();
        let mut all = Vec::new();
        places(&plain, "", &mut all);
        // A word of a fixed list cannot be another one.
        all.retain(|place| document(&with(&plain, place, "x".to_owned())).is_some());
        assert!(all.len() > 50, "{all:?}");
        let tags = |text: &str| {
            ["<script", "</script", "<!--", "<b>", "\0"].map(|tag| text.matches(tag).count())
        };
        let usual = tags(&document(&plain).unwrap().render());
        any_input::rounds(200, |random| {
            let mut value = plain.clone();
            for place in &all {
                if random.u8(..) < 128 {
                    let text = any_input::some(random, 5, &TEXTS).concat();
                    *value.pointer_mut(place).unwrap() = Value::String(text);
                }
            }
            // Two keys of a map may have become one, and a number another.
            let Some(document) = document(&value) else { return };
            let text = document.render();
            assert_eq!(tags(&text), usual, "{value}");
            assert_eq!(Document::parse(&text).unwrap(), document);
        });
    }
}
