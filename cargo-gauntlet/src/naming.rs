//! The setting `naming` of a file: rules for single kinds of names, and exceptions.

use std::collections::BTreeMap;

use gauntlet_plan::unknown;
use gauntlet_runtime::naming::{NameKind, NamingRules};
use serde::Deserialize;

/// The word of the names that are right whatever they name.
const EXCEPT: &str = "except";

/// The right names of a kind: globs with one `*` at an end, or `"any"`.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list of globs such as [\"idx_*\", \"*_idx\"], or \"any\""
)]
pub(crate) enum Names {
    Any(Any),
    Globs(Vec<String>),
}

/// The word `any`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Any {
    Any,
}

/// The rules, by kind.
pub(crate) type NamingTable = BTreeMap<String, Names>;

/// Checks the kinds and the globs.
pub(crate) fn check(table: &NamingTable) -> Result<(), String> {
    for (kind, names) in table {
        match (kind.as_str(), names) {
            (EXCEPT, Names::Globs(_)) => {}
            (EXCEPT, Names::Any(_)) => return Err("`except` takes a list of names".to_owned()),
            (kind, names) => {
                if NameKind::named(kind).is_none() {
                    let mut known: Vec<&str> = NameKind::words().collect();
                    known.push(EXCEPT);
                    return Err(unknown("kind of name", kind, &known));
                }
                let Names::Globs(globs) = names else { continue };
                if let Some(glob) = globs.iter().find(|glob| affix(glob).is_none()) {
                    return Err(format!(
                        "`{glob}` is neither a beginning nor an ending, such as \"idx_*\" or \"*_idx\""
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Adds the rules of a table that was checked.
pub(crate) fn add(table: NamingTable, mut rules: NamingRules) -> NamingRules {
    for (kind, names) in table {
        rules = match (NameKind::named(&kind), names) {
            (None, Names::Globs(names)) => rules.except(names),
            (None, Names::Any(_)) => rules,
            (Some(kind), Names::Any(_)) => rules.without(kind),
            (Some(kind), Names::Globs(globs)) => {
                let (mut prefixes, mut suffixes) = (Vec::new(), Vec::new());
                for glob in &globs {
                    match affix(glob) {
                        Some(Affix::Prefix(prefix)) => prefixes.push(prefix),
                        Some(Affix::Suffix(suffix)) => suffixes.push(suffix),
                        None => {}
                    }
                }
                rules.affixes(kind, &prefixes, &suffixes)
            }
        };
    }
    rules
}

enum Affix<'a> {
    Prefix(&'a str),
    Suffix(&'a str),
}

fn affix(glob: &str) -> Option<Affix<'_>> {
    let sound = |text: &str| !text.is_empty() && !text.contains('*');
    match (glob.strip_suffix('*'), glob.strip_prefix('*')) {
        (Some(prefix), None) => sound(prefix).then_some(Affix::Prefix(prefix)),
        (None, Some(suffix)) => sound(suffix).then_some(Affix::Suffix(suffix)),
        _ => None,
    }
}
