//! The checksum of a script.

use sha2::{Digest as _, Sha384};

/// The SHA-384 of a text as lower-case hexadecimal digits: what sqlx keeps of a script.
pub fn sha384(text: &str) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut hex = String::with_capacity(96);
    for byte in Sha384::digest(text) {
        hex.push(DIGITS[usize::from(byte >> 4)]);
        hex.push(DIGITS[usize::from(byte & 15)]);
    }
    hex
}
