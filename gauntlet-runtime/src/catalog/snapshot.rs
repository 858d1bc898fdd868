//! A catalog: all objects at one moment.

use std::collections::BTreeMap;
use std::collections::btree_map::Range;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Kind, Object, ObjectId};

/// Something that the reader found and does not model: reported, never taken as equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NotCompared {
    /// The thing itself: `table users`, `relations of kind "x"`.
    pub what: String,
    /// Why it was not compared.
    pub why: String,
}

impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

/// The objects of a database (or of one schema of it) at one moment.
///
/// Made by [`Catalog::read`]; compared by [`Catalog::diff`]; serializable, so that an expected
/// catalog can be kept in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Catalog {
    /// The server's version as a number, such as `150018` for 15.18 (`server_version_num`).
    pub server_version: u32,
    /// The name of the home schema, unquoted; its objects carry no schema.
    #[doc(hidden)]
    pub home: String,
    /// All objects that were read.
    #[doc(hidden)]
    #[serde(with = "as_list")]
    pub objects: BTreeMap<ObjectId, Object>,
    /// Everything that was found and could not be modelled.
    #[doc(hidden)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_compared: Vec<NotCompared>,
}

impl Catalog {
    /// The object with this identity.
    pub fn get(&self, id: &ObjectId) -> Option<&Object> {
        self.objects.get(id)
    }

    /// The objects of one kind, by schema (home first), parent, name.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectId, &Object)> {
        let first = ObjectId::new(kind, "");
        Alike { rest: Some(self.objects.range(&first..)), first, of_parent: false }
    }

    /// The objects of one kind that hang on `parent` (in `schema`, `None` for home), by name.
    pub fn children<'a>(
        &'a self,
        kind: Kind,
        schema: Option<&str>,
        parent: &str,
    ) -> impl Iterator<Item = (&'a ObjectId, &'a Object)> + use<'a> {
        let first = ObjectId {
            kind,
            schema: schema.map(str::to_owned),
            parent: Some(parent.to_owned()),
            name: String::new(),
        };
        Alike { rest: Some(self.objects.range(&first..)), first, of_parent: true }
    }

    /// The number of objects.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Returns true if nothing at all was read.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }
}

/// Objects that stand together in a catalog. By name, for the code and the debug information of all that goes over them.
struct Alike<'a> {
    /// `None` behind the last.
    rest: Option<Range<'a, ObjectId, Object>>,
    /// The identity from which the objects start.
    first: ObjectId,
    /// True if they share a parent, too.
    of_parent: bool,
}

impl<'a> Iterator for Alike<'a> {
    type Item = (&'a ObjectId, &'a Object);

    fn next(&mut self) -> Option<Self::Item> {
        let found = self.rest.as_mut()?.next().filter(|(id, _)| {
            id.kind == self.first.kind
                && (!self.of_parent
                    || (id.schema == self.first.schema && id.parent == self.first.parent))
        });
        if found.is_none() {
            self.rest = None;
        }
        found
    }
}

/// JSON has no maps with structs as keys: they are written as a list of entries.
mod as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Kind, Object, ObjectId};
    use crate::catalog::Values;

    /// The fields of both, written out: to flatten them brings a second deserializer, which keeps all values first.
    #[derive(Serialize)]
    struct EntryRef<'a> {
        kind: Kind,
        #[serde(skip_serializing_if = "Option::is_none")]
        schema: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        parent: Option<&'a str>,
        name: &'a str,
        attributes: &'a Values,
        #[serde(skip_serializing_if = "Values::is_empty")]
        facts: &'a Values,
    }

    #[derive(Deserialize)]
    struct Entry {
        kind: Kind,
        #[serde(default)]
        schema: Option<String>,
        #[serde(default)]
        parent: Option<String>,
        name: String,
        #[serde(default)]
        attributes: Values,
        #[serde(default)]
        facts: Values,
    }

    pub(super) fn serialize<S: Serializer>(
        objects: &BTreeMap<ObjectId, Object>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(objects.iter().map(|(id, object)| EntryRef {
            kind: id.kind,
            schema: id.schema.as_deref(),
            parent: id.parent.as_deref(),
            name: &id.name,
            attributes: &object.attributes,
            facts: &object.facts,
        }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<ObjectId, Object>, D::Error> {
        let mut objects = BTreeMap::new();
        for entry in Vec::<Entry>::deserialize(deserializer)? {
            let Entry { kind, schema, parent, name, attributes, facts } = entry;
            let object = Object { attributes, facts, address: None };
            objects.insert(ObjectId { kind, schema, parent, name }, object);
        }
        Ok(objects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_json_the_objects_are_a_list_and_come_back() {
        let mut catalog = Catalog::default();
        let mut object = Object::default();
        object.attributes.set("type", "text");
        catalog.objects.insert(ObjectId::new(Kind::Table, "users"), Object::default());
        catalog
            .objects
            .insert(ObjectId::child(Kind::Column, "users", "id").in_schema("app"), object.clone());
        object.facts.set("columns", vec!["a".to_owned(), "b".to_owned()]);
        catalog.objects.insert(ObjectId::child(Kind::MaterializedView, "users", "id"), object);
        let json = serde_json::to_string(&catalog).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"server_version":0,"home":"","objects":["#,
                r#"{"kind":"table","name":"users","attributes":{}},"#,
                r#"{"kind":"column","schema":"app","parent":"users","name":"id","#,
                r#""attributes":{"type":"text"}},"#,
                r#"{"kind":"materialized_view","parent":"users","name":"id","#,
                r#""attributes":{"type":"text"},"facts":{"columns":["a","b"]}}]}"#,
            )
        );
        assert_eq!(serde_json::from_str::<Catalog>(&json).unwrap(), catalog);
    }
}
