//! One row, with its values as the server writes them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::driver::{Error, Result};

/// A row: each column with its value in JSON. As text, since a number of the server may have more digits than any of ours.
pub(in crate::checks) type Row = BTreeMap<String, String>;

/// Reads a row that `to_jsonb` has written.
pub(in crate::checks) fn parse(text: &str) -> Result<Row> {
    let row: BTreeMap<Cow<'_, str>, &RawValue> =
        serde_json::from_str(text).map_err(|error| Error::Decode(error.into()))?;
    let row = row.into_iter();
    Ok(row.map(|(name, value)| (name.into_owned(), same(value.get()).to_owned())).collect())
}

/// The text that all equal numbers share: 1.50 is 1.5, and so is a column to which a version gave another scale.
fn same(value: &str) -> &str {
    let is_number = value.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    if is_number && value.contains('.') && !value.contains(['e', 'E']) {
        value.trim_end_matches('0').trim_end_matches('.')
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_equal_ones_are_the_same() {
        let row = parse(
            r#"{"a": 123456789012345678901234567890.10, "b": 1.50, "c": -0.00, "d": 100, "e": "1.50", "f \"g\"": null,
                "h": {"i": 1.50}}"#,
        );
        let row = row.unwrap();
        let values: Vec<(&str, &str)> =
            row.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(
            values,
            [
                ("a", "123456789012345678901234567890.1"),
                ("b", "1.5"),
                ("c", "-0"),
                ("d", "100"),
                ("e", "\"1.50\""),
                ("f \"g\"", "null"),
                ("h", "{\"i\": 1.50}"),
            ]
        );
        // More than any float can be.
        let large = format!("{{\"a\": 1{}}}", "0".repeat(400));
        assert_eq!(parse(&large).unwrap()["a"].len(), 401);
        assert!(parse("{\"a\"").is_err());
    }
}
