//! `gauntlet.toml`: the settings of the command in the crate's folder, read as arguments of the attribute.
//!
//! Each key becomes the argument that a person would have written, and is read by the argument's own rule. What the attribute
//! says comes first; a suite that comes from elsewhere (`suite = X`) brings its own settings.

use std::path::Path;

use gauntlet_plan::{SETTINGS, SETTINGS_FILE, unknown};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::LitStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::attr::{Choice, Role, Selection, Settings};
use crate::args::{self, Arg, Value};
use crate::mistakes::Mistakes;

/// The file of a crate, taken apart.
#[derive(Default)]
pub(crate) struct SettingsFile {
    /// The arguments, as they would stand in the attribute: the key, and all of it.
    arguments: Vec<(String, TokenStream)>,
    /// `skip` and `only`, with the words that they name.
    choices: Vec<(Role, String)>,
    exists: bool,
}

impl SettingsFile {
    /// The file in the folder of the crate that is compiled.
    pub(crate) fn of_crate(mistakes: &mut Mistakes) -> SettingsFile {
        match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => SettingsFile::of_folder(Path::new(&folder), mistakes),
            None => SettingsFile::default(),
        }
    }

    fn of_folder(folder: &Path, mistakes: &mut Mistakes) -> SettingsFile {
        let file = folder.join(SETTINGS_FILE);
        if !file.exists() {
            return SettingsFile::default();
        }
        let read = std::fs::read_to_string(&file).map_err(|error| error.to_string());
        match read.and_then(|text| SettingsFile::parse(&text)) {
            Ok(settings) => settings,
            Err(problem) => {
                mistakes.at_span(Span::call_site(), format!("{SETTINGS_FILE}: {problem}"));
                SettingsFile { exists: true, ..SettingsFile::default() }
            }
        }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// What is wrong in it.
    fn parse(text: &str) -> Result<SettingsFile, String> {
        let table =
            DeTable::parse(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let mut settings = SettingsFile { exists: true, ..SettingsFile::default() };
        for (key, value) in table.get_ref() {
            let (key, value) = (key.get_ref().as_ref(), value.get_ref());
            if !SETTINGS.contains(&key) {
                return Err(unknown("setting", key, SETTINGS));
            }
            if key == "skip" || key == "only" {
                settings.choices.extend(choice(key, value)?);
            } else {
                settings.arguments.push((key.to_owned(), argument(key, value)?));
            }
        }
        settings.judge()?;
        Ok(settings)
    }

    /// Checks the arguments by their own rules.
    fn judge(&self) -> Result<(), String> {
        let mut messages = Vec::new();
        for (key, tokens) in &self.arguments {
            let mut mistakes = Mistakes::default();
            Settings::read(args::parse(tokens.clone(), &mut mistakes), &mut mistakes);
            messages.extend(mistakes.messages().iter().map(|message| format!("{key}: {message}")));
        }
        if messages.is_empty() { Ok(()) } else { Err(messages.join("\n")) }
    }

    fn args(&self, takes: impl Fn(&str) -> bool, mistakes: &mut Mistakes) -> Vec<Arg> {
        let taken = self.arguments.iter().filter(|(key, _)| takes(key));
        taken.flat_map(|(_, tokens)| args::parse(tokens.clone(), mistakes)).collect()
    }

    /// Adds the settings that the arguments of an attribute do not have; `takes` says which ones it can have.
    pub(crate) fn complete(
        &self,
        mut given: Vec<Arg>,
        takes: impl Fn(&str) -> bool,
        mistakes: &mut Mistakes,
    ) -> Vec<Arg> {
        if given.iter().any(|arg| arg.key == "suite") {
            return given;
        }
        let has = |name: &str| {
            given.iter().any(|arg| {
                // Both forms of `ignore` and `naming` can be given; the file has the one with parentheses.
                let other_form = ["ignore", "naming"].contains(&name) && is_value(arg);
                arg.key == name && !other_form
            })
        };
        let missing = self.args(|name| takes(name) && !has(name), mistakes);
        given.extend(missing);
        given
    }

    /// Makes the choice of the file, if an attribute makes none.
    pub(crate) fn choose(&self, selection: &mut Selection) {
        if !selection.choices.is_empty() {
            return;
        }
        selection.choices.extend(self.choices.iter().map(|(role, word)| Choice {
            role: *role,
            word: LitStr::new(word, Span::call_site()),
            reason: matches!(role, Role::Skip).then(|| format!("skipped by {SETTINGS_FILE}")),
        }));
    }

    /// An item that makes the compiler read the file again when it has changed.
    pub(crate) fn tracked(&self) -> Option<TokenStream> {
        let path = format!("/{SETTINGS_FILE}");
        self.exists.then(|| {
            quote! {
                const _: &[u8] =
                    ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path));
            }
        })
    }
}

fn is_value(arg: &Arg) -> bool {
    !matches!(arg.value, Value::List(..))
}

/// The words of `skip` and `only`: a text, or a list of them.
fn choice(key: &str, value: &DeValue<'_>) -> Result<Vec<(Role, String)>, String> {
    let words: Vec<&DeValue<'_>> = match value {
        DeValue::Array(list) => list.iter().map(Spanned::get_ref).collect(),
        one => vec![one],
    };
    let mut choices = Vec::new();
    for word in words {
        let word = word.as_str().ok_or_else(|| format!("`{key}` takes the names of checks"))?;
        let role = if key == "skip" { Role::Skip } else { Role::Only };
        choices.push((role, word.to_owned()));
    }
    Ok(choices)
}

/// The argument as it would stand in the attribute.
fn argument(key: &str, value: &DeValue<'_>) -> Result<TokenStream, String> {
    let name = Ident::new(key, Span::call_site());
    Ok(match (key, value) {
        ("irreversible" | "locks" | "populated" | "interrupted", DeValue::String(word))
            if word == "all" =>
        {
            quote!(#name = all)
        }
        ("irreversible", DeValue::Integer(_) | DeValue::String(_)) => {
            let version = plain(key, value)?;
            quote!(#name = [#version])
        }
        ("ignore", DeValue::Array(words)) => {
            let mut all = Vec::new();
            for word in words {
                let word = word.get_ref().as_str();
                let word = word.ok_or("`ignore` takes the names of kinds")?;
                all.push(word.parse::<TokenStream>().map_err(|error| error.to_string())?);
            }
            quote!(#name(#(#all),*))
        }
        ("ignore", _) => return Err("`ignore` takes a list: [\"comments\"]".to_owned()),
        ("model", DeValue::Array(files)) => {
            let files = list(key, files)?;
            quote!(#name = (#(#files,)*))
        }
        ("migrations", DeValue::Table(table)) => match table.iter().next() {
            Some((word, folders)) if table.len() == 1 && word.get_ref() == "merged" => {
                let folders = plain(key, folders.get_ref())?;
                quote!(#name = merged(#folders))
            }
            _ => return Err("`migrations` takes { merged = [\"a\", \"b\"] } as a table".to_owned()),
        },
        (_, DeValue::Table(table)) => {
            let mut parts = Vec::new();
            for (part, value) in table {
                let part = part.get_ref();
                let ident = syn::parse_str::<Ident>(part)
                    .map_err(|_| format!("`{key}` has no part `{part}`"))?;
                match value.get_ref() {
                    // `locks(all)`, and nothing where it is false.
                    DeValue::Boolean(true) => parts.push(quote!(#ident)),
                    DeValue::Boolean(false) => {}
                    DeValue::String(word) if key == "naming" && word == "any" => {
                        parts.push(quote!(#ident = any));
                    }
                    DeValue::String(word) if key == "seeds" && word == "all" => {
                        parts.push(quote!(#ident = all));
                    }
                    value => {
                        let value = plain(key, value)?;
                        parts.push(quote!(#ident = #value));
                    }
                }
            }
            quote!(#name(#(#parts),*))
        }
        (_, value) => {
            let value = plain(key, value)?;
            quote!(#name = #value)
        }
    })
}

/// A text, a number, a flag, or a list of them.
fn plain(key: &str, value: &DeValue<'_>) -> Result<TokenStream, String> {
    Ok(match value {
        DeValue::String(text) => {
            let text = Literal::string(text);
            quote!(#text)
        }
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix())
                .map_err(|_| format!("`{key}` has a number that is too large"))?;
            let number = Literal::i64_unsuffixed(number);
            quote!(#number)
        }
        DeValue::Boolean(flag) => quote!(#flag),
        DeValue::Array(values) => {
            let values = list(key, values)?;
            quote!([#(#values),*])
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => {
            return Err(format!("`{key}` takes a text, a number, or a list of them"));
        }
    })
}

fn list(key: &str, values: &toml::de::DeArray<'_>) -> Result<Vec<TokenStream>, String> {
    values.iter().map(|value| plain(key, value.get_ref())).collect()
}

#[cfg(test)]
#[allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
mod tests {
    use expect_test::{Expect, expect};
    use gauntlet_plan::EVERY_SETTING;

    use super::*;

    /// The arguments of a file, or what is wrong with it.
    #[track_caller]
    fn check(text: &str, expected: Expect) {
        let shown = match SettingsFile::parse(text) {
            Err(problem) => problem,
            Ok(file) => {
                let all = file.arguments.iter().map(|(_, tokens)| tokens.to_string());
                let all = all.chain(file.choices.iter().map(|(role, word)| match role {
                    Role::Skip => format!("skip {word}"),
                    Role::Only => format!("only {word}"),
                }));
                all.collect::<Vec<_>>().join("\n")
            }
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn every_setting_is_the_argument_that_a_person_would_write() {
        let file = SettingsFile::parse(EVERY_SETTING).unwrap_or_else(|problem| panic!("{problem}"));
        let read: Vec<&str> = file.arguments.iter().map(|(key, _)| key.as_str()).collect();
        let known = |key: &str| ["skip", "only"].contains(&key) || read.contains(&key);
        let missing: Vec<&&str> = SETTINGS.iter().filter(|key| !known(key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        check(
            EVERY_SETTING,
            expect![[r#"
            as_role = "app"
            baseline (at = 3 , file = "schema_2024.sql")
            budget = "30s"
            compat = "v1.2.0"
            db = "postgres://localhost/x"
            downgrade_floor = 3
            ignore (comments , columns . compression)
            ignore_tables = ["audit_*"]
            interrupted (allow = [1])
            irreversible = [1 , "2b"]
            isolation = "schema"
            locks (all , allow = ["settings"] , max_rows = 1000)
            migrations = "db"
            model = ("a.sql" , "b.sql" ,)
            naming (check = any , except = ["old"] , index = ["ix_*"])
            partitions = true
            populated (allow = [1])
            queries (except = [".sqlx/query-1*"] , files = "queries/*.sql" , texts = ["SELECT 1"])
            seeds (folder = "seeds" , required = all)
            setup = "setup.sql"
            shipped (folder = "old" , git = "origin/main" , healed = [4])
            strict = true
            timeout = "10m"
            skip naming"#]],
        );
    }

    #[test]
    fn the_other_forms_of_a_setting() {
        check(
            "migrations = { merged = [\"a\", \"b\"] }\nirreversible = \"all\"\nlocks = \"all\"\nshipped = 7",
            expect![[r#"
                irreversible = all
                locks = all
                migrations = merged (["a" , "b"])
                shipped = 7"#]],
        );
        check(
            "irreversible = 7\nonly = [\"stairway\", \"naming\"]",
            expect![[r#"
            irreversible = [7]
            only stairway
            only naming"#]],
        );
    }

    #[test]
    fn the_attribute_comes_first() {
        let text = "model = \"file.sql\"\nignore = [\"comments\"]\nsetup = \"setup.sql\"\nskip = \"naming\"";
        let file = SettingsFile::parse(text).unwrap_or_else(|problem| panic!("{problem}"));
        let keys = |given: TokenStream, takes: fn(&str) -> bool| {
            let mut mistakes = Mistakes::default();
            let given = args::parse(given, &mut mistakes);
            let all = file.complete(given, takes, &mut mistakes);
            assert!(mistakes.is_empty());
            all.iter().map(|arg| arg.key.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(keys(quote!(), |_| true), ["ignore", "model", "setup"]);
        assert_eq!(keys(quote!(model = "own.sql"), |_| true), ["model", "ignore", "setup"]);
        assert_eq!(keys(quote!(ignore(grants)), |_| true), ["ignore", "model", "setup"]);
        assert_eq!(keys(quote!(ignore = own), |_| true), ["ignore", "ignore", "model", "setup"]);
        assert_eq!(keys(quote!(suite = SUITE), |_| true), ["suite"]);
        assert_eq!(keys(quote!(), |key| key == "setup"), ["setup"]);
        let chosen = |mut selection: Selection| {
            file.choose(&mut selection);
            selection.choices.iter().map(|choice| choice.word.value()).collect::<Vec<_>>()
        };
        assert_eq!(chosen(Selection::default()), ["naming"]);
        let own = Choice {
            role: Role::Only,
            word: LitStr::new("stairway", Span::call_site()),
            reason: None,
        };
        assert_eq!(chosen(Selection { choices: vec![own], ..Selection::default() }), ["stairway"]);
    }

    #[test]
    fn mistakes_are_named_as_in_the_attribute() {
        check(
            "modle = \"schema.sql\"",
            expect![[r#"
            unknown setting `modle`, did you mean `model`?
            valid: migrations, model, db, setup, as_role, isolation, irreversible, downgrade_floor, baseline, shipped, strict, partitions, ignore, ignore_tables, naming, locks, populated, interrupted, queries, compat, seeds, budget, timeout, skip, only"#]],
        );
        check(
            "isolation = \"scheme\"",
            expect![[r#"
            isolation: unknown isolation `scheme`, did you mean `schema`?
            valid: database, schema"#]],
        );
        check(
            "locks = { allwo = [\"a\"] }",
            expect![[r#"
            locks: unknown word `allwo`, did you mean `allow`?
            valid: all, allow, max_rows"#]],
        );
        check(
            "shipped = { gti = \"main\" }",
            expect![[r#"
            shipped: unknown part `gti`, did you mean `git`?
            valid: git, lock, folder, healed"#]],
        );
        check("strict = \"yes\"", expect!["strict: expected `true` or `false`"]);
        check(
            "ignore = [\"comment\"]",
            expect![[r#"
            ignore: unknown kind `comment`, did you mean `comments`?
            valid: comments, grants, owners, column_order, server_defaults, security_labels, storage_parameters, databases, schemas, extensions, languages, access_methods, foreign_data_wrappers, servers, user_mappings, default_privileges, collations, enums, base_types, composite_types, range_types, domains, domain_constraints, sequences, functions, procedures, aggregates, operators, operator_families, operator_classes, casts, transforms, conversions, text_search_parsers, text_search_templates, text_search_dictionaries, text_search_configurations, tables, foreign_tables, columns, constraints, indexes, statistics, views, materialized_views, view_columns, rules, triggers, policies, event_triggers, publications, subscriptions"#]],
        );
        check(
            "migrations = { merge = [\"a\"] }",
            expect![[r#"`migrations` takes { merged = ["a", "b"] } as a table"#]],
        );
        check("budget = 1.5", expect!["`budget` takes a text, a number, or a list of them"]);
        check(
            "strict = ",
            expect![[r#"
            TOML parse error at line 1, column 10
              |
            1 | strict = 
              |          ^
            string values must be quoted, expected literal string"#]],
        );
    }
}
