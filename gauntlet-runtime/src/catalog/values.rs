//! The values of an object, by name.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The value of an attribute, as the server prints it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Value {
    /// A text; `yes` for a property that an object has or has not.
    Text(String),
    /// Several texts whose order counts, such as the labels of an enum.
    List(Vec<String>),
}

impl Value {
    /// The text, or `None` for a list.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) => None,
        }
    }

    /// The list; a text is a list of one.
    pub fn as_list(&self) -> &[String] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(list) => list,
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrList)
    }
}

/// Accepts either form directly: the derived code would buffer the value and try both.
struct TextOrList;

impl<'de> Visitor<'de> for TextOrList {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut texts: S) -> Result<Value, S::Error> {
        let mut list: Vec<String> = Vec::new();
        while let Some(text) = texts.next_element()? {
            list.push(text);
        }
        Ok(list.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for Value {
    fn from(list: Vec<String>) -> Self {
        Self::List(list)
    }
}

impl fmt::Display for Value {
    /// The text as it is; a list as `(a, b)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::List(list) => write!(f, "({})", list.join(", ")),
        }
    }
}

/// Values by name, in the order of the names.
///
/// An object has three or four: a list of them takes a third of the memory of a tree, and most names are known when
/// the tool is built. Clones share the list until one of them is changed: the moments of a database have nearly all of
/// their objects in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values(Arc<List>);

type List = Vec<(Cow<'static, str>, Value)>;

impl Default for Values {
    /// No values; all of them share one list.
    fn default() -> Self {
        static NONE: LazyLock<Arc<List>> = LazyLock::new(Arc::default);
        Self(Arc::clone(&NONE))
    }
}

impl Values {
    /// None yet, with room for `count`.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self(Arc::new(Vec::with_capacity(count)))
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_ref().cmp(name))
    }

    /// The value with this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.find(name).ok().map(|at| &self.0[at].1)
    }

    /// Returns true if there is a value with this name.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Sets the value of a name, replacing an earlier one.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let name = name.into();
        let place = self.find(&name);
        let values = Arc::make_mut(&mut self.0);
        match place {
            Ok(at) => values[at].1 = value.into(),
            Err(at) => {
                values.reserve_exact(1);
                values.insert(at, (name, value.into()));
            }
        }
    }

    /// Removes a value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.find(name).ok().map(|at| Arc::make_mut(&mut self.0).remove(at).1)
    }

    /// Keeps the values for which `keep` returns true.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &Value) -> bool) {
        Arc::make_mut(&mut self.0).retain(|(name, value)| keep(name, value));
    }

    /// All, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    /// The values whose names begin with `prefix`, by the rest of their names.
    pub fn prefixed<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let first = self.find(prefix).unwrap_or_else(|at| at);
        self.0[first..]
            .iter()
            .map_while(move |(name, value)| name.strip_prefix(prefix).map(|rest| (rest, value)))
    }

    /// Returns true if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InAnyOrder)
    }
}

/// Accepts the values of a map in any order.
struct InAnyOrder;

impl<'de> Visitor<'de> for InAnyOrder {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Values, M::Error> {
        let mut values = Values::default();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            values.set(name, value);
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(names: &[&'static str]) -> Values {
        let mut values = Values::default();
        for name in names {
            values.set(*name, name.to_uppercase());
        }
        values
    }

    #[test]
    fn the_order_in_which_they_came_does_not_count() {
        assert_eq!(values(&["type", "default", "type"]), values(&["default", "type"]));
        assert_eq!(values(&["b", "c", "a"]).names().collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn set_got_and_taken_away() {
        let mut values = values(&["default", "type"]);
        values.set("type", "text");
        assert_eq!(values.get("type").and_then(Value::as_text), Some("text"));
        assert_eq!(values.remove("type"), Some("text".into()));
        assert_eq!((values.remove("type"), values.has("type")), (None, false));
        values.retain(|name, _| name != "default");
        assert!(values.is_empty());
    }

    #[test]
    fn those_with_a_prefix() {
        let values = values(&["option.b", "opt", "option.a", "option", "options"]);
        let names: Vec<&str> = values.prefixed("option.").map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(values.prefixed("z").count(), 0);
    }

    #[test]
    fn a_map_in_json_and_back() {
        let mut values = values(&["type"]);
        values.set("labels", vec!["a".to_owned()]);
        let json = serde_json::to_string(&values).unwrap();
        assert_eq!(json, r#"{"labels":["a"],"type":"TYPE"}"#);
        assert_eq!(serde_json::from_str::<Values>(&json).unwrap(), values);
    }
}
