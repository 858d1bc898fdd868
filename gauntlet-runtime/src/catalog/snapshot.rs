//! A catalog: all objects at one moment.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Kind, Object, ObjectId};

/// Something that the reader saw and does not model: told, never taken as equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NotCompared {
    /// What it is: `table users`, `relations of kind "x"`.
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
pub struct Catalog {
    /// The server's version as a number, such as `150018` for 15.18 (`server_version_num`).
    pub server_version: u32,
    /// The name of the home schema, unquoted; its objects carry no schema.
    pub home: String,
    /// All objects that were read.
    #[serde(with = "as_list")]
    pub objects: BTreeMap<ObjectId, Object>,
    /// What was seen and could not be modelled.
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
        self.objects.range(first..).take_while(move |(id, _)| id.kind == kind)
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
        let end = first.clone();
        self.objects.range(first..).take_while(move |(id, _)| {
            id.kind == end.kind && id.schema == end.schema && id.parent == end.parent
        })
    }

    /// The number of objects.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether nothing at all was read.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }
}

/// Maps with structs as keys are no JSON: they are written as a list of entries.
mod as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Object, ObjectId};

    #[derive(Serialize)]
    struct EntryRef<'a> {
        #[serde(flatten)]
        id: &'a ObjectId,
        #[serde(flatten)]
        object: &'a Object,
    }

    #[derive(Deserialize)]
    struct Entry {
        #[serde(flatten)]
        id: ObjectId,
        #[serde(flatten)]
        object: Object,
    }

    pub(super) fn serialize<S: Serializer>(
        objects: &BTreeMap<ObjectId, Object>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(objects.iter().map(|(id, object)| EntryRef { id, object }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<ObjectId, Object>, D::Error> {
        let entries = Vec::<Entry>::deserialize(deserializer)?;
        Ok(entries.into_iter().map(|e| (e.id, e.object)).collect())
    }
}
