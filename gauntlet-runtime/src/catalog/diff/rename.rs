//! Objects that are there under another name.

use crate::catalog::ordered::{Map, Set};
use crate::catalog::{Catalog, Kind, Object, ObjectId, Value};

/// What tells that two objects of different names are the same: where they hang, and all that is said of them.
type Signature<'a> =
    (Kind, &'a Option<String>, Option<&'a str>, Vec<(&'a str, &'a Value)>, Vec<String>);

/// Pairs of an expected and an actual object that differ in nothing but the name.
///
/// Told only where there is one candidate on each side.
pub(super) fn renames<'a>(
    expected: &'a Catalog,
    missing: &Set<&'a ObjectId>,
    actual: &'a Catalog,
    extra: &Set<&'a ObjectId>,
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
    pairs
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
    let more = match id.kind {
        Kind::Constraint
        | Kind::Index
        | Kind::Trigger
        | Kind::Policy
        | Kind::Rule
        | Kind::Sequence
        | Kind::Enum
        | Kind::RangeType
        | Kind::View
        | Kind::MaterializedView
        | Kind::Statistics
        | Kind::EventTrigger
        | Kind::DomainConstraint
        | Kind::Collation
        | Kind::Publication
        | Kind::TextSearchConfiguration
        | Kind::TextSearchDictionary => Vec::new(),
        Kind::Column => vec![object.fact("position").unwrap_or_default().to_owned()],
        Kind::Function | Kind::Procedure | Kind::Aggregate => {
            vec![id.name.split_once('(').map_or("", |(_, arguments)| arguments).to_owned()]
        }
        Kind::Table | Kind::ForeignTable | Kind::CompositeType => {
            let columns = children(catalog, Kind::Column, id);
            if columns.is_empty() {
                return None;
            }
            columns
        }
        Kind::Domain => children(catalog, Kind::DomainConstraint, id),
        _ => return None,
    };
    Some((id.kind, &id.schema, id.parent.as_deref(), attributes, more))
}

/// The children of a kind, each as a text that tells all.
fn children(catalog: &Catalog, kind: Kind, id: &ObjectId) -> Vec<String> {
    catalog
        .children(kind, id.schema.as_deref(), &id.name)
        .map(|(child, object)| {
            let attributes: Vec<String> =
                object.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{}: {}", child.name, attributes.join("; "))
        })
        .collect()
}
