//! Which file uses which, and where.

use std::collections::BTreeMap;

use super::tree::{Target, Tree};

/// A file uses another one of its crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrow {
    pub(super) from: String,
    /// The first line that uses it.
    pub(super) line: usize,
    pub(super) to: String,
    /// Only a re-export: the file hands the name on and does not use it itself.
    pub(super) reexport: bool,
}

impl Arrow {
    /// The room of the file that uses.
    pub(super) fn user_room(&self) -> &str {
        room(&self.from)
    }

    /// The room of the file that is used.
    pub(super) fn used_room(&self) -> &str {
        room(&self.to)
    }
}

/// The room that a file is in: the first part of its path, without `.rs`.
pub(super) fn room(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// All arrows of a crate, one for each pair of files. An import through a re-export leads to the file that defines what
/// is imported.
pub(super) fn arrows(tree: &Tree) -> Vec<Arrow> {
    let mut found: BTreeMap<(String, String), Arrow> = BTreeMap::new();
    let mut add = |from: &str, line: usize, target: Option<Target>, reexport: bool| {
        let to = match target {
            Some(Target::Item(file)) => Some(file),
            Some(Target::Module(module)) => tree.file(&module),
            None => None,
        };
        let Some(to) = to.filter(|to| to != from) else { return };
        let key = (from.to_owned(), to.clone());
        let new = Arrow { from: from.to_owned(), line, to, reexport };
        let old = found.entry(key).or_insert_with(|| new.clone());
        if (new.reexport, new.line) < (old.reexport, old.line) {
            *old = new;
        }
    };
    for (path, placed) in &tree.modules {
        let module = &placed.module;
        for import in &module.imports {
            let target = tree.resolve(path, &import.path);
            if let Some(name) = &import.name {
                let reexport = import.reexport && !module.idents.contains_key(name);
                add(&placed.file, import.line, target, reexport);
            } else if let Some(Target::Module(from)) = target {
                let file = tree.file(&from);
                let own = file.as_deref() == Some(&placed.file);
                for (ident, line) in module.idents.iter().filter(|_| !own) {
                    add(&placed.file, *line, tree.lookup(&from, ident, 16), false);
                }
                add(&placed.file, import.line, Some(Target::Module(from)), true);
            } else {
                // The variants of an enum.
                add(&placed.file, import.line, target, import.reexport);
            }
        }
        for mention in &module.mentions {
            add(&placed.file, mention.line, tree.resolve(path, &mention.path), false);
        }
    }
    found.into_values().collect()
}
