//! Sets of bytes, as bits, for the lexer. All characters beyond ASCII are in the same sets, so no text is decoded.

pub(super) const SPACE: u16 = 1;
/// All but the end of a line.
pub(super) const LINE: u16 = 2;
pub(super) const DIGIT: u16 = 4;
pub(super) const WORD: u16 = 8;
/// The same without `$`: what may stand between the dollars of `$tag$`.
pub(super) const NAME: u16 = 16;
pub(super) const OPERATOR: u16 = 32;
/// Digits of numbers that begin with `0x`, `0o` and `0b`.
pub(super) const HEXADECIMAL: u16 = 64;
pub(super) const OCTAL: u16 = 128;
pub(super) const BINARY: u16 = 256;

static SETS: [u16; 256] = sets();

const fn sets() -> [u16; 256] {
    let mut sets = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "it is below 256")]
        let c = byte as u8;
        let mut of = 0;
        if matches!(c, b' ' | b'\t' | b'\n' | b'\r' | 0xb | 0xc) {
            of |= SPACE;
        }
        if !matches!(c, b'\n' | b'\r') {
            of |= LINE;
        }
        if c.is_ascii_digit() {
            of |= DIGIT | WORD | NAME;
        }
        if c.is_ascii_alphabetic() || !c.is_ascii() || c == b'_' {
            of |= WORD | NAME;
        }
        if c == b'$' {
            of |= WORD;
        }
        if c.is_ascii_hexdigit() {
            of |= HEXADECIMAL;
        }
        if matches!(c, b'0'..=b'7') {
            of |= OCTAL;
        }
        if matches!(c, b'0' | b'1') {
            of |= BINARY;
        }
        if matches!(
            c,
            b'~' | b'!'
                | b'@'
                | b'#'
                | b'^'
                | b'&'
                | b'|'
                | b'`'
                | b'?'
                | b'+'
                | b'-'
                | b'*'
                | b'/'
                | b'%'
                | b'<'
                | b'>'
                | b'='
        ) {
            of |= OPERATOR;
        }
        sets[byte] = of;
        byte += 1;
    }
    sets
}

/// The length of the longest beginning of which all bytes are in a set. A plain loop over bytes, as a script may have 50 MiB and a
/// user's debug build optimizes nothing.
pub(super) fn run(rest: &str, set: u16) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while at < bytes.len() && SETS[bytes[at] as usize] & set != 0 {
        at += 1;
    }
    at
}

/// Whether a character of ASCII is in a set.
pub(super) fn is_in(c: char, set: u16) -> bool {
    c.is_ascii() && SETS[c as usize] & set != 0
}
