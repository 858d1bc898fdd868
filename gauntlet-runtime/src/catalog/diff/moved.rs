//! What stands in another schema at a later moment of one database, by its rows in `pg_catalog`.

use std::collections::{HashMap, HashSet};

use super::{Change, Difference};
use crate::catalog::kinds::spec::Mentioned;
use crate::catalog::write::names::signature;
use crate::catalog::{Address, Catalog, Kind, Object, ObjectId, Value};
use crate::sql::{self, TokenKind};

/// What was moved.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// Schemas that have another name: what they are called, and what they are to be called.
    pub(crate) schemas: Vec<(String, String)>,
    /// Objects that stand in another schema, which is not renamed: as they are found once the schemas have their names, and
    /// as they are expected.
    pub(crate) objects: Vec<(ObjectId, ObjectId)>,
}

/// The kinds whose objects `SET SCHEMA` moves.
const MOVABLE: [Kind; 13] = [
    Kind::Table,
    Kind::ForeignTable,
    Kind::View,
    Kind::MaterializedView,
    Kind::Sequence,
    Kind::Enum,
    Kind::Domain,
    Kind::CompositeType,
    Kind::RangeType,
    Kind::Function,
    Kind::Procedure,
    Kind::Aggregate,
    Kind::Collation,
];

type Place = (Kind, &'static str, u32, i32);

fn place(id: &ObjectId, address: Address) -> Place {
    (id.kind, address.class, address.oid, address.sub)
}

/// What was moved, of the objects that these differences miss, and the actual catalog with all of it moved back. `None`
/// where nothing was.
pub(crate) fn moved(
    expected: &Catalog,
    actual: &Catalog,
    differences: &[Difference],
) -> Option<(Moved, Catalog)> {
    let missing = || {
        differences
            .iter()
            .filter(|difference| matches!(difference.change, Change::Missing))
            .map(|difference| &difference.object)
            .filter(|id| id.kind == Kind::Schema || MOVABLE.contains(&id.kind))
    };
    missing().next()?;
    let rows: HashMap<Place, &ObjectId> = by_row(actual);
    let found = |wanted: &ObjectId| {
        let address = expected.get(wanted)?.address?;
        let found = *rows.get(&place(wanted, address))?;
        (!expected.objects.contains_key(found)).then_some(found)
    };
    let mut moved = Moved::default();
    for wanted in missing().filter(|id| id.kind == Kind::Schema) {
        if let Some(found) = found(wanted) {
            moved.schemas.push((found.name.clone(), wanted.name.clone()));
        }
    }
    for wanted in missing().filter(|id| id.kind != Kind::Schema) {
        let Some(found) = found(wanted) else { continue };
        let found = moved.in_renamed_schema(found);
        if found.schema == wanted.schema || bare(&found) != bare(wanted) {
            continue;
        }
        let exists = |schema: &String| {
            let is_schema = |id: &&ObjectId| id.kind == Kind::Schema && id.name == *schema;
            actual.objects.keys().any(|id| is_schema(&id))
                || moved.schemas.iter().any(|(_, name)| name == schema)
        };
        if wanted.schema.as_ref().is_none_or(exists) {
            moved.objects.push((found, wanted.clone()));
        }
    }
    if moved.schemas.is_empty() && moved.objects.is_empty() {
        return None;
    }
    // A publication keeps the names of its tables in the names of its attributes.
    let published = actual
        .of_kind(Kind::Publication)
        .any(|(_, publication)| publication.prefixed("table.").next().is_some());
    if published {
        return None;
    }
    let back = moved.back(expected, actual);
    Some((moved, back))
}

impl Moved {
    fn in_renamed_schema(&self, id: &ObjectId) -> ObjectId {
        let name = |schema: &String| {
            let renamed = self.schemas.iter().find(|(found, _)| found == schema);
            renamed.map_or(schema, |(_, wanted)| wanted).clone()
        };
        match id.kind {
            Kind::Schema => ObjectId { name: name(&id.name), ..id.clone() },
            _ => ObjectId { schema: id.schema.as_ref().map(name), ..id.clone() },
        }
    }

    /// The catalog after everything has moved back.
    fn back(&self, expected: &Catalog, actual: &Catalog) -> Catalog {
        let rows = by_row(expected);
        let mut schemas: HashSet<&str> = HashSet::from([&*actual.home]);
        schemas.extend(self.schemas.iter().flat_map(|(found, wanted)| [&**found, &**wanted]));
        for (found, wanted) in &self.objects {
            schemas.extend(found.schema.as_deref());
            schemas.extend(wanted.schema.as_deref());
        }
        let mut out = actual.clone();
        out.objects.clear();
        for (id, object) in &actual.objects {
            let mut new = self.in_renamed_schema(id);
            let parent = self.objects.iter().find(|(found, _)| {
                *found == new
                    || (found.schema == new.schema && new.parent.as_deref() == Some(&*found.name))
            });
            if let Some((_, wanted)) = parent {
                new.schema.clone_from(&wanted.schema);
            }
            let row = object.address.and_then(|address| rows.get(&place(&new, address)).copied());
            // What belongs to a moved table moves with it, and signatures name types by their schema.
            if let Some(row) = row.filter(|row| follows(row, &new, &schemas)) {
                new = row.clone();
            }
            let mut object = object.clone();
            if let Some(wanted) =
                expected.get(&new).filter(|wanted| wanted.address == object.address)
            {
                take_texts(&mut object, wanted, &schemas);
            }
            out.objects.insert(new, object);
        }
        out
    }
}

fn by_row(catalog: &Catalog) -> HashMap<Place, &ObjectId> {
    let row = |(id, object): (_, &Object)| Some((place(id, object.address?), id));
    catalog.objects.iter().filter_map(row).collect()
}

/// The name without argument types.
fn bare(id: &ObjectId) -> &str {
    match id.kind.spec().mentioned {
        Mentioned::BySignature => signature(&id.name).0,
        _ => &id.name,
    }
}

/// Whether an identity is that of the same row after the moves.
fn follows(row: &ObjectId, now: &ObjectId, schemas: &HashSet<&str>) -> bool {
    let plain = |text: Option<&str>| text.map(|text| without_schemas(text, schemas));
    plain(Some(&row.name)) == plain(Some(&now.name))
        && plain(row.parent.as_deref()) == plain(now.parent.as_deref())
        && (row.schema == now.schema || now.kind == Kind::Sequence)
}

/// Takes the texts of the other side that differ in the names of these schemas only: PostgreSQL prints them again.
fn take_texts(object: &mut Object, wanted: &Object, schemas: &HashSet<&str>) {
    let same = |a: &str, b: &str| without_schemas(a, schemas) == without_schemas(b, schemas);
    let names: Vec<String> = wanted.attributes.names().map(str::to_owned).collect();
    for name in names {
        let (Some(theirs), Some(own)) =
            (wanted.attributes.get(&name), object.attributes.get(&name))
        else {
            continue;
        };
        // The text of a function's body stays as it was written.
        let equal = match (theirs, own) {
            _ if theirs == own || name == "body" || name.ends_with("comment") => false,
            (Value::Text(theirs), Value::Text(own)) => same(theirs, own),
            (Value::List(theirs), Value::List(own)) => {
                theirs.len() == own.len() && theirs.iter().zip(own).all(|(a, b)| same(a, b))
            }
            _ => false,
        };
        if equal {
            object.set(name.clone(), theirs.clone());
        }
    }
    for fact in ["owned_by_table"] {
        if let Some(theirs) = wanted
            .fact(fact)
            .filter(|theirs| object.fact(fact).is_some_and(|own| same(theirs, own)))
        {
            object.set_fact(fact, theirs.to_owned());
        }
    }
}

/// The tokens of a text without these schemas in front of names, also in the strings of `'a.b'::regclass`.
fn without_schemas(text: &str, schemas: &HashSet<&str>) -> Vec<String> {
    let tokens: Vec<_> = sql::tokens(text).filter(|token| token.kind != TokenKind::Space).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let name = token.name();
        let is_schema = name.is_some_and(|name| schemas.contains(&*name))
            && tokens.get(at + 1).is_some_and(|next| next.is_mark("."));
        if is_schema {
            at += 2;
            continue;
        }
        match token.inside() {
            Some((inside, _)) if token.kind == TokenKind::String => {
                out.push("'".to_owned());
                out.extend(without_schemas(inside, schemas));
            }
            _ => out.push(token.text.to_owned()),
        }
        at += 1;
    }
    out
}
