//! Settings of a suite, written as a front end's configuration writes them.

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
        DeclaredValue::Parts(parts) => format!("{setting}({})", parts_of(parts, attribute)),
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
}
