//! SQL text that is kept, with what was found in it.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A text of SQL that does not change.
///
/// Its clones share the text and what was found in it, so that a script is read through once for each question, however
/// often it runs: it may have 50 MiB.
#[derive(Clone)]
pub struct SqlText(Arc<Shared>);

struct Shared {
    text: Arc<str>,
    /// What was found in the text, by type: each an `OnceLock<Arc<T>>`.
    facts: Mutex<Vec<Arc<dyn Any + Send + Sync>>>,
}

impl SqlText {
    /// What `find` finds in the text; it is called once for each type that it returns.
    pub(crate) fn fact<T: Any + Send + Sync>(&self, find: impl FnOnce(&str) -> T) -> Arc<T> {
        let cell: Arc<OnceLock<Arc<T>>> = {
            let mut facts = self.0.facts.lock().unwrap_or_else(PoisonError::into_inner);
            let known = facts.iter().find_map(|fact| Arc::clone(fact).downcast().ok());
            known.unwrap_or_else(|| {
                let cell = Arc::new(OnceLock::new());
                facts.push(Arc::clone(&cell) as Arc<dyn Any + Send + Sync>);
                cell
            })
        };
        Arc::clone(cell.get_or_init(|| Arc::new(find(self))))
    }

    /// The text itself, shared.
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0.text)
    }
}

impl Deref for SqlText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0.text
    }
}

impl From<String> for SqlText {
    fn from(text: String) -> SqlText {
        SqlText(Arc::new(Shared { text: text.into(), facts: Mutex::default() }))
    }
}

impl From<&str> for SqlText {
    fn from(text: &str) -> SqlText {
        SqlText(Arc::new(Shared { text: text.into(), facts: Mutex::default() }))
    }
}

impl PartialEq for SqlText {
    fn eq(&self, other: &SqlText) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || **self == **other
    }
}

impl Eq for SqlText {}

impl fmt::Debug for SqlText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for SqlText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fact_is_found_once() {
        struct Length(usize);
        struct Empty(bool);
        let text = SqlText::from("SELECT 1");
        let copy = text.clone();
        assert_eq!(text.fact(|text| Length(text.len())).0, 8);
        assert_eq!(copy.fact(|_| -> Length { unreachable!() }).0, 8);
        assert!(!copy.fact(|text| Empty(text.is_empty())).0);
        assert_eq!(SqlText::from("SELECT 1"), text);
        assert_eq!(SqlText::from("SELECT 22").fact(|text| Length(text.len())).0, 9);
    }
}
