//! The checksum of a script.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha384};

/// The SHA-384 of a text as lower-case hexadecimal digits: what sqlx keeps of a script, unless its settings leave characters
/// out.
pub fn sha384(text: &str) -> String {
    hexadecimal(&digest(text, &BTreeSet::new()))
}

/// The SHA-384 of a text without these characters.
pub(crate) fn digest(text: &str, ignored: &BTreeSet<char>) -> Vec<u8> {
    if ignored.is_empty() {
        return Sha384::digest(text).to_vec();
    }
    let mut hasher = Sha384::new();
    for part in text.split(|c| ignored.contains(&c)) {
        hasher.update(part);
    }
    hasher.finalize().to_vec()
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        hex.push(DIGITS[usize::from(byte >> 4)]);
        hex.push(DIGITS[usize::from(byte & 15)]);
    }
    hex
}
