//! A statement of a script as its words.

use crate::sql::{self, Token, TokenKind};

/// The tokens of a statement, without white space and comments.
pub(super) struct Words<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
}

impl<'a> Words<'a> {
    pub(super) fn of(text: &'a str) -> Words<'a> {
        let tokens = sql::tokens(text).filter(|token| !token.kind.is_trivia()).collect();
        Words { text, tokens }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether these keywords stand from a place on.
    pub(super) fn are(&self, at: usize, keywords: &[&str]) -> bool {
        keywords
            .iter()
            .enumerate()
            .all(|(n, keyword)| self.tokens.get(at + n).is_some_and(|token| token.is_word(keyword)))
    }

    /// Whether the statement begins with these keywords.
    pub(super) fn begin(&self, keywords: &[&str]) -> bool {
        self.are(0, keywords)
    }

    /// Whether a keyword stands anywhere.
    pub(super) fn has(&self, keyword: &str) -> bool {
        self.tokens.iter().any(|token| token.is_word(keyword))
    }

    /// Whether a punctuation mark stands at a place.
    pub(super) fn is_mark(&self, at: usize, mark: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_mark(mark))
    }

    /// The place of the first keyword from a place on, outside of parentheses.
    pub(super) fn find(&self, from: usize, keyword: &str) -> Option<usize> {
        self.outside(from).find(|at| self.tokens[*at].is_word(keyword))
    }

    /// The places from one on that are outside of parentheses.
    pub(super) fn outside(&self, from: usize) -> impl Iterator<Item = usize> + '_ {
        let mut depth = 0usize;
        (from..self.len()).filter(move |at| {
            match self.tokens[*at].text {
                "(" | "[" => depth += 1,
                ")" | "]" => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
    }

    /// The name that stands at a place.
    pub(super) fn name(&self, at: usize) -> Option<String> {
        self.tokens.get(at)?.name()
    }

    /// The name of a relation that begins at a place, `a` or `a.b`, as it is written, and the place behind it.
    pub(super) fn relation(&self, at: usize) -> Option<(&'a str, usize)> {
        self.name(at)?;
        let mut end = at + 1;
        while self.is_mark(end, ".") && self.name(end + 1).is_some() {
            end += 2;
        }
        Some((self.span(at, end), end))
    }

    /// The schema and the name of a relation that begins at a place, unquoted.
    pub(super) fn relation_name(&self, at: usize) -> Option<(Option<String>, String)> {
        let first = self.name(at)?;
        if self.is_mark(at + 1, ".") {
            return Some((Some(first), self.name(at + 2)?));
        }
        Some((None, first))
    }

    /// The text from one place to before another, as it is written.
    pub(super) fn span(&self, from: usize, to: usize) -> &'a str {
        let (Some(first), Some(last)) =
            (self.tokens.get(from), self.tokens.get(to.wrapping_sub(1)))
        else {
            return "";
        };
        if to <= from { "" } else { &self.text[first.offset..last.end()] }
    }

    /// The place behind the parentheses that open at a place.
    pub(super) fn behind_parentheses(&self, at: usize) -> usize {
        if !self.is_mark(at, "(") {
            return at;
        }
        let mut depth = 0usize;
        for place in at..self.len() {
            match self.tokens[place].text {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return place + 1;
            }
        }
        self.len()
    }

    /// The place behind `IF EXISTS` or `IF NOT EXISTS`, where that stands.
    pub(super) fn behind_if(&self, at: usize) -> usize {
        match () {
            () if self.are(at, &["if", "not", "exists"]) => at + 3,
            () if self.are(at, &["if", "exists"]) => at + 2,
            () => at,
        }
    }

    /// The parts between commas outside of parentheses, from a place on.
    pub(super) fn parts(&self, from: usize) -> Vec<(usize, usize)> {
        let commas: Vec<usize> = self.outside(from).filter(|at| self.is_mark(*at, ",")).collect();
        let mut parts = Vec::new();
        let mut start = from;
        for comma in commas {
            parts.push((start, comma));
            start = comma + 1;
        }
        parts.push((start, self.len()));
        parts
    }

    /// The first words of the statement, which say what it is: `ALTER TABLE`, `CREATE INDEX`.
    pub(super) fn head(&self) -> String {
        const OF_TWO: [&str; 5] = ["alter", "create", "drop", "refresh", "comment"];
        const BETWEEN: [&str; 7] =
            ["or", "replace", "unique", "unlogged", "temporary", "constraint", "recursive"];
        let words = self.tokens.iter().filter(|token| token.kind == TokenKind::Word);
        let mut words = words.map(|token| token.text.to_ascii_lowercase());
        let first = words.next().unwrap_or_default();
        if !OF_TWO.contains(&first.as_str()) {
            return first.to_ascii_uppercase();
        }
        let second = words.find(|word| !BETWEEN.contains(&word.as_str())).unwrap_or_default();
        let second = if second == "materialized" { "materialized view" } else { &second };
        format!("{first} {second}").to_ascii_uppercase()
    }

    /// Whether it defines something, and so reads a table as a whole where it reads it: not a query, not a change of rows,
    /// not a block whose statements are not known.
    pub(super) fn defines(&self) -> bool {
        ["alter", "create", "reindex", "cluster", "refresh", "vacuum", "drop"]
            .iter()
            .any(|verb| self.begin(&[verb]))
    }

    /// Whether a query may end before it has read all of a table.
    pub(super) fn may_stop_early(&self) -> bool {
        ["limit", "exists", "fetch"].iter().any(|word| self.has(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_statements() {
        let head = |text| Words::of(text).head();
        assert_eq!(head("create /* x */ unique index i on t (a)"), "CREATE INDEX");
        assert_eq!(head("ALTER TABLE t ADD a int"), "ALTER TABLE");
        assert_eq!(head("REFRESH MATERIALIZED VIEW v"), "REFRESH MATERIALIZED VIEW");
        assert_eq!(head("CREATE CONSTRAINT TRIGGER t"), "CREATE TRIGGER");
        assert_eq!(head("UPDATE t SET a = 1"), "UPDATE");
        assert_eq!(head("LOCK TABLE t"), "LOCK");
    }

    #[test]
    fn parts_and_names() {
        let words = Words::of("ALTER TABLE a.\"B\" ADD x numeric(1, 2), DROP y");
        let (name, behind) = words.relation(2).unwrap();
        assert_eq!(name, "a.\"B\"");
        assert_eq!(words.relation_name(2), Some((Some("a".to_owned()), "B".to_owned())));
        let parts: Vec<&str> =
            words.parts(behind).into_iter().map(|(from, to)| words.span(from, to)).collect();
        assert_eq!(parts, ["ADD x numeric(1, 2)", "DROP y"]);
        assert_eq!(words.find(behind, "drop"), Some(words.len() - 2));
    }
}
