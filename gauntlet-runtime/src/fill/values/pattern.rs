//! Texts that patterns match: of LIKE, and simple regular expressions.
//!
//! A text that does not match after all does no harm: the server decides.

/// Texts that a LIKE pattern matches: the shortest, and so many with something in the place of each `%`. None where the
/// text has no wildcard.
pub(super) fn like(pattern: &str, count: usize) -> Vec<String> {
    if !pattern.contains(['%', '_']) {
        return Vec::new();
    }
    let with = |any: &str| {
        let mut out = String::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => out.extend(chars.next()),
                '%' => out.push_str(any),
                '_' => out.push('a'),
                other => out.push(other),
            }
        }
        out
    };
    let mut all = vec![with("x"), with("")];
    if pattern.contains('%') {
        all.extend((1..count).map(|number| with(&format!("x{number}"))));
    }
    all
}

/// So many texts that a regular expression matches, as far as it is a simple one and has as many.
pub(super) fn regex(pattern: &str, count: usize) -> Vec<String> {
    if !pattern.contains(['^', '$', '[', '\\', '+', '*', '(', '.', '{', '?', '|']) {
        return Vec::new();
    }
    let chars: Vec<char> = pattern.chars().collect();
    let mut all: Vec<String> = Vec::new();
    for number in 0..count {
        // Few repetitions, then more.
        let more = [0, 1, 6, 2][number % 4];
        let mut reader = Reader { chars: &chars, at: 0, rest: number, more };
        if let Some(text) = reader.alternatives()
            && reader.at == chars.len()
            && !all.contains(&text)
        {
            all.push(text);
        }
    }
    all
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    /// The choices that are left, as one number: each choice takes a digit of it.
    rest: usize,
    /// How many repetitions there are beyond the fewest.
    more: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// Chooses among so many.
    fn pick(&mut self, many: usize) -> usize {
        let picked = self.rest % many.max(1);
        self.rest /= many.max(1);
        picked
    }

    fn takes(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self) -> Option<String> {
        let mut all = vec![self.sequence()?];
        while self.takes('|') {
            all.push(self.sequence()?);
        }
        let which = self.pick(all.len());
        Some(all.swap_remove(which))
    }

    fn sequence(&mut self) -> Option<String> {
        let mut out = String::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            let start = self.at;
            let Some(one) = self.atom()? else { continue };
            let end = self.at;
            let times = self.times()?;
            if times > 0 {
                out.push_str(&one);
            }
            let behind = self.at;
            for _ in 1..times {
                self.at = start;
                out.extend(self.atom()?);
            }
            self.at = if times > 1 { behind } else { behind.max(end) };
        }
        Some(out)
    }

    /// A part that can be repeated; `Some(None)` for a place in the text.
    #[expect(clippy::option_option, reason = "an error, a place, or a text")]
    fn atom(&mut self) -> Option<Option<String>> {
        Some(Some(match self.next()? {
            '^' | '$' => return Some(None),
            '.' => self.one_of('a', 'z')?.to_string(),
            '[' => self.class()?.to_string(),
            '(' => {
                if self.takes('?') {
                    match self.next()? {
                        ':' => {}
                        // What stands ahead takes no room; the server decides.
                        '=' | '!' => {
                            self.alternatives()?;
                            return self.takes(')').then_some(None);
                        }
                        _ => return None,
                    }
                }
                let inside = self.alternatives()?;
                if !self.takes(')') {
                    return None;
                }
                inside
            }
            '\\' => match self.next()? {
                'd' => self.one_of('0', '9')?.to_string(),
                'w' | 'D' | 'S' => self.one_of('a', 'z')?.to_string(),
                's' | 'W' => " ".to_owned(),
                'A' | 'Z' | 'y' | 'm' | 'M' | 'b' => return Some(None),
                other => other.to_string(),
            },
            other => other.to_string(),
        }))
    }

    /// A member of a class in brackets.
    fn class(&mut self) -> Option<char> {
        let negated = self.takes('^');
        let mut members: Vec<(char, char)> = Vec::new();
        let mut first = true;
        loop {
            let c = self.next()?;
            match c {
                ']' if !first => break,
                '[' if self.takes(':') => {
                    let mut name = String::new();
                    while !self.takes(':') {
                        name.push(self.next()?);
                    }
                    self.takes(']').then_some(())?;
                    members.push(match name.as_str() {
                        "digit" | "xdigit" => ('0', '9'),
                        "upper" => ('A', 'Z'),
                        "space" | "blank" => (' ', ' '),
                        "punct" => ('!', '/'),
                        _ => ('a', 'z'),
                    });
                }
                '\\' => members.push(match self.next()? {
                    'd' => ('0', '9'),
                    'w' => ('a', 'z'),
                    's' => (' ', ' '),
                    other => (other, other),
                }),
                low => {
                    let is_range = self.peek() == Some('-')
                        && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
                    let high = if is_range {
                        self.at += 1;
                        self.next()?
                    } else {
                        low
                    };
                    members.push((low, high));
                }
            }
            first = false;
        }
        if negated {
            let excluded = |c: char| members.iter().any(|(low, high)| (*low..=*high).contains(&c));
            let others = ('a'..='z').chain(['B', '5', '-', ' ', '~', 'é']);
            let others: Vec<char> = others.filter(|c| !excluded(*c)).collect();
            let picked = self.pick(others.len());
            return others.get(picked).copied();
        }
        let member = if members.len() > 1 { self.pick(members.len()) } else { 0 };
        let (low, high) = *members.get(member)?;
        self.one_of(low, high)
    }

    /// A character of a range.
    fn one_of(&mut self, low: char, high: char) -> Option<char> {
        let span = (high as u32).checked_sub(low as u32)? + 1;
        let picked = u32::try_from(self.pick(usize::try_from(span).ok()?)).ok()?;
        char::from_u32(low as u32 + picked)
    }

    /// How often the last part stands.
    fn times(&mut self) -> Option<usize> {
        let (fewest, most) = match self.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                self.at += 1;
                let mut inside = String::new();
                while !self.takes('}') {
                    inside.push(self.next()?);
                }
                self.takes('?');
                let (low, high) = match inside.split_once(',') {
                    None => (inside.as_str(), inside.as_str()),
                    Some((low, high)) => (low, high),
                };
                let fewest: usize = low.trim().parse().ok()?;
                let most =
                    if high.trim().is_empty() { usize::MAX } else { high.trim().parse().ok()? };
                return Some((fewest + self.more).min(most).min(400));
            }
            _ => return Some(1),
        };
        self.at += 1;
        self.takes('?');
        Some((fewest + self.more).min(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_expressions() {
        let check = |pattern: &str| {
            let all = regex(pattern, 4);
            let compiled = regex_lite::Regex::new(pattern).expect("a valid pattern");
            assert!(all.iter().any(|text| compiled.is_match(text)), "{pattern}: {all:?}");
            let many = regex(pattern, 60).iter().filter(|text| compiled.is_match(text)).count();
            assert!(
                many >= 24 || pattern.contains("red") || pattern.ends_with('/'),
                "{pattern}: {many}"
            );
        };
        for pattern in [
            "^[A-Z]{3}$",
            "^[a-z0-9]+(-[a-z0-9]+)*$",
            "^[^@]+@[^@]+\\.[^@]+$",
            "^\\+?[0-9]{6,15}$",
            "^(red|green|blue)$",
            "^#[0-9a-fA-F]{6}$",
            "^https?://",
            "^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$",
            "^[[:upper:]]{2}\\d{4}$",
        ] {
            check(pattern);
        }
        assert!(regex("plain", 4).is_empty());
    }

    #[test]
    fn patterns_of_like() {
        assert_eq!(like("%@%", 2), ["x@x", "@", "x1@x1"]);
        assert_eq!(like("a_\\%", 1), ["aa%", "aa%"]);
        assert!(like("plain", 2).is_empty());
    }
}
