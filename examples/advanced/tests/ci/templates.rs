//! The templates of `docs/ci` and the action, as YAML.

use std::path::{Path, PathBuf};

use yaml_rust2::{Yaml, YamlLoader};

/// The root of this repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The document in a file.
pub(crate) fn read(path: &Path) -> Yaml {
    let text = std::fs::read_to_string(path).unwrap();
    let mut documents = YamlLoader::load_from_str(&text)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(documents.len(), 1, "{}", path.display());
    documents.remove(0)
}

/// All templates: the file, and its document.
pub(crate) fn templates() -> Vec<(String, Yaml)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(root().join("docs/ci")).unwrap() {
        let path = entry.unwrap().path();
        all.push((path.file_name().unwrap().to_string_lossy().into_owned(), read(&path)));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// The action of the repository.
pub(crate) fn action() -> Yaml {
    read(&root().join("action.yml"))
}

/// The text of a scalar: a variable may be a number.
pub(crate) fn scalar(yaml: &Yaml) -> String {
    match yaml {
        Yaml::String(text) | Yaml::Real(text) => text.clone(),
        Yaml::Integer(number) => number.to_string(),
        Yaml::Boolean(value) => value.to_string(),
        other => panic!("no scalar: {other:?}"),
    }
}
