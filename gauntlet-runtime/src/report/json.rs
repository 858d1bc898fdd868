//! One JSON line for each check, for machines. Its fields are those of [`Report`], described in `docs/json.md`.

use super::Format;
use crate::finding::Report;

pub(super) const FORMAT: Format = Format { name: "json", render: line };

fn line(report: &Report) -> String {
    let line = serde_json::to_string(report).expect("the data of a report has text keys only");
    line + "\n"
}
