//! The words of a script, as far as names are concerned.

use super::split;

/// The words of all statements as PostgreSQL would read them for names, with their byte offsets in the script: quoted ones
/// as they are, others in lower case. Comments between statements are left out; the words in strings and in comments
/// inside of statements are not.
pub fn words(script: &str) -> impl Iterator<Item = (usize, String)> {
    split(script).into_iter().flat_map(|statement| {
        of(statement.text).map(move |(at, word)| (statement.offset + at, word))
    })
}

fn of(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let start = at + text.get(at..)?.find(|c: char| is_word(c) || c == '"')?;
        let rest = &text[start..];
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            at = start + end + 2;
            return Some((start, quoted[..end].to_owned()));
        }
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        at = start + end;
        Some((start, rest[..end].to_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_postgres_reads_them() {
        let script = "-- users\nCREATE INDEX Ä_idx ON \"My Users\" (email);";
        let found: Vec<(usize, String)> = words(script).collect();
        let texts: Vec<&str> = found.iter().map(|(_, word)| word.as_str()).collect();
        assert_eq!(texts, ["create", "index", "ä_idx", "on", "My Users", "email"]);
        assert!(script[found[2].0..].starts_with("Ä_idx"));
        assert_eq!(words("SELECT \"open").count(), 2);
    }
}
