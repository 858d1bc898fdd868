//! What no module below the front may do: print, panic by itself, or read the process.

use super::arrows::room;
use super::table::{QUIET, Quiet};
use super::tree::Tree;

/// Macros that print, or panic by themselves.
const MACROS: &[&str] =
    &["print", "println", "eprint", "eprintln", "dbg", "panic", "todo", "unimplemented"];

/// Paths that read or end the process, each by how it begins and how it ends.
const PATHS: &[(&[&str], &[&str])] =
    &[(&["std", "env"], &[]), (&[], &["process", "exit"]), (&[], &["process", "abort"])];

/// The places of a crate that print, panic or read the process, one line each.
pub(super) fn loud(sources: &str, tree: &Tree) -> Vec<String> {
    let Some(quiet) = QUIET.iter().find(|quiet| quiet.sources == sources) else {
        return Vec::new();
    };
    in_crate(quiet, tree)
}

pub(super) fn in_crate(quiet: &Quiet, tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut needed = Vec::new();
    for placed in tree.modules.values() {
        let module = &placed.module;
        let macros = module.macros.iter().filter(|(name, _)| MACROS.contains(&name.as_str()));
        let macros = macros.map(|(name, line)| (format!("{name}!"), *line));
        let imports = module.imports.iter().map(|import| (&import.path, import.line));
        let mentions = module.mentions.iter().map(|mention| (&mention.path, mention.line));
        let paths = imports.chain(mentions).filter(|(path, _)| reads_the_process(path));
        let paths = paths.map(|(path, line)| (path.join("::"), line));
        for (what, line) in macros.chain(paths) {
            let file = placed.file.as_str();
            if let Some(open) = quiet.open.iter().find(|open| [file, room(file)].contains(open)) {
                needed.push(*open);
                continue;
            }
            wrong.push(format!("{}/{file}:{line}: `{what}` below the front", quiet.sources));
        }
    }
    for open in quiet.open.iter().filter(|open| !needed.contains(open)) {
        wrong.push(format!(
            "{}: `{open}` neither prints, panics nor reads the process: delete the entry in the table of floors",
            quiet.sources
        ));
    }
    wrong
}

fn reads_the_process(path: &[String]) -> bool {
    let is = |part: &[String], words: &[&str]| part.iter().eq(words);
    PATHS.iter().any(|(start, end)| {
        path.len() >= start.len() + end.len()
            && is(&path[..start.len()], start)
            && is(&path[path.len() - end.len()..], end)
    })
}
