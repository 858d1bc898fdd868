//! The comparison itself: which objects are on one side only, which attributes differ.

use super::identity::Identity;
use super::rename::renames;
use super::{Change, Diff, DiffOptions, Difference, Severity};
use crate::catalog::kinds::spec::HangsOn;
use crate::catalog::ordered::{self, Map, Set};
use crate::catalog::text::equivalence::same_as_printed;
use crate::catalog::text::equivalence::same_setting;
use crate::catalog::{Catalog, Kind, NotCompared, Object, ObjectId, Value};

/// Of one database, objects are paired by their rows. Of two, what is found under another name is compared once more under
/// the expected one: what hangs on a renamed table or mentions it differs in more than that name, or does not differ.
pub(super) fn compare(expected: &Catalog, actual: &Catalog, options: &DiffOptions) -> Diff {
    if options.one_database {
        return compare_once(expected, actual, options, Identity::of(expected, actual).as_ref());
    }
    let mut renamed = Vec::new();
    let mut diff = compare_once(expected, actual, options, None);
    loop {
        // A sequence that belongs to a renamed table has another name too: each time there are more.
        let found = Identity::renamed_in(&diff.differences);
        if found.len() <= renamed.len() {
            return diff;
        }
        let identity = Identity::of_renamed(actual, &found);
        diff = compare_once(expected, actual, options, Some(&identity));
        renamed = found;
    }
}

fn compare_once(
    expected: &Catalog,
    actual: &Catalog,
    options: &DiffOptions,
    identity: Option<&Identity>,
) -> Diff {
    let mut diff = Diff { ignored: options.counts(), ..Diff::default() };
    let actual = identity.map_or(actual, |identity| &identity.actual);
    let left = View::of(expected, options, &mut diff);
    let right = View::of(actual, options, &mut diff);

    let globbed: Set<_> = left.globbed.iter().chain(right.globbed.iter()).copied().collect();
    for (glob, _) in globbed {
        diff.ignored[glob].count += 1;
    }

    let missing: Set<&ObjectId> = left.alone(&right).collect();
    let extra: Set<&ObjectId> = right.alone(&left).collect();
    let renamed = renames(expected, &missing, actual, &extra, identity);
    let found: Set<&ObjectId> = renamed.values().copied().collect();

    let mut differences = Vec::new();
    for (id, object) in &left.objects {
        if let Some(other) = right.objects.get(id) {
            // A view that was made again may have columns of other names, which its text does not say.
            let same = identity.filter(|_| view_columns(expected, id) == view_columns(actual, id));
            attributes(id, object, other, same, &mut differences);
            column_order(id, &left, &right, &mut differences);
        }
    }
    for id in &missing {
        match renamed.get(id) {
            Some(other) => {
                let change = Change::Renamed(other.name.clone());
                differences.push(Difference::whole((*id).clone(), change));
            }
            None => differences.push(Difference::whole((*id).clone(), Change::Missing)),
        }
    }
    for id in extra.iter().filter(|id| !found.contains(*id)) {
        differences.push(Difference::whole((*id).clone(), Change::Extra));
    }
    differences.retain(|difference| !goes_with_another(difference, &left, &right));
    for (id, name) in identity.iter().flat_map(|identity| &identity.renamed) {
        if left.objects.contains_key(id) && right.objects.contains_key(id) {
            differences.push(Difference::whole(id.clone(), Change::Renamed(name.clone())));
        }
    }

    let globs =
        diff.ignored.len() - options.ignore.len() - usize::from(options.ignore_fn.is_some());
    differences.retain(|difference| {
        let mut keep = true;
        for (rule, ignored) in options.ignore.iter().zip(&mut diff.ignored[globs..]) {
            if rule.covers(difference) {
                ignored.count += 1;
                keep = false;
            }
        }
        if let (Some(ignores), Some(ignored)) = (options.ignore_fn, diff.ignored.last_mut())
            && keep
            && ignores(difference)
        {
            ignored.count += 1;
            keep = false;
        }
        keep
    });
    let reported: Set<&NotCompared> =
        expected.not_compared.iter().chain(&actual.not_compared).collect();
    diff.not_compared = reported.iter().copied().cloned().collect();
    if options.database_as_stated {
        let (unstated, rest) =
            differences.into_iter().partition(|difference| is_unstated(difference, expected));
        differences = rest;
        diff.not_compared.extend(unstated.iter().map(not_stated));
    }
    diff.differences = differences;
    ordered::sort(&mut diff.partition_children);
    diff.partition_children.dedup();
    diff
}

/// Returns true if a difference is about the database itself, and the expected catalog says nothing of that sort: it has
/// no setting at all, no privilege at all.
fn is_unstated(difference: &Difference, expected: &Catalog) -> bool {
    let (Kind::Database, Some(attribute)) = (difference.object.kind, &difference.attribute) else {
        return false;
    };
    let sort = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let object = expected.get(&difference.object);
    !object
        .is_some_and(|object| object.attributes.names().any(|name| sort(name) == sort(attribute)))
}

fn not_stated(difference: &Difference) -> NotCompared {
    let attribute = difference.attribute.as_deref().unwrap_or_default();
    let what = match attribute.split_once('.') {
        Some(("set", setting)) => format!("the setting {setting} of the database"),
        Some(("grant", grantee)) => format!("the privileges of {grantee} on the database"),
        _ => format!("the {} of the database", attribute.replace('_', " ")),
    };
    NotCompared { what, why: "the model says nothing of that sort about the database".to_owned() }
}

/// The objects of a catalog that are compared.
pub(super) fn compared<'a>(
    catalog: &'a Catalog,
    options: &DiffOptions,
) -> Vec<(&'a ObjectId, &'a Object)> {
    let mut unused = Diff { ignored: options.counts(), ..Diff::default() };
    View::of(catalog, options, &mut unused).objects.into_vec()
}

/// The part of a catalog that is compared.
struct View<'a> {
    catalog: &'a Catalog,
    objects: Map<&'a ObjectId, &'a Object>,
    /// Schema and name of every relation that is there.
    relations: Set<(Option<&'a str>, &'a str)>,
    /// What a glob leaves out: the number of the glob, and the relation.
    globbed: Set<(usize, &'a ObjectId)>,
}

impl<'a> View<'a> {
    fn of(catalog: &'a Catalog, options: &DiffOptions, diff: &mut Diff) -> Self {
        let mut left_out: Set<(Option<&str>, &str)> = Set::new();
        let mut globbed = Set::new();
        for (id, object) in &catalog.objects {
            let place = (id.schema.as_deref(), id.name.as_str());
            if id.kind.is_relation() || id.kind == Kind::Sequence {
                for glob in options.globs_for(place.0, place.1) {
                    globbed.insert((glob, id));
                    left_out.insert(place);
                }
            }
            if object.has("partition_of") && !options.partition_children {
                left_out.insert(place);
                diff.partition_children.push(id.clone());
            }
        }
        let is_out = |id: &ObjectId, object: &Object| {
            let schema = id.schema.as_deref();
            if id.kind.is_relation() || id.kind == Kind::Sequence {
                if left_out.contains(&(schema, id.name.as_str())) {
                    return true;
                }
            } else if id.kind.hangs_on_relation() {
                return id
                    .parent
                    .as_deref()
                    .is_some_and(|parent| left_out.contains(&(schema, parent)));
            }
            // Sequences and statistics that go with a table that is left out.
            object.fact("owned_by_table").is_some_and(|table| {
                left_out.iter().any(|(schema, name)| qualified(*schema, name) == table)
            })
        };
        let objects: Map<&ObjectId, &Object> = catalog
            .objects
            .iter()
            .filter(|(id, object)| left_out.is_empty() || !is_out(id, object))
            .collect();
        let relations = objects
            .keys()
            .filter(|id| id.kind.is_relation())
            .map(|id| (id.schema.as_deref(), id.name.as_str()))
            .collect();
        Self { catalog, objects, relations, globbed }
    }

    /// What the other side does not have. The columns of a view follow from its definition; the database itself is
    /// missing only in a catalog that was written before it was read.
    fn alone<'b>(&'b self, other: &'b Self) -> impl Iterator<Item = &'a ObjectId> + 'b {
        self.objects
            .keys()
            .copied()
            .filter(|id| !matches!(id.kind, Kind::ViewColumn | Kind::Database))
            .filter(|id| !other.objects.contains_key(id))
    }

    fn has_relation(&self, schema: Option<&str>, name: &str) -> bool {
        self.relations.contains(&(schema, name))
    }

    /// Column names in order.
    fn columns(&self, id: &ObjectId) -> Vec<&'a str> {
        let mut columns: Vec<(usize, &str)> = self
            .catalog
            .children(Kind::Column, id.schema.as_deref(), &id.name)
            .map(|(column, object)| {
                let position = object.fact("position").and_then(|p| p.parse().ok()).unwrap_or(0);
                (position, column.name.as_str())
            })
            .collect();
        ordered::sort(&mut columns);
        columns.into_iter().map(|(_, name)| name).collect()
    }
}

fn attributes(
    id: &ObjectId,
    expected: &Object,
    actual: &Object,
    identity: Option<&Identity>,
    out: &mut Vec<Difference>,
) {
    let names: Set<&str> = expected.attributes.names().chain(actual.attributes.names()).collect();
    for name in names {
        let (wanted, found) = (expected.attributes.get(name), actual.attributes.get(name));
        if wanted != found
            && !follows(name, expected, actual)
            && !follows_type(name, expected, actual)
            && !identity.is_some_and(|identity| identity.follows(name, wanted, found))
        {
            let mut difference = Difference::attribute(id.clone(), name, wanted, found);
            if is_harmless(id, name, expected, wanted, found) {
                difference.severity = Severity::Note;
            }
            out.push(difference);
        }
    }
}

/// The names of the columns of a view; none for anything else.
fn view_columns<'a>(catalog: &'a Catalog, id: &ObjectId) -> Vec<&'a str> {
    if id.kind.spec().columns != Some(Kind::ViewColumn) {
        return Vec::new();
    }
    let columns = catalog.children(Kind::ViewColumn, id.schema.as_deref(), &id.name);
    columns.map(|(column, _)| column.name.as_str()).collect()
}

/// Returns true if an attribute is there on one side only because of something else: of the one that it belongs to (the
/// start of an identity, the name of a NOT NULL), or of the name of the table, from which that of the sequence does not
/// follow there.
fn follows(name: &str, expected: &Object, actual: &Object) -> bool {
    if name == "identity_sequence" {
        let names = [expected, actual].map(|object| object.fact(name));
        return names[0].is_some() && names[0] == names[1];
    }
    ["identity", "not_null"].iter().any(|main| {
        name.strip_prefix(main).is_some_and(|rest| rest.starts_with('_'))
            && expected.has(main) != actual.has(main)
    })
}

/// Returns true if a bound of a sequence is the usual one of its type on both sides, so that it follows from the type.
fn follows_type(name: &str, expected: &Object, actual: &Object) -> bool {
    let greatest = match name {
        "maximum" | "identity_maximum" => true,
        "minimum" | "identity_minimum" => false,
        _ => return false,
    };
    let is_usual = |object: &Object| {
        let (least, most) = match object.text("type") {
            Some("smallint") => ("-32768", "32767"),
            Some("integer") => ("-2147483648", "2147483647"),
            Some("bigint") => ("-9223372036854775808", "9223372036854775807"),
            _ => return false,
        };
        object.text(name) == Some(if greatest { most } else { least })
    };
    expected.text("type") != actual.text("type") && is_usual(expected) && is_usual(actual)
}

/// Returns true if two values differ in nothing that matters to a database.
fn is_harmless(
    id: &ObjectId,
    name: &str,
    object: &Object,
    expected: Option<&Value>,
    actual: Option<&Value>,
) -> bool {
    if (id.kind.spec().same_meaning)(name, object, expected, actual) {
        return true;
    }
    if name == "not_null_name" {
        return [expected, actual].into_iter().flatten().all(given_by_postgresql);
    }
    let (Some(Value::Text(expected)), Some(Value::Text(actual))) = (expected, actual) else {
        return false;
    };
    let is_prose = name == "body" || name.ends_with("comment") || name.contains('.');
    if name.starts_with("option.") {
        return same_setting(expected, actual);
    }
    !is_prose && same_as_printed(expected, actual)
}

/// Returns true for a name of a NOT NULL that PostgreSQL may have given it, before its table or column was renamed.
fn given_by_postgresql(name: &Value) -> bool {
    let Value::Text(name) = name else { return false };
    name.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("_not_null")
}

/// The order of the columns that both sides have.
fn column_order(id: &ObjectId, left: &View<'_>, right: &View<'_>, out: &mut Vec<Difference>) {
    if id.kind.spec().columns != Some(Kind::Column) {
        return;
    }
    let (mut expected, mut actual) = (left.columns(id), right.columns(id));
    let (all_expected, all_actual) = (expected.clone(), actual.clone());
    expected.retain(|name| all_actual.contains(name));
    actual.retain(|name| all_expected.contains(name));
    if expected != actual {
        let list = |names: Vec<&str>| Value::List(names.into_iter().map(str::to_owned).collect());
        let mut difference = Difference::attribute(
            id.clone(),
            "column_order",
            Some(&list(expected)),
            Some(&list(actual)),
        );
        difference.severity = Severity::Note;
        out.push(difference);
    }
}

/// Returns true if the object is gone (or there) only because what it hangs on is.
fn goes_with_another(difference: &Difference, left: &View<'_>, right: &View<'_>) -> bool {
    let id = &difference.object;
    let (has, lacks) = match difference.change {
        Change::Missing => (left, right),
        Change::Extra => (right, left),
        Change::Renamed(_) | Change::Changed => return false,
    };
    let schema = id.schema.as_deref();
    if let Some(parent) = id.parent.as_deref() {
        return if id.kind.hangs_on_relation() {
            !lacks.has_relation(schema, parent)
        } else {
            let on_server = id.kind.spec().hangs_on == HangsOn::Server;
            let kind = if on_server { Kind::Server } else { Kind::Domain };
            let parent =
                ObjectId { kind, schema: id.schema.clone(), parent: None, name: parent.to_owned() };
            !lacks.objects.contains_key(&parent)
        };
    }
    let Some(object) = has.objects.get(id) else {
        return false;
    };
    let Some(table) = object.fact("owned_by_table") else {
        return false;
    };
    let there = lacks.relations.iter().any(|(schema, name)| qualified(*schema, name) == table);
    if !there {
        return true;
    }
    // A sequence that belongs to a column goes with the column.
    object.fact("owned_by_column").is_some_and(|column| {
        !lacks.objects.keys().any(|id| {
            id.kind == Kind::Column && id.name == column && id.qualified_parent() == table
        })
    })
}

fn qualified(schema: Option<&str>, name: &str) -> String {
    match schema {
        Some(schema) => format!("{schema}.{name}"),
        None => name.to_owned(),
    }
}
