//! Objects that exist under a different name.

use super::identity::Identity;
use crate::catalog::kinds::spec::Renamed;
use crate::catalog::ordered::{Map, Set};
use crate::catalog::{Catalog, Kind, Object, ObjectId, Value};

/// The properties by which two objects of different names count as the same: kind, parent, attributes.
type Signature<'a> =
    (Kind, &'a Option<String>, Option<&'a str>, Vec<(&'a str, &'a Value)>, Vec<String>);

/// Pairs of an expected and an actual object that differ in nothing but the name, and the names that follow by `identity`.
///
/// Only where there is exactly one candidate on each side.
pub(super) fn renames<'a>(
    expected: &'a Catalog,
    missing: &Set<&'a ObjectId>,
    actual: &'a Catalog,
    extra: &Set<&'a ObjectId>,
    identity: Option<&Identity>,
) -> Map<&'a ObjectId, &'a ObjectId> {
    let there = by_signature(actual, extra);
    let mut pairs = Map::new();
    for (signature, wanted) in by_signature(expected, missing) {
        if let ([one], Some([other])) =
            (wanted.as_slice(), there.get(&signature).map(Vec::as_slice))
        {
            pairs.insert(*one, *other);
        }
    }
    add_owners(&mut pairs, (expected, missing), (actual, extra));
    if let Some(identity) = identity {
        add_followers(&mut pairs, (expected, missing), (actual, extra), identity);
    }
    pairs
}

/// Adds tables that are told by a sequence: that of a column keeps its name where the table gets another one.
fn add_owners<'a>(
    pairs: &mut Map<&'a ObjectId, &'a ObjectId>,
    (expected, missing): (&'a Catalog, &Set<&'a ObjectId>),
    (actual, extra): (&'a Catalog, &Set<&'a ObjectId>),
) {
    let there = sequences(actual);
    for (sequence, table) in sequences(expected) {
        let Some(other) = there.get(&sequence) else { continue };
        let of = |ids: &Set<&'a ObjectId>, table: &str| {
            let mut ids = ids.iter().copied();
            ids.find(|id| id.kind == Kind::Table && id.qualified_name() == table)
        };
        if let (Some(wanted), Some(found)) = (of(missing, &table), of(extra, other))
            && wanted.schema == found.schema
            && !pairs.contains_key(wanted)
            && !pairs.values().any(|known| *known == found)
        {
            pairs.insert(wanted, found);
        }
    }
}

/// The sequences of columns, by schema and name, each with the table of its column.
fn sequences(catalog: &Catalog) -> Map<(Option<&str>, &str), String> {
    let mut found = Map::new();
    for (id, object) in catalog.of_kind(Kind::Sequence) {
        if let Some(table) = object.fact("owned_by_table") {
            found.insert((id.schema.as_deref(), &*id.name), table.to_owned());
        }
    }
    for (id, object) in catalog.of_kind(Kind::Column) {
        if let (Some(sequence), Some(table)) = (object.fact("identity_sequence"), &id.parent) {
            let table =
                ObjectId { kind: Kind::Table, parent: None, name: table.clone(), ..id.clone() };
            found.insert((id.schema.as_deref(), sequence), table.qualified_name());
        }
    }
    found
}

/// Adds those of which a text mentions what has another name: a foreign key to a renamed table.
fn add_followers<'a>(
    pairs: &mut Map<&'a ObjectId, &'a ObjectId>,
    (expected, missing): (&'a Catalog, &Set<&'a ObjectId>),
    (actual, extra): (&'a Catalog, &Set<&'a ObjectId>),
    identity: &Identity,
) {
    let found: Set<&ObjectId> = pairs.values().copied().collect();
    let extra: Vec<&ObjectId> = extra.iter().filter(|id| !found.contains(*id)).copied().collect();
    let missing: Vec<&ObjectId> =
        missing.iter().filter(|id| !pairs.contains_key(*id)).copied().collect();
    let same = |wanted: &ObjectId, found: &ObjectId| {
        let (Some(a), Some(b)) = (expected.get(wanted), actual.get(found)) else { return false };
        let alike = wanted.kind == found.kind
            && wanted.schema == found.schema
            && wanted.parent == found.parent
            && matches!(wanted.kind.spec().renamed, Renamed::SameAttributes)
            && a.attributes.names().eq(b.attributes.names());
        alike
            && a.attributes.iter().all(|(name, value)| {
                let other = b.attributes.get(name);
                other == Some(value) || identity.follows(name, Some(value), other)
            })
    };
    for wanted in &missing {
        let mut candidates = extra.iter().filter(|found| same(wanted, found));
        let (Some(one), None) = (candidates.next(), candidates.next()) else { continue };
        if missing.iter().filter(|other| same(other, one)).count() == 1 {
            pairs.insert(*wanted, *one);
        }
    }
}

fn by_signature<'a>(
    catalog: &'a Catalog,
    ids: &Set<&'a ObjectId>,
) -> Map<Signature<'a>, Vec<&'a ObjectId>> {
    let mut found: Map<Signature<'a>, Vec<&'a ObjectId>> = Map::new();
    for id in ids {
        if let Some(object) = catalog.objects.get(*id)
            && let Some(signature) = signature(catalog, id, object)
        {
            found.or_default(signature).push(id);
        }
    }
    found
}

/// `None` for kinds that have too little to say for a guess, or that cannot be renamed.
fn signature<'a>(
    catalog: &'a Catalog,
    id: &'a ObjectId,
    object: &'a Object,
) -> Option<Signature<'a>> {
    let attributes = object.attributes.iter().collect();
    let more = match id.kind.spec().renamed {
        Renamed::Never => return None,
        Renamed::SameAttributes => Vec::new(),
        Renamed::SameAttributesAnd(more) => more(catalog, id, object)?,
    };
    Some((id.kind, &id.schema, id.parent.as_deref(), attributes, more))
}
