//! The checksum of a script.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha384};

use crate::sql::SqlText;

/// The SHA-384 of a text as lower-case hexadecimal digits: what sqlx keeps of a script, unless its settings leave characters
/// out.
pub fn sha384(text: &SqlText) -> String {
    hexadecimal(&checksum(text, &BTreeSet::new()))
}

/// The SHA-384 of a text without these characters. A text is hashed once for each set of characters, as the hash of a large
/// script takes longer than anything else in a build without optimization.
pub(crate) fn checksum(text: &SqlText, ignored: &BTreeSet<char>) -> Arc<[u8]> {
    let known = text.fact(|_| Digests::default());
    let mut known = known.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, digest)) = known.iter().find(|(of, _)| of == ignored) {
        return Arc::clone(digest);
    }
    let digest: Arc<[u8]> = digest(text, ignored).into();
    known.push((ignored.clone(), Arc::clone(&digest)));
    digest
}

#[derive(Default)]
struct Digests(Mutex<Vec<Digest>>);

/// The characters that are left out, and the digest.
type Digest = (BTreeSet<char>, Arc<[u8]>);

/// The SHA-384 of a text without these characters.
pub(crate) fn digest(text: &str, ignored: &BTreeSet<char>) -> Vec<u8> {
    if ignored.is_empty() {
        return Sha384::digest(text).to_vec();
    }
    let (bytes, mut at, mut start) = (text.as_bytes(), 0, 0);
    let mut hasher = Sha384::new();
    // One look at most of the bytes of a large script: no character that begins with another byte is left out.
    let mut first = [false; 256];
    for c in ignored {
        first[usize::from(c.encode_utf8(&mut [0; 4]).as_bytes()[0])] = true;
    }
    while at < bytes.len() {
        if !first[bytes[at] as usize] {
            at += 1;
            continue;
        }
        let length = text[at..].chars().next().filter(|c| ignored.contains(c)).map(char::len_utf8);
        if let Some(length) = length {
            hasher.update(&bytes[start..at]);
            start = at + length;
        }
        at += length.unwrap_or(1);
    }
    hasher.update(&bytes[start..]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_left_out() {
        let ignored = BTreeSet::from([' ', '\r', '\n', '\u{feff}']);
        let text = "\u{feff}SELECT\r\n  'ä\u{fefe}' ";
        assert_eq!(digest(text, &ignored), digest("SELECT'ä\u{fefe}'", &BTreeSet::new()));
        assert_ne!(digest(text, &BTreeSet::from(['\r'])), digest(text, &ignored));
        let text = SqlText::from(text);
        for _ in 0..2 {
            assert_eq!(checksum(&text, &ignored)[..], digest(&text, &ignored));
            assert_eq!(checksum(&text, &BTreeSet::new())[..], digest(&text, &BTreeSet::new()));
        }
    }
}
