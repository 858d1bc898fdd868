//! Which names a piece of SQL, as PostgreSQL prints it, mentions.

/// A name in SQL text, unquoted, with what it is qualified by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// `audit.users` as its parts.
    pub(crate) parts: Vec<String>,
    /// Whether a parenthesis follows.
    pub(crate) call: bool,
}

/// What a text mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    pub(crate) names: Vec<Mention>,
    pub(crate) operators: Vec<String>,
}

/// Finds names and operators outside comments and strings, and names inside `'…'::regclass` and its like.
pub(crate) fn mentions(text: &str) -> Mentions {
    let mut out = Mentions::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '"' || c.is_alphabetic() || c == '_' {
            let (mut mention, length) = chain(rest);
            rest = &rest[length..];
            // The prefix of E'' and U&'' strings is no name.
            if mention.parts.len() == 1
                && rest.starts_with('\'')
                && matches!(mention.parts[0].as_str(), "e" | "E" | "b" | "x" | "n")
            {
                rest = &rest[string_end(rest, true)..];
                continue;
            }
            mention.call = rest.trim_start().starts_with('(');
            out.names.push(mention);
        } else if c == '\'' {
            let end = string_end(rest, false);
            let content = rest[1..end.saturating_sub(1).max(1)].replace("''", "'");
            rest = &rest[end..];
            if rest.starts_with("::reg") {
                let inner = mentions(&content);
                // A function by its bare name is a call as far as we care.
                out.names.extend(inner.names.into_iter().map(|mut mention| {
                    mention.call = rest.starts_with("::regproc");
                    mention
                }));
            }
        } else if let Some(end) = dollar_end(rest) {
            rest = &rest[end..];
        } else if let Some(tail) = rest.strip_prefix("--") {
            rest = tail.find('\n').map_or("", |at| &tail[at..]);
        } else if let Some(tail) = rest.strip_prefix("/*") {
            rest = tail.find("*/").map_or("", |at| &tail[at + 2..]);
        } else if is_operator(c) {
            let end = rest.find(|c| !is_operator(c)).unwrap_or(rest.len());
            out.operators.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else if c.is_ascii_digit() {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '.' || c == '_'))
                .unwrap_or(rest.len());
            rest = &rest[end..];
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

fn is_operator(c: char) -> bool {
    "+-*/<>=~!@#%^&|`?".contains(c)
}

/// Names joined by dots, and the length of it all.
fn chain(text: &str) -> (Mention, usize) {
    let mut parts = Vec::new();
    let mut at = 0;
    loop {
        let (part, length) = identifier(&text[at..]);
        parts.push(part);
        at += length;
        let tail = &text[at..];
        let next = tail.strip_prefix('.').and_then(|t| t.chars().next());
        if !next.is_some_and(|c| c == '"' || c.is_alphabetic() || c == '_') {
            break;
        }
        at += 1;
    }
    (Mention { parts, call: false }, at)
}

fn identifier(text: &str) -> (String, usize) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
            .unwrap_or(text.len());
        return (text[..end].to_lowercase(), end);
    };
    let mut name = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '"' {
            name.push(c);
        } else if chars.next_if(|(_, next)| *next == '"').is_some() {
            name.push('"');
        } else {
            return (name, at + 2);
        }
    }
    (name, text.len())
}

/// Where the string that begins here ends.
fn string_end(text: &str, escapes: bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escapes => at += 2,
            b'\'' if bytes.get(at + 1) == Some(&b'\'') => at += 2,
            b'\'' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// Where the dollar-quoted string that begins here ends.
pub(crate) fn dollar_end(text: &str) -> Option<usize> {
    let tag_end = text.strip_prefix('$')?.find('$')? + 2;
    let tag = &text[..tag_end];
    let inside = &tag[1..tag_end - 1];
    if !inside.chars().all(|c| c.is_alphanumeric() || c == '_')
        || inside.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    Some(text[tag_end..].find(tag).map_or(text.len(), |at| tag_end + at + tag_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        mentions(text)
            .names
            .iter()
            .map(|m| format!("{}{}", m.parts.join("/"), if m.call { "()" } else { "" }))
            .collect()
    }

    #[test]
    fn names_are_found_where_they_count() {
        assert_eq!(
            shown("1 + \"we\"\"ird\".f(a.b, 'x y', E'q\\'z') -- no\n"),
            ["we\"ird/f()", "a/b"]
        );
        assert_eq!(shown("nextval('audit.\"S\"'::regclass)"), ["nextval()", "audit/S", "regclass"]);
        assert_eq!(shown("$x$ t $x$ u $1 v"), ["u", "v"]);
        assert_eq!(mentions("a @@ b").operators, ["@@"]);
    }
}
