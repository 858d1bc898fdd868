//! Objects that exist under a different name.

use crate::catalog::kinds::spec::Renamed;
use crate::catalog::ordered::{Map, Set};
use crate::catalog::{Catalog, Kind, Object, ObjectId, Value};

/// The properties by which two objects of different names count as the same: kind, parent, attributes.
type Signature<'a> =
    (Kind, &'a Option<String>, Option<&'a str>, Vec<(&'a str, &'a Value)>, Vec<String>);

/// Pairs of an expected and an actual object that differ in nothing but the name.
///
/// Only where there is exactly one candidate on each side.
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
    let more = match id.kind.spec().renamed {
        Renamed::Never => return None,
        Renamed::SameAttributes => Vec::new(),
        Renamed::SameAttributesAnd(more) => more(catalog, id, object)?,
    };
    Some((id.kind, &id.schema, id.parent.as_deref(), attributes, more))
}
