//! The numbers of SQL.

use super::bytes::{BINARY, DIGIT, HEXADECIMAL, OCTAL, run};

/// The length of a number, as PostgreSQL 16 and later read it: `0x1F`, `0o17` and `0b11` are numbers, and one underscore may stand
/// between two digits and after such a `0x`. No number begins or ends with one: of `1_`, `1__0` and `1_.5`, the number is `1`.
///
/// What follows a number without a space is a token of its own. Servers from 15 on reject it, unless it is an operator or a mark. For
/// 14 it is a name, also that in `1_000` and `0x1F`, which 15 rejects: on these two a number is digits, a point and an exponent.
pub(super) fn number(rest: &str) -> usize {
    let of_base = match rest.as_bytes() {
        [b'0', b'x' | b'X', ..] => HEXADECIMAL,
        [b'0', b'o' | b'O', ..] => OCTAL,
        [b'0', b'b' | b'B', ..] => BINARY,
        _ => 0,
    };
    if of_base != 0 {
        let start = if rest[2..].starts_with('_') { 3 } else { 2 };
        let length = digits(&rest[start..], of_base);
        if length > 0 {
            return start + length;
        }
    }
    let mut end = digits(rest, DIGIT);
    // `1..2` is a range of PL/pgSQL.
    if rest[end..].starts_with('.') && !rest[end..].starts_with("..") {
        end += 1;
        end += digits(&rest[end..], DIGIT);
    }
    if let Some(exponent) = rest[end..].strip_prefix(['e', 'E']) {
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if unsigned.starts_with(|c: char| c.is_ascii_digit()) {
            end = rest.len() - unsigned.len() + digits(unsigned, DIGIT);
        }
    }
    end
}

/// The length of digits of a set, with single underscores between them.
fn digits(rest: &str, set: u16) -> usize {
    let mut end = run(rest, set);
    while end > 0 && rest[end..].starts_with('_') {
        let more = run(&rest[end + 1..], set);
        if more == 0 {
            break;
        }
        end += 1 + more;
    }
    end
}
