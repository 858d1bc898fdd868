//! Settings of a suite, written as a front end's configuration writes them.

use std::borrow::Cow;

use gauntlet_plan::SETTINGS;

use crate::finding::{Declaration, DeclaredValue, NamesOfKind};
use crate::history::VersionId;

/// Where the suite of a report is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Settings {
    /// In `#[gauntlet::migration_suite(...)]`.
    #[default]
    Attribute,
    /// In `gauntlet.toml`.
    Toml,
}

impl Settings {
    /// The place, to follow a help's sentence.
    pub(super) fn place(self, declaration: &Declaration) -> &'static str {
        match self {
            // That one is an attribute by itself.
            Settings::Attribute if declaration.setting == "skip" => "",
            Settings::Attribute => " (in the attribute)",
            Settings::Toml => " (in gauntlet.toml)",
        }
    }

    /// A text for people, in which arguments of the attribute, between backticks, are written as the configuration writes
    /// them: `locks = all` as `locks = "all"`.
    pub fn words(self, text: &str) -> Cow<'_, str> {
        match self {
            Settings::Toml if text.contains('`') => {
                // The command starts a server where none is named.
                let text = ["give", "use"].iter().fold(text.to_owned(), |text, verb| {
                    let asks = format!("{verb} `db = gauntlet::db::embedded()`");
                    text.replace(&asks, "name no server, so that one is started")
                });
                // Every second part stands between backticks.
                let part = |(number, part): (usize, &str)| match argument_as_toml(part) {
                    Some(toml) if number % 2 == 1 => toml,
                    _ => part.to_owned(),
                };
                Cow::Owned(text.split('`').enumerate().map(part).collect::<Vec<_>>().join("`"))
            }
            _ => Cow::Borrowed(text),
        }
    }

    /// The setting with its value.
    pub(super) fn line(self, declaration: &Declaration) -> String {
        let Declaration { setting, value } = declaration;
        match self {
            Settings::Attribute => attribute(setting, value),
            Settings::Toml => toml(setting, value),
        }
    }
}

fn attribute(setting: &str, value: &DeclaredValue) -> String {
    match value {
        DeclaredValue::Text(text) if setting == "skip" => {
            format!("#[gauntlet(skip = {})]", quoted(text))
        }
        DeclaredValue::Word(word) => format!("{setting} = {word}"),
        DeclaredValue::Yes => setting.to_owned(),
        DeclaredValue::Number(number) => format!("{setting} = {number}"),
        DeclaredValue::Words(words) => format!("{setting}({})", words.join(", ")),
        DeclaredValue::Text(text) | DeclaredValue::Example(text) => {
            format!("{setting} = {}", quoted(text))
        }
        DeclaredValue::Versions(versions) => format!("{setting} = {}", list(versions)),
        DeclaredValue::Texts(all) => format!("{setting} = {}", texts(all)),
        DeclaredValue::Parts(parts) => match &parts[..] {
            [(by, DeclaredValue::Text(text))] if setting == "shipped" => {
                format!("{setting} = {by}({})", quoted(text))
            }
            parts => format!("{setting}({})", parts_of(parts, attribute)),
        },
        DeclaredValue::Naming { kinds, except } => {
            let mut words: Vec<String> = kinds.iter().map(|of| names(of, "any")).collect();
            if !except.is_empty() {
                words.push(format!("except = {}", texts(except)));
            }
            format!("{setting}({})", words.join(", "))
        }
    }
}

fn toml(setting: &str, value: &DeclaredValue) -> String {
    match value {
        DeclaredValue::Word(text) | DeclaredValue::Text(text) | DeclaredValue::Example(text) => {
            format!("{setting} = {}", quoted(text))
        }
        DeclaredValue::Yes => format!("{setting} = true"),
        DeclaredValue::Number(number) => format!("{setting} = {number}"),
        DeclaredValue::Words(words) => format!("{setting} = {}", texts(words)),
        DeclaredValue::Versions(versions) => format!("{setting} = {}", list(versions)),
        DeclaredValue::Texts(all) => format!("{setting} = {}", texts(all)),
        DeclaredValue::Parts(parts) => format!("{setting} = {{ {} }}", parts_of(parts, toml)),
        DeclaredValue::Naming { kinds, except } => {
            let mut words: Vec<String> = kinds.iter().map(|of| names(of, "\"any\"")).collect();
            if !except.is_empty() {
                words.push(format!("except = {}", texts(except)));
            }
            format!("{setting} = {{ {} }}", words.join(", "))
        }
    }
}

/// An argument of the attribute as TOML; `None` for what is no argument, or is the same in both.
fn argument_as_toml(argument: &str) -> Option<String> {
    if let Some(list) = argument.strip_prefix("merged(").and_then(|rest| rest.strip_suffix(')')) {
        return Some(format!("migrations = {{ merged = {list} }}"));
    }
    let key_ends = argument.find(|c: char| !c.is_ascii_lowercase() && c != '_')?;
    let (key, rest) = argument.split_at(key_ends);
    if !SETTINGS.contains(&key) {
        return None;
    }
    if let Some(parts) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        let parts = match parts.strip_prefix("all") {
            Some(others) if others.is_empty() || others.starts_with(',') => {
                format!("all = true{others}")
            }
            _ => parts.replace("= any", "= \"any\""),
        };
        return Some(format!("{key} = {{ {parts} }}"));
    }
    match rest.strip_prefix(" = ")? {
        word @ ("all" | "any") => Some(format!("{key} = \"{word}\"")),
        value => {
            let (by, value) = value.strip_suffix(')')?.split_once('(')?;
            matches!(by, "git" | "lock").then(|| format!("{key} = {{ {by} = {value} }}"))
        }
    }
}

fn parts_of(
    parts: &[(String, DeclaredValue)],
    write: fn(&str, &DeclaredValue) -> String,
) -> String {
    let parts: Vec<String> = parts.iter().map(|(name, value)| write(name, value)).collect();
    parts.join(", ")
}

/// `index = ["idx_*"]`, or the word for any name.
fn names(of: &NamesOfKind, any: &str) -> String {
    let globs = of.globs.as_deref().map_or_else(|| any.to_owned(), texts);
    format!("{} = {globs}", of.kind)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn texts(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}

fn list(versions: &[VersionId]) -> String {
    let literal = |version: &VersionId| match version {
        VersionId::Number(number) => number.to_string(),
        text => quoted(&text.to_string()),
    };
    let versions: Vec<String> = versions.iter().map(literal).collect();
    format!("[{}]", versions.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(setting: &str, value: DeclaredValue, attribute: &str, toml: &str) {
        let declaration = Declaration::new(setting, value);
        assert_eq!(Settings::Attribute.line(&declaration), attribute);
        assert_eq!(Settings::Toml.line(&declaration), toml);
    }

    #[test]
    fn each_front_end_writes_its_own_syntax() {
        let words = |word: &str| DeclaredValue::Words(vec![word.to_owned()]);
        let versions = DeclaredValue::Versions(vec![4.into(), "5b".into()]);
        let list = "irreversible = [4, \"5b\"]";
        check("irreversible", versions, list, list);
        let all = DeclaredValue::Word("all".to_owned());
        check("irreversible", all, "irreversible = all", "irreversible = \"all\"");
        check("ignore", words("extensions"), "ignore(extensions)", "ignore = [\"extensions\"]");
        let git = DeclaredValue::Text("origin/main".to_owned());
        let healed = DeclaredValue::Versions(vec![4.into()]);
        let parts = vec![("git".to_owned(), git), ("healed".to_owned(), healed)];
        check(
            "shipped",
            DeclaredValue::Parts(parts),
            "shipped(git = \"origin/main\", healed = [4])",
            "shipped = { git = \"origin/main\", healed = [4] }",
        );
        let allow = DeclaredValue::Texts(vec!["settings".to_owned()]);
        let git = DeclaredValue::Text("origin/main".to_owned());
        check(
            "shipped",
            DeclaredValue::Parts(vec![("git".to_owned(), git)]),
            "shipped = git(\"origin/main\")",
            "shipped = { git = \"origin/main\" }",
        );
        check(
            "locks",
            DeclaredValue::Parts(vec![("allow".to_owned(), allow)]),
            "locks(allow = [\"settings\"])",
            "locks = { allow = [\"settings\"] }",
        );
        let parts = vec![
            ("all".to_owned(), DeclaredValue::Yes),
            ("max_rows".to_owned(), DeclaredValue::Number(1000)),
        ];
        check(
            "locks",
            DeclaredValue::Parts(parts),
            "locks(all, max_rows = 1000)",
            "locks = { all = true, max_rows = 1000 }",
        );
        let naming = DeclaredValue::Text("naming".to_owned());
        let kinds = vec![
            NamesOfKind::new("index", Some(vec!["ix_*".to_owned()])),
            NamesOfKind::new("check", None),
        ];
        let rules = DeclaredValue::Naming { kinds, except: vec!["old".to_owned()] };
        check(
            "naming",
            rules,
            r#"naming(index = ["ix_*"], check = any, except = ["old"])"#,
            r#"naming = { index = ["ix_*"], check = "any", except = ["old"] }"#,
        );
        check("skip", naming, "#[gauntlet(skip = \"naming\")]", "skip = \"naming\"");
    }

    #[test]
    fn arguments_in_a_text() {
        let check = |text: &str, toml: &str| {
            assert_eq!(Settings::Attribute.words(text), text);
            assert_eq!(Settings::Toml.words(text), toml);
        };
        check("`locks = all` checks", "`locks = \"all\"` checks");
        check(
            "no ref; `shipped = git(\"a\")` or `compat = \"v1\"` names it",
            "no ref; `shipped = { git = \"a\" }` or `compat = \"v1\"` names it",
        );
        check("`baseline(file = \"a.sql\", at = 3)`", "`baseline = { file = \"a.sql\", at = 3 }`");
        check("`locks(all, allow = [\"t\"])`", "`locks = { all = true, allow = [\"t\"] }`");
        check("`populated(allow = ...)` lists 3", "`populated = { allow = ... }` lists 3");
        check("say `merged([...])`", "say `migrations = { merged = [...] }`");
        check("the function `lower(email)` of `users`", "the function `lower(email)` of `users`");
        check("locks = all", "locks = all");
        check(
            "or use `db = gauntlet::db::embedded()`",
            "or name no server, so that one is started",
        );
    }
}
