//! The modules of a crate and what a path in one of them names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::parse::{Module, parse};
use super::tokens::tokens;

/// The path of a module within its crate; empty for the root.
pub(super) type ModulePath = Vec<String>;

/// A module and the file that it is in.
#[derive(Debug)]
pub(super) struct Placed {
    /// Relative to the folder of the crate's sources.
    pub(super) file: String,
    pub(super) module: Module,
}

/// One crate.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) modules: BTreeMap<ModulePath, Placed>,
    /// Lines of each file.
    pub(super) lines: BTreeMap<String, usize>,
}

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Module(ModulePath),
    /// An item, or something inside of one, of a file.
    Item(String),
}

/// The longest chain of re-exports that is followed.
const DEPTH: usize = 16;

impl Tree {
    /// Reads the crate whose `lib.rs` or `main.rs` is in `sources`.
    ///
    /// # Errors
    ///
    /// A sentence that names the file that cannot be read.
    pub(super) fn read(sources: &Path) -> Result<Tree, String> {
        let read = |file: &str| {
            let path = sources.join(file);
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
        };
        let exists = |file: &str| sources.join(file).exists();
        Tree::from(&read, &exists)
    }

    fn from(
        read: &dyn Fn(&str) -> Result<String, String>,
        exists: &dyn Fn(&str) -> bool,
    ) -> Result<Tree, String> {
        let root = if exists("lib.rs") { "lib.rs" } else { "main.rs" };
        let mut tree = Tree::default();
        let mut waiting = vec![(Vec::new(), root.to_owned(), PathBuf::new())];
        while let Some((path, file, folder)) = waiting.pop() {
            let text = read(&file)?;
            tree.lines.insert(file.clone(), text.lines().count());
            let module = parse(&tokens(&text).map_err(|error| format!("{file}: {error}"))?);
            let mut inside = vec![(path, module, folder)];
            while let Some((path, mut module, folder)) = inside.pop() {
                for (name, named) in &module.files {
                    // `mod r#enum` lies in `enum/`.
                    let plain = name.trim_start_matches("r#");
                    let flat = folder.join(format!("{plain}.rs")).display().to_string();
                    let nested = folder.join(plain).join("mod.rs").display().to_string();
                    let child = match named {
                        // Beside the file that declares it.
                        Some(named) => {
                            let beside = Path::new(&file).parent().unwrap_or(Path::new(""));
                            beside.join(named).display().to_string()
                        }
                        None if exists(&flat) => flat,
                        None => nested,
                    };
                    waiting.push((below(&path, name), child, folder.join(plain)));
                }
                for (name, child) in std::mem::take(&mut module.inline) {
                    inside.push((below(&path, &name), child, folder.join(&name)));
                }
                tree.modules.insert(path, Placed { file: file.clone(), module });
            }
        }
        Ok(tree)
    }

    /// A made-up crate: names and texts of files.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Tree {
        let find = |name: &str| files.iter().find(|(file, _)| *file == name);
        let read = |name: &str| {
            find(name).map(|(_, text)| (*text).to_owned()).ok_or(format!("{name} does not exist"))
        };
        Tree::from(&read, &|name| find(name).is_some()).expect("a crate")
    }

    /// What a path names when it stands in the module `from`; `None` when that is in another crate.
    pub(super) fn resolve(&self, from: &[String], path: &[String]) -> Option<Target> {
        self.walk(from, path, DEPTH)
    }

    fn walk(&self, from: &[String], path: &[String], depth: usize) -> Option<Target> {
        let depth = depth.checked_sub(1)?;
        let mut at = from.to_vec();
        for (index, segment) in path.iter().enumerate() {
            match segment.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => {
                    at.pop();
                }
                name => match self.lookup(&at, name, depth) {
                    Some(Target::Module(module)) => at = module,
                    Some(item) => return Some(item),
                    None if index == 0 => return None,
                    None => return self.file(&at).map(Target::Item),
                },
            }
        }
        Some(Target::Module(at))
    }

    /// What a name means in a module.
    pub(super) fn lookup(&self, at: &[String], name: &str, depth: usize) -> Option<Target> {
        let child = below(at, name);
        if self.modules.contains_key(&child) {
            return Some(Target::Module(child));
        }
        let placed = self.modules.get(at)?;
        if placed.module.items.iter().any(|item| item == name) {
            return Some(Target::Item(placed.file.clone()));
        }
        let depth = depth.checked_sub(1)?;
        let imports = &placed.module.imports;
        let named = imports.iter().find(|import| import.name.as_deref() == Some(name));
        if let Some(import) = named {
            // `use name::…` of another crate names itself: do not go in circles.
            return self.walk(at, &import.path, depth).or(None);
        }
        imports.iter().filter(|import| import.name.is_none()).find_map(|glob| {
            match self.walk(at, &glob.path, depth)? {
                Target::Module(module) if module != at => self.lookup(&module, name, depth),
                _ => None,
            }
        })
    }

    /// The file of a module.
    pub(super) fn file(&self, module: &[String]) -> Option<String> {
        self.modules.get(module).map(|placed| placed.file.clone())
    }
}

fn below(path: &[String], name: &str) -> ModulePath {
    let mut child = path.to_vec();
    child.push(name.to_owned());
    child
}
