//! Changes of the files of a workspace: new files, and lines in lists. Nothing is written before all of it is known.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The changes that one task makes.
pub(super) struct Edits {
    root: PathBuf,
    files: BTreeMap<String, String>,
}

impl Edits {
    pub(super) fn new(root: &Path) -> Edits {
        Edits { root: root.to_owned(), files: BTreeMap::new() }
    }

    /// Adds a file.
    ///
    /// # Errors
    ///
    /// The file exists.
    pub(super) fn create(&mut self, file: &str, text: String) -> Result<(), String> {
        if self.root.join(file).exists() {
            return Err(format!("{file} exists already"));
        }
        self.files.insert(file.to_owned(), text);
        Ok(())
    }

    /// Adds `mod name;` to the declarations of a file, in the order of the alphabet.
    ///
    /// # Errors
    ///
    /// The file cannot be read or declares no module.
    pub(super) fn declare(&mut self, file: &str, name: &str) -> Result<(), String> {
        let line = format!("mod {name};");
        self.insert(file, &format!("{line}\n"), |text| {
            let lines = lines(text).filter(|(_, text)| text.starts_with("mod "));
            let after = lines.clone().find(|(_, text)| *text > line.as_str());
            let end = lines.last().map(|(at, text)| at + text.len() + 1);
            after.map(|(at, _)| at).or(end)
        })
    }

    /// Adds text before the first line that begins so, white space aside.
    ///
    /// # Errors
    ///
    /// The file cannot be read or has no such line.
    pub(super) fn before(&mut self, file: &str, mark: &str, text: &str) -> Result<(), String> {
        self.insert(file, text, |old| {
            lines(old).find(|(_, line)| line.trim_start().starts_with(mark)).map(|(at, _)| at)
        })
    }

    fn insert(
        &mut self,
        file: &str,
        new: &str,
        place: impl FnOnce(&str) -> Option<usize>,
    ) -> Result<(), String> {
        let path = self.root.join(file);
        let mut text = match self.files.remove(file) {
            Some(text) => text,
            None => std::fs::read_to_string(&path).map_err(|e| format!("{file}: {e}"))?,
        };
        let at = place(&text).ok_or_else(|| format!("{file}: no place for {:?}", new.trim()))?;
        text.insert_str(at, new);
        self.files.insert(file.to_owned(), text);
        Ok(())
    }

    /// Writes all files; their names.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub(super) fn write(self) -> Result<Vec<String>, String> {
        for (file, text) in &self.files {
            let path = self.root.join(file);
            let folder = path.parent().unwrap_or(&self.root);
            let written =
                std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
            written.map_err(|error| format!("{file}: {error}"))?;
        }
        Ok(self.files.into_keys().collect())
    }
}

/// The lines of a text, each with its offset.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> + Clone {
    let start = text.as_ptr() as usize;
    text.lines().map(move |line| (line.as_ptr() as usize - start, line))
}

/// The words of a name such as `no_locks`.
///
/// # Errors
///
/// It is not in snake case.
pub(super) fn words(name: &str) -> Result<Vec<&str>, String> {
    let words: Vec<&str> = name.split('_').collect();
    let fits = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if words.iter().all(fits) {
        Ok(words)
    } else {
        Err(format!("`{name}` is not a name in snake case, such as `no_locks`"))
    }
}

/// `NoLocks` for `no_locks`.
pub(super) fn camel(words: &[&str]) -> String {
    let word = |word: &&str| word[..1].to_ascii_uppercase() + &word[1..];
    words.iter().map(word).collect()
}
