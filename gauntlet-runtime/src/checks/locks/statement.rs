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

    /// Whether a word stands in the text of a string: in the body of a block.
    pub(super) fn has_in_body(&self, word: &str) -> bool {
        let bodies = self.tokens.iter().filter_map(Token::inside);
        bodies.into_iter().any(|(body, _)| sql::tokens(body).any(|token| token.is_word(word)))
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

    /// The place of the name of the relation of which a statement changes rows.
    fn place_of_changed(&self) -> Option<usize> {
        let verbs = ["update", "delete", "merge"];
        let at = if self.begin(&["with"]) {
            self.outside(1).find(|at| {
                verbs.iter().any(|verb| self.are(*at, &[verb])) && !self.are(at - 1, &["for"])
            })?
        } else {
            verbs.iter().any(|verb| self.begin(&[verb])).then_some(0)?
        };
        let at = if self.are(at, &["update"]) { at + 1 } else { at + 2 };
        let at = if self.are(at, &["only"]) { at + 1 } else { at };
        self.name(at)?;
        Some(if self.is_mark(at + 1, ".") { at + 2 } else { at })
    }

    /// The places of the parentheses of EXISTS, and of subqueries with a LIMIT of their own.
    fn short_parts(&self) -> Vec<(usize, usize)> {
        let ends = |at: usize| self.are(at, &["limit"]) || self.are(at, &["fetch"]);
        let open = (0..self.len()).filter(|at| self.is_mark(*at, "("));
        let all = open.map(|open| (open, self.behind_parentheses(open)));
        all.filter(|(open, close)| {
            let exists = *open > 0 && self.are(open - 1, &["exists"]);
            exists || self.outside(open + 1).take_while(|at| *at + 1 < *close).any(ends)
        })
        .collect()
    }

    /// Whether a block reads a relation only where it may stop early, and else changes it only in ways that read no row.
    pub(super) fn reads_in_guards_only(&self, relation: &str) -> bool {
        let inside =
            self.tokens.iter().find(|token| token.kind.is_quoted()).and_then(Token::inside);
        let Some((body, _)) = inside else { return false };
        let body = Words::of(body);
        if body.has("execute") {
            return false;
        }
        let short = body.short_parts();
        let is_short = |at: usize| short.iter().any(|(open, close)| *open < at && at < *close);
        let named = (0..body.len())
            .filter(|at| body.name(*at).as_deref() == Some(relation) && !body.is_mark(at + 1, "."));
        let (read, others): (Vec<usize>, Vec<usize>) = named.partition(|at| is_short(*at));
        !read.is_empty() && others.iter().all(|at| body.is_changed_for_a_moment(*at))
    }

    /// Whether a loop of a block goes over all rows of a relation: `FOR … IN SELECT … LOOP`, with nothing that ends it early.
    pub(super) fn reads_all_in_loop(&self, relation: &str) -> bool {
        const ENDS: [&str; 6] = ["exit", "return", "limit", "fetch", "exists", "execute"];
        let inside =
            self.tokens.iter().find(|token| token.kind.is_quoted()).and_then(Token::inside);
        let Some((body, _)) = inside else { return false };
        let body = Words::of(body);
        if ENDS.iter().any(|word| body.has(word)) {
            return false;
        }
        let heads = (0..body.len()).filter(|at| body.are(*at, &["for"]));
        let mut heads = heads.filter_map(|at| Some((at, body.find(at, "loop")?)));
        heads.any(|(from, to)| {
            let named = |at: usize| {
                let before = ["from", "join", "only"].iter().any(|word| body.are(at - 1, &[word]));
                let qualified = body.is_mark(at - 1, ".");
                (before || qualified) && body.name(at).as_deref() == Some(relation)
            };
            (from + 1..to).any(named)
        })
    }

    /// Whether the name at a place is that of a table in an `ALTER TABLE` that reads no row.
    fn is_changed_for_a_moment(&self, at: usize) -> bool {
        const READS: [&str; 13] = [
            "constraint",
            "check",
            "references",
            "foreign",
            "unique",
            "primary",
            "exclude",
            "index",
            "type",
            "validate",
            "attach",
            "generated",
            "set",
        ];
        let qualified = at >= 2 && self.is_mark(at - 1, ".");
        let mut from = if qualified { at - 2 } else { at };
        if from >= 1 && self.are(from - 1, &["only"]) {
            from -= 1;
        }
        if from >= 2 && self.are(from - 2, &["if", "exists"]) {
            from -= 2;
        }
        let is_alter = from >= 2 && self.are(from - 2, &["alter", "table"]);
        let is_drop = from >= 2 && self.are(from - 2, &["drop", "table"]);
        let mut rest = (at + 1..self.len()).take_while(|at| !self.is_mark(*at, ";"));
        is_drop || is_alter && !rest.any(|at| READS.iter().any(|word| self.are(at, &[word])))
    }

    /// Whether a statement may end before it has read all of a relation: its own LIMIT, or one of each subquery that names
    /// the relation, and EXISTS.
    pub(super) fn may_stop_early(&self, relation: &str) -> bool {
        let ends = |at: usize| self.are(at, &["limit"]) || self.are(at, &["fetch"]);
        let is_named = |at: usize| self.name(at).as_deref() == Some(relation);
        let changed = self.place_of_changed().filter(|at| is_named(*at));
        if changed.is_none() && self.outside(0).any(ends) {
            return true;
        }
        let short = self.short_parts();
        let is_short = |at: usize| short.iter().any(|(open, close)| *open < at && at < *close);
        // Not the names before columns.
        let named = (0..self.len()).filter(|at| is_named(*at) && !self.is_mark(at + 1, "."));
        if let Some(changed) = changed {
            let mut read = named.filter(|at| *at != changed);
            return read.any(is_short);
        }
        let mut named = named.peekable();
        // A view or a function reads what is not named.
        if named.peek().is_none() {
            return !short.is_empty();
        }
        named.all(is_short)
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
    fn blocks_that_read_in_guards_only() {
        let guards =
            |body: &str| Words::of(&format!("DO $$ BEGIN {body} END $$")).reads_in_guards_only("t");
        let read = "IF EXISTS (SELECT FROM t WHERE a) THEN RAISE EXCEPTION 'x'; END IF;";
        assert!(guards(&format!("{read} ALTER TABLE t DROP COLUMN a;")));
        assert!(guards(
            "IF EXISTS (SELECT FROM t) THEN ALTER TABLE IF EXISTS ONLY s.t ADD a int; END IF;"
        ));
        assert!(guards(&format!("{read} DROP TABLE t;")));
        assert!(!guards("ALTER TABLE t ADD a int;"));
        for other in [
            "ALTER TABLE t ALTER a SET NOT NULL;",
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a);",
            "UPDATE t SET a = true;",
            "CREATE INDEX i ON t (a);",
            "PERFORM count(*) FROM t;",
            "EXECUTE 'ALTER TABLE t VALIDATE CONSTRAINT c';",
        ] {
            assert!(!guards(&format!("{read} {other}")), "{other}");
        }
    }

    #[test]
    fn loops_over_all_rows() {
        let all =
            |body: &str| Words::of(&format!("DO $$ BEGIN {body} END $$")).reads_all_in_loop("t");
        assert!(all(
            "FOR r IN SELECT id FROM t LOOP UPDATE t SET a = 1 WHERE id = r.id; END LOOP;"
        ));
        assert!(all("FOR r IN (SELECT u.id FROM u JOIN s.t ON true) LOOP PERFORM f(r); END LOOP;"));
        assert!(!all("FOR r IN SELECT id FROM t LIMIT 5 LOOP PERFORM f(r); END LOOP;"));
        assert!(!all("FOR r IN SELECT id FROM t LOOP EXIT WHEN r.id > 5; END LOOP;"));
        assert!(!all("FOR i IN 1..3 LOOP UPDATE t SET a = 1 WHERE id = i; END LOOP;"));
        assert!(!all(
            "FOR r IN SELECT id FROM u LOOP UPDATE t SET a = 1 WHERE id = r.id; END LOOP;"
        ));
    }

    #[test]
    fn the_end_before_all_is_read() {
        let stops = |text, relation| Words::of(text).may_stop_early(relation);
        assert!(stops("SELECT a FROM t LIMIT 1", "t"));
        assert!(stops("SELECT EXISTS (SELECT FROM t)", "t"));
        assert!(stops("INSERT INTO s SELECT 1 WHERE NOT EXISTS (SELECT FROM t)", "t"));
        assert!(stops("UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t LIMIT 9)", "t"));
        assert!(stops("SELECT EXISTS (SELECT FROM view_of_t)", "t"));
        assert!(!stops("SELECT a FROM (SELECT FROM u LIMIT 1) AS x, t", "t"));
        assert!(!stops("UPDATE t SET a = (SELECT 1 LIMIT 1)", "t"));
        assert!(!stops("UPDATE t SET a = EXISTS (SELECT FROM u WHERE u.id = t.id)", "t"));
        assert!(!stops("UPDATE t SET a = (SELECT b FROM u WHERE u.id = t.id LIMIT 1)", "t"));
        assert!(!stops("DELETE FROM ONLY a.t WHERE NOT EXISTS (SELECT FROM u)", "t"));
        assert!(!stops("WITH x AS (SELECT FROM u LIMIT 1) UPDATE t SET a = 1 FROM x", "t"));
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
