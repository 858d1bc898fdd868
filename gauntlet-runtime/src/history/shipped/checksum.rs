//! The checksum of a script.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha384};

/// The SHA-384 of a text as lower-case hexadecimal digits: what sqlx keeps of a script.
pub fn sha384(text: &str) -> String {
    Sha384::digest(text).iter().fold(String::with_capacity(96), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
