//! The sources of a crate as items by module, and where a name leads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::{Item, UseTree, Visibility};

/// A module's path, from the crate's name: `["gauntlet_runtime", "catalog", "diff"]`.
pub(crate) type Module = Vec<String>;

/// The parsed crates of the workspace that the API is made of.
pub(crate) struct Crates(BTreeMap<Module, Vec<Item>>);

/// An item and the module in which it stands.
pub(crate) struct Definition<'a> {
    pub(crate) module: Module,
    pub(crate) item: &'a Item,
}

impl Crates {
    pub(crate) fn read() -> Crates {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut crates = Crates(BTreeMap::new());
        for (name, folder) in [
            ("gauntlet", "."),
            ("gauntlet_model", "gauntlet-model"),
            ("gauntlet_plan", "gauntlet-plan"),
            ("gauntlet_runtime", "gauntlet-runtime"),
        ] {
            crates.read_file(vec![name.to_owned()], &root.join(folder).join("src/lib.rs"));
        }
        crates
    }

    fn read_file(&mut self, module: Module, file: &Path) {
        let text =
            std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let parent = file.parent().expect("a file is in a folder");
        let folder =
            if matches!(stem, "mod" | "lib") { parent.to_owned() } else { parent.join(stem) };
        self.read_items(module, &folder, parsed.items);
    }

    fn read_items(&mut self, module: Module, folder: &Path, items: Vec<Item>) {
        for item in &items {
            let Item::Mod(item) = item else { continue };
            if item.attrs.iter().any(|attr| quote::quote!(#attr).to_string().contains("cfg (test)"))
            {
                continue;
            }
            let name = item.ident.to_string();
            let inner: Module = module.iter().cloned().chain([name.clone()]).collect();
            if let Some((_, items)) = &item.content {
                self.read_items(inner, &folder.join(&name), items.clone());
            } else {
                let files: [PathBuf; 2] =
                    [folder.join(format!("{name}.rs")), folder.join(&name).join("mod.rs")];
                if let Some(file) = files.iter().find(|file| file.exists()) {
                    self.read_file(inner, file);
                }
            }
        }
        self.0.insert(module, items);
    }

    /// The items of a module.
    pub(crate) fn items(&self, module: &[String]) -> &[Item] {
        self.0.get(module).map(Vec::as_slice).unwrap_or_default()
    }

    /// All modules of a crate, with their items.
    pub(crate) fn modules_of<'a>(
        &'a self,
        name: &'a str,
    ) -> impl Iterator<Item = (&'a Module, &'a [Item])> {
        self.0
            .iter()
            .filter(move |(module, _)| module[0] == name)
            .map(|(m, items)| (m, items.as_slice()))
    }

    /// The definition that a name in a module leads to, over any number of `use`s.
    pub(crate) fn resolve(&self, module: &[String], name: &str) -> Option<Definition<'_>> {
        let items = self.items(module);
        if let Some(item) = items.iter().find(|item| name_of(item).as_deref() == Some(name)) {
            return Some(Definition { module: module.to_vec(), item });
        }
        uses(items).into_iter().find(|used| used.name == name).and_then(|used| {
            let (last, path) = used.path.split_last()?;
            self.resolve(&self.absolute(module, path)?, last)
        })
    }

    /// The module that a path leads to, seen from a module.
    pub(crate) fn absolute(&self, module: &[String], path: &[String]) -> Option<Module> {
        let mut at: Module = match path.first()?.as_str() {
            "crate" => vec![module[0].clone()],
            "self" => module.to_vec(),
            "super" => module[..module.len() - 1].to_vec(),
            name if self.0.contains_key(&vec![name.to_owned()]) => vec![name.to_owned()],
            name => module.iter().cloned().chain([name.to_owned()]).collect(),
        };
        for name in &path[1..] {
            if name == "super" {
                at.pop();
            } else {
                at.push(name.clone());
            }
        }
        self.0.contains_key(&at).then_some(at)
    }
}

/// One name of a `use`.
pub(crate) struct Used {
    pub(crate) name: String,
    pub(crate) path: Vec<String>,
    pub(crate) is_public: bool,
}

/// Every name that the `use`s among some items bring in.
pub(crate) fn uses(items: &[Item]) -> Vec<Used> {
    let mut all = Vec::new();
    for item in items {
        let Item::Use(item) = item else { continue };
        let is_public = matches!(item.vis, Visibility::Public(_));
        flatten(&item.tree, &mut Vec::new(), is_public, &mut all);
    }
    all
}

fn flatten(tree: &UseTree, path: &mut Vec<String>, is_public: bool, all: &mut Vec<Used>) {
    match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            flatten(&tree.tree, path, is_public, all);
            path.pop();
        }
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| flatten(tree, path, is_public, all));
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            let mut path = path.clone();
            let name = if name == "self" {
                path.last().cloned().unwrap_or_default()
            } else {
                path.push(name.clone());
                name
            };
            all.push(Used { name, path, is_public });
        }
        UseTree::Rename(renamed) => {
            let path = path.iter().cloned().chain([renamed.ident.to_string()]).collect();
            all.push(Used { name: renamed.rename.to_string(), path, is_public });
        }
        UseTree::Glob(_) => {}
    }
}

/// The name that an item defines in the namespaces of types and values.
fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Const(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}
