//! Tokens of SQL text: their kinds, and what a name or a string holds.

/// The kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// White space, or a byte order mark at the beginning of the text.
    Space,
    /// `-- …`, without the end of its line.
    LineComment,
    /// `/* … */`, with the comments nested in it.
    BlockComment,
    /// A keyword or an unquoted identifier.
    Word,
    /// `"…"` or `U&"…"`.
    QuotedName,
    /// `'…'`, also with one of the prefixes `E`, `B`, `X`, `N` and `U&`, and all parts of a string that continues on
    /// the next line.
    String,
    /// `$tag$ … $tag$`.
    DollarString,
    /// A number without a sign.
    Number,
    /// `$1`.
    Parameter,
    /// An operator of one or more characters.
    Operator,
    /// One of `( ) [ ] , ; : .`, or `::`, `:=`, `..`.
    Punctuation,
    /// A character that is no SQL, such as the backslash of a `psql` command.
    Other,
}

impl TokenKind {
    /// True for white space and comments, which separate tokens and mean nothing.
    pub fn is_trivia(self) -> bool {
        matches!(self, Self::Space | Self::LineComment | Self::BlockComment)
    }

    /// True for comments.
    pub fn is_comment(self) -> bool {
        matches!(self, Self::LineComment | Self::BlockComment)
    }

    /// True for strings and quoted names, whose inside is not SQL of the statement.
    pub fn is_quoted(self) -> bool {
        matches!(self, Self::QuotedName | Self::String | Self::DollarString)
    }
}

/// A token and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The kind of token.
    pub kind: TokenKind,
    /// The text as written, quotes and prefixes included.
    pub text: &'a str,
    /// Byte offset of the text.
    pub offset: usize,
}

impl<'a> Token<'a> {
    /// Byte offset just behind the token.
    pub fn end(&self) -> usize {
        self.offset + self.text.len()
    }

    /// Compares with a keyword, without regard to case.
    pub fn is_word(&self, keyword: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Compares with a punctuation mark.
    pub fn is_mark(&self, mark: &str) -> bool {
        self.kind == TokenKind::Punctuation && self.text == mark
    }

    /// The name that a word or a quoted name stands for, as PostgreSQL stores it.
    pub fn name(&self) -> Option<String> {
        match self.kind {
            TokenKind::Word => Some(self.text.to_lowercase()),
            TokenKind::QuotedName => {
                let inside = self.inside()?.0.replace("\"\"", "\"");
                Some(if self.text.starts_with('"') { inside } else { unescape(&inside) })
            }
            _ => None,
        }
    }

    /// The text between the delimiters of a string, quoted name or comment, and its byte offset in the token.
    pub fn inside(&self) -> Option<(&'a str, usize)> {
        let text = self.text;
        let (open, close) = match self.kind {
            TokenKind::LineComment => (2, ""),
            TokenKind::BlockComment => (2, "*/"),
            TokenKind::QuotedName => (text.find('"')? + 1, "\""),
            TokenKind::String => (text.find('\'')? + 1, "'"),
            TokenKind::DollarString => {
                let tag = &text[..text[1..].find('$')? + 2];
                (tag.len(), tag)
            }
            _ => return None,
        };
        let inside = &text[open..];
        Some((inside.strip_suffix(close).unwrap_or(inside), open))
    }
}

/// The characters of `U&"…"` with `\0041` and `\+000041` replaced.
///
/// `UESCAPE` may name another escape character; that is rare enough to be read as written.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (skip, digits) = if rest.starts_with('+') { (1, 6) } else { (0, 4) };
        let code =
            rest.get(skip..skip + digits).and_then(|code| u32::from_str_radix(code, 16).ok());
        if let Some(c) = code.and_then(char::from_u32) {
            out.push(c);
            rest = &rest[skip + digits..];
        } else {
            out.push('\\');
            rest = rest.strip_prefix('\\').unwrap_or(rest);
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use crate::sql::lexer::tokens;

    #[test]
    fn names_as_the_server_stores_them() {
        let name = |text| tokens(text).next().and_then(|token| token.name());
        assert_eq!(name("Users").as_deref(), Some("users"));
        assert_eq!(name("\"a\"\"B\"").as_deref(), Some("a\"B"));
        assert_eq!(name("U&\"d\\0061t\\+000061 \\\\\"").as_deref(), Some("data \\"));
        assert_eq!(name("'x'"), None);
    }
}
