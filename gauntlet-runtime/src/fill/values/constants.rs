//! The constants of expressions, and the values that they suggest.

use std::collections::BTreeSet;

use super::pattern;
use crate::sql::{TokenKind, tokens};

/// The longest text that a number in an expression asks for.
const LONGEST: usize = 400;

/// The constants in the expressions that a column takes part in.
#[derive(Debug, Clone, Default)]
pub(in crate::fill) struct Constants {
    pub(super) texts: Vec<String>,
    /// As written, with the sign.
    numbers: Vec<String>,
}

impl Constants {
    /// Takes the constants of one more expression.
    pub(in crate::fill) fn read(&mut self, expression: &str) {
        let found: Vec<_> = tokens(expression).filter(|token| !token.kind.is_trivia()).collect();
        for (at, token) in found.iter().enumerate() {
            match token.kind {
                TokenKind::String => {
                    let Some((inside, _)) = token.inside() else { continue };
                    let text = inside.replace("''", "'");
                    let text = if token.text.starts_with(['E', 'e']) {
                        text.replace("\\\\", "\\")
                    } else {
                        text
                    };
                    // What is compared with several values is printed as one array.
                    let is_array = found.get(at + 1).is_some_and(|next| next.text == "::")
                        && found[at + 1..].iter().take(8).any(|next| next.text == "[");
                    if is_array && text.starts_with('{') {
                        let items = text.trim_matches(['{', '}']).split(',');
                        items.for_each(|item| add(&mut self.texts, item.trim_matches('"')));
                    }
                    // Numbers with a sign are printed as texts with a cast.
                    if text.parse::<f64>().is_ok() {
                        add(&mut self.numbers, &text);
                    }
                    add(&mut self.texts, &text);
                }
                TokenKind::Number => {
                    let sign = at.checked_sub(1).map(|at| found[at].text) == Some("-");
                    add(&mut self.numbers, token.text);
                    if sign {
                        add(&mut self.numbers, &format!("-{}", token.text));
                    }
                }
                _ => {}
            }
        }
    }

    /// Numbers that may be meant as lengths, and those next to them.
    pub(super) fn lengths(&self) -> impl Iterator<Item = usize> {
        let near = |number: &String| {
            let number = number.parse::<usize>().ok().filter(|number| *number <= LONGEST);
            number.map(|n| [n, n.saturating_sub(1), n + 1])
        };
        self.numbers.iter().filter_map(near).flatten().collect::<BTreeSet<usize>>().into_iter()
    }

    /// So many texts for each constant, where it suggests several.
    pub(super) fn for_text(&self, count: usize) -> Vec<String> {
        let mut all = Vec::new();
        for text in &self.texts {
            for value in pattern::like(text, count)
                .into_iter()
                .chain(pattern::regex(text, count))
                .chain([text.clone()])
            {
                add(&mut all, &value);
            }
        }
        for length in self.lengths() {
            add(&mut all, &"x".repeat(length));
            add(&mut all, &"1".repeat(length));
            // Different ones, for a key.
            for number in 4..count {
                let (first, second) = (number / 26, number % 26);
                let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or(0));
                let text: String = [letter(second), letter(first)]
                    .into_iter()
                    .chain(std::iter::repeat('x'))
                    .take(length)
                    .collect();
                add(&mut all, &text);
            }
        }
        for number in &self.numbers {
            add(&mut all, number);
        }
        if !all.is_empty() {
            let cased: Vec<String> = all
                .iter()
                .take(count + 2)
                .flat_map(|text| [text.to_lowercase(), text.to_uppercase()])
                .collect();
            for text in &cased {
                add(&mut all, text);
            }
        }
        all
    }

    /// So many numbers near each constant.
    pub(super) fn for_number(&self, type_sql: &str, count: usize) -> Vec<String> {
        let whole = matches!(type_sql, "smallint" | "integer" | "bigint" | "oid");
        let mut all = Vec::new();
        for number in &self.numbers {
            match number.parse::<i64>() {
                Ok(n) => {
                    let near = [
                        Some(n),
                        n.checked_add(1),
                        n.checked_sub(1),
                        n.checked_mul(2),
                        n.checked_neg(),
                    ];
                    near.into_iter().flatten().for_each(|n| add(&mut all, &n.to_string()));
                    // Different ones, for a key.
                    for step in (4..count).filter_map(|step| i64::try_from(step).ok()) {
                        let more = [n.checked_add(step), n.checked_mul(step), n.checked_sub(step)];
                        more.into_iter().flatten().for_each(|n| add(&mut all, &n.to_string()));
                    }
                }
                Err(_) => match number.parse::<f64>() {
                    Ok(n) if whole => {
                        add(&mut all, &format!("{:.0}", n.floor()));
                        add(&mut all, &format!("{:.0}", n.ceil()));
                    }
                    Ok(n) => {
                        add(&mut all, number);
                        add(&mut all, &format!("{}", n + 1.0));
                        add(&mut all, &format!("{}", n - 1.0));
                        add(&mut all, &format!("{}", n / 2.0));
                    }
                    Err(_) => {}
                },
            }
        }
        all
    }

    pub(super) fn for_json(&self) -> Vec<String> {
        let quoted = |text: &String| serde_json::Value::String(text.clone()).to_string();
        let mut all = Vec::new();
        for value in ["\"x\"", "1", "[]", "{}", "true"] {
            let members: Vec<String> =
                self.texts.iter().map(|text| format!("{}: {value}", quoted(text))).collect();
            if !members.is_empty() {
                add(&mut all, &format!("{{{}}}", members.join(", ")));
            }
        }
        for text in &self.texts {
            add(&mut all, text);
            add(&mut all, &quoted(text));
        }
        // A key and the value that it has to have.
        for (key, value) in self
            .texts
            .iter()
            .flat_map(|key| self.texts.iter().map(move |value| (key, value)))
            .take(36)
        {
            if key != value {
                add(&mut all, &format!("{{{}: {}}}", quoted(key), quoted(value)));
            }
        }
        for (key, number) in self
            .texts
            .iter()
            .flat_map(|key| self.numbers.iter().map(move |number| (key, number)))
            .take(36)
        {
            add(&mut all, &format!("{{{}: {number}}}", quoted(key)));
        }
        all
    }
}

fn add(all: &mut Vec<String>, text: &str) {
    if !all.iter().any(|known| known == text) {
        all.push(text.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, texts: &[&str], numbers: &[&str]) {
        let mut constants = Constants::default();
        constants.read(expression);
        assert_eq!(constants.texts, texts);
        assert_eq!(constants.numbers, numbers);
    }

    #[test]
    fn constants_as_the_server_prints_them() {
        check("(status = ANY (ARRAY['new'::text, 'it''s'::text]))", &["new", "it's"], &[]);
        check("((n > '-5'::integer) AND (n < 10))", &["-5"], &["-5", "10"]);
        check("((kind)::text = ANY ('{a,\"b c\"}'::text[]))", &["a", "b c", "{a,\"b c\"}"], &[]);
        check("(n > - 5)", &[], &["5", "-5"]);
    }

    #[test]
    fn what_a_number_suggests() {
        let mut constants = Constants::default();
        constants.read("(length(code) = 3)");
        assert!(constants.for_text(4).contains(&"xxx".to_owned()));
        assert_eq!(constants.for_number("integer", 4), ["3", "4", "2", "6", "-3"]);
    }
}
