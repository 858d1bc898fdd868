//! Paths that one folder owns, such as those of a dependency: no other file names them.

use super::table::{OWNED, Owned};
use super::tree::Tree;

/// The places of a crate that name what another folder owns, one line each.
pub(super) fn strangers(sources: &str, tree: &Tree) -> Vec<String> {
    let owned = OWNED.iter().filter(|owned| owned.sources == sources);
    owned.flat_map(|owned| of_owner(owned, tree)).collect()
}

pub(super) fn of_owner(owned: &Owned, tree: &Tree) -> Vec<String> {
    let Owned { sources, paths, folder } = owned;
    let mut wrong = Vec::new();
    let mut used = false;
    for (at, placed) in &tree.modules {
        let imports = placed.module.imports.iter().map(|import| (&import.path, import.line));
        let mentions = placed.module.mentions.iter().map(|mention| (&mention.path, mention.line));
        for (path, line) in imports.chain(mentions) {
            let begins = |owned: &&&str| {
                let mut segments = path.iter();
                owned.split("::").all(|segment| segments.next().is_some_and(|own| own == segment))
            };
            // A module of this crate may have the same name.
            let Some(name) = paths.iter().find(begins).filter(|_| tree.resolve(at, path).is_none())
            else {
                continue;
            };
            if placed.file.starts_with(&format!("{folder}/")) {
                used = true;
            } else {
                let file = &placed.file;
                wrong.push(format!("{sources}/{file}:{line}: only `{folder}` may name `{name}`"));
            }
        }
    }
    if !used {
        let paths = paths.join("`, `");
        wrong.push(format!(
            "{sources}: `{folder}` no longer names `{paths}`: delete the entry in the table of floors"
        ));
    }
    wrong
}
