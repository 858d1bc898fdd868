//! What depends on what, as far as a catalog tells.
//!
//! Read from the texts of the objects, not from `pg_depend`: a catalog may come from a file or from
//! Rust structs, and a snapshot must not cost a second query. A name that could be another object's is
//! taken as a dependency; one too many costs an order that is not the shortest, one too few a failure.

use std::collections::{HashMap, HashSet};

use crate::catalog::ordered::{Map, Set};
use crate::catalog::text::mentions::{Mention, Mentions, mentions};
use crate::catalog::write::table::table_called;
use crate::catalog::write::writer::{by_method, name, signature};
use crate::catalog::{Catalog, Kind, Object, ObjectId};

/// The dependencies of all objects of a catalog.
#[derive(Clone, Debug, Default)]
pub(super) struct Dependencies {
    /// What each object needs to exist.
    pub(super) needs: Map<ObjectId, Set<ObjectId>>,
    /// What a function's body mentions: good to have before it, and not needed.
    pub(super) mentions: Map<ObjectId, Set<ObjectId>>,
}

impl Dependencies {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let index = Index::of(catalog);
        let mut out = Self::default();
        for (id, object) in &catalog.objects {
            let (mut needs, mentions) = index.of_object(catalog, id, object);
            needs.remove(id);
            out.needs.insert(id.clone(), needs);
            if !mentions.is_empty() {
                out.mentions.insert(id.clone(), mentions);
            }
        }
        out
    }

    /// What needs `id` directly.
    pub(super) fn dependents<'a>(&'a self, id: &'a ObjectId) -> impl Iterator<Item = &'a ObjectId> {
        self.needs
            .iter()
            .filter(move |(_, needs)| needs.contains(id))
            .map(|(dependent, _)| dependent)
    }
}

/// Objects by the names that texts may call them.
struct Index<'a> {
    names: HashMap<(Option<&'a str>, &'a str), Vec<&'a ObjectId>>,
    operators: HashMap<&'a str, Vec<&'a ObjectId>>,
    default_classes: HashMap<&'a str, Vec<&'a ObjectId>>,
}

impl<'a> Index<'a> {
    fn of(catalog: &'a Catalog) -> Self {
        let mut index = Self {
            names: HashMap::new(),
            operators: HashMap::new(),
            default_classes: HashMap::new(),
        };
        for (id, object) in &catalog.objects {
            let schema = id.schema.as_deref();
            let called = match id.kind {
                Kind::Function | Kind::Procedure | Kind::Aggregate => signature(&id.name).0,
                Kind::OperatorClass | Kind::OperatorFamily => by_method(&id.name).0,
                Kind::Operator => {
                    index.operators.entry(signature(&id.name).0).or_default().push(id);
                    continue;
                }
                Kind::Cast
                | Kind::Transform
                | Kind::UserMapping
                | Kind::DefaultPrivilege
                | Kind::Schema
                | Kind::Extension
                | Kind::EventTrigger
                | Kind::Publication
                | Kind::Subscription
                | Kind::Statistics => continue,
                _ if id.parent.is_some() => continue,
                _ => id.name.as_str(),
            };
            index.names.entry((schema, called)).or_default().push(id);
            if let Some(multirange) = object.text("multirange") {
                index.names.entry((schema, multirange)).or_default().push(id);
            }
            if id.kind == Kind::OperatorClass
                && object.has("default")
                && let Some(data_type) = object.text("type")
            {
                index.default_classes.entry(data_type).or_default().push(id);
            }
        }
        index
    }

    fn resolve(&self, mention: &Mention, functions_by_name: bool, out: &mut Set<ObjectId>) {
        let parts: Vec<&str> = mention.parts.iter().map(String::as_str).collect();
        let last = parts.len() == 1;
        let mut look = |schema: Option<&str>, name: &str, is_last: bool| {
            for id in self.names.get(&(schema, name)).into_iter().flatten() {
                let routine = matches!(id.kind, Kind::Function | Kind::Procedure | Kind::Aggregate);
                if !routine || functions_by_name || (is_last && mention.call) {
                    out.insert((*id).clone());
                }
            }
        };
        if let [schema, name, ..] = parts.as_slice() {
            look(Some(schema), name, parts.len() == 2);
        }
        if let Some(first) = parts.first() {
            look(None, first, last);
        }
    }

    fn of_object(
        &self,
        catalog: &Catalog,
        id: &ObjectId,
        object: &Object,
    ) -> (Set<ObjectId>, Set<ObjectId>) {
        let mut needs = Set::new();
        let mut words: HashSet<String> = HashSet::new();
        let by_name = names_functions(id.kind);
        let mut take = |found: &Mentions, by_name: bool, needs: &mut Set<ObjectId>| {
            for mention in &found.names {
                self.resolve(mention, by_name, needs);
                words.extend(mention.parts.iter().cloned());
            }
            for operator in &found.operators {
                needs.extend(
                    self.operators
                        .get(operator.as_str())
                        .into_iter()
                        .flatten()
                        .map(|id| (*id).clone()),
                );
            }
        };
        if matches!(
            id.kind,
            Kind::Function
                | Kind::Procedure
                | Kind::Aggregate
                | Kind::Operator
                | Kind::Cast
                | Kind::Transform
        ) {
            let types = if id.kind == Kind::Cast || id.kind == Kind::Transform {
                &id.name
            } else {
                signature(&id.name).1
            };
            take(&mentions(types), false, &mut needs);
        }
        for (attribute, value) in object.attributes.iter() {
            if is_prose(id.kind, attribute) {
                continue;
            }
            if let Some(table) = attribute.strip_prefix("table.") {
                take(&mentions(table), false, &mut needs);
            }
            for text in value.as_list() {
                let by_name = by_name || attribute == "support";
                take(&mentions(text), by_name, &mut needs);
            }
        }
        let body = match object.text("body") {
            Some(body) if object.text("language") == Some("sql") => {
                let mut out = Set::new();
                for mention in mentions(body).names {
                    self.resolve(&mention, false, &mut out);
                }
                out
            }
            _ => Set::new(),
        };
        structure(catalog, id, object, &mut needs);
        columns(catalog, id, &words, &mut needs);
        if id.kind == Kind::Index {
            self.default_classes(catalog, id, object, &mut needs);
        }
        (needs, body)
    }

    /// An index needs the default operator class of its columns' types without mentioning it.
    fn default_classes(
        &self,
        catalog: &Catalog,
        id: &ObjectId,
        object: &Object,
        needs: &mut Set<ObjectId>,
    ) {
        for column in object.fact_list("columns") {
            let column = ObjectId { kind: Kind::Column, name: column.clone(), ..id.clone() };
            if let Some(data_type) = catalog.get(&column).and_then(|c| c.text("type")) {
                let classes = self.default_classes.get(data_type).into_iter().flatten();
                needs.extend(classes.map(|id| (*id).clone()));
            }
        }
    }
}

/// Kinds whose attributes tell functions by their bare names.
fn names_functions(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Aggregate
            | Kind::EventTrigger
            | Kind::BaseType
            | Kind::RangeType
            | Kind::Language
            | Kind::AccessMethod
            | Kind::ForeignDataWrapper
            | Kind::Conversion
            | Kind::TextSearchParser
            | Kind::TextSearchTemplate
            | Kind::Operator
            | Kind::OperatorClass
            | Kind::OperatorFamily
            | Kind::Cast
            | Kind::Transform
    )
}

/// Attributes that hold no SQL.
fn is_prose(kind: Kind, attribute: &str) -> bool {
    const PROSE: &[&str] = &[
        "body",
        "labels",
        "tags",
        "owner",
        "binary",
        "roles",
        "volatility",
        "parallel",
        "event",
        "version",
        "unlogged",
        "not_null",
        "enabled",
        "connection",
        "publications",
        "initial",
        "moving_initial",
    ];
    let ends_in = ["comment"];
    let begins_with = [
        "grant.",
        "identity",
        "security_label.",
        "depends_on_extension.",
        "option.",
        "fdw_option.",
        "set.",
        "statistics",
    ];
    PROSE.contains(&attribute)
        || ends_in.iter().any(|end| attribute.ends_with(end))
        || begins_with.iter().any(|start| attribute.starts_with(start))
        || (attribute == "type" && kind == Kind::Constraint)
        || (attribute == "method" && kind == Kind::Index)
}

/// What follows from where an object hangs and what its attributes say outright.
fn structure(catalog: &Catalog, id: &ObjectId, object: &Object, needs: &mut Set<ObjectId>) {
    let mut add = |wanted: ObjectId| {
        if catalog.objects.contains_key(&wanted) {
            needs.insert(wanted);
        }
    };
    if let Some(schema) = &id.schema {
        add(ObjectId::new(Kind::Schema, schema));
    }
    if let Some(schema) = object.text("schema") {
        add(ObjectId::new(Kind::Schema, schema));
    }
    for (schema, _) in object.prefixed("schema.") {
        add(ObjectId::new(Kind::Schema, schema));
    }
    if let Some(parent) = &id.parent {
        for kind in [
            Kind::Table,
            Kind::ForeignTable,
            Kind::View,
            Kind::MaterializedView,
            Kind::CompositeType,
            Kind::Domain,
        ] {
            add(ObjectId { kind, schema: id.schema.clone(), parent: None, name: parent.clone() });
        }
        if id.kind == Kind::UserMapping {
            add(ObjectId::new(Kind::Server, parent));
        }
    }
    let named = [
        ("server", Kind::Server),
        ("wrapper", Kind::ForeignDataWrapper),
        ("language", Kind::Language),
        ("access_method", Kind::AccessMethod),
    ];
    for (attribute, kind) in named {
        if let Some(name) = object.text(attribute) {
            add(ObjectId::new(kind, name));
        }
    }
    match id.kind {
        Kind::OperatorClass | Kind::OperatorFamily => {
            add(ObjectId::new(Kind::AccessMethod, by_method(&id.name).1));
            if id.kind == Kind::OperatorClass && !object.has("family") {
                add(ObjectId { kind: Kind::OperatorFamily, ..id.clone() });
            }
        }
        Kind::Index => {
            add(ObjectId::new(Kind::AccessMethod, object.text("method").unwrap_or_default()));
            if let Some((parent, _)) = crate::catalog::write::index::attached_to(catalog, object) {
                add(parent.clone());
            }
            if object.has("invalid") {
                let table = crate::catalog::write::writer::parent(id);
                for (partition, _) in catalog
                    .of_kind(Kind::Table)
                    .filter(|(_, other)| other.text("partition_of") == Some(&table))
                {
                    add(partition.clone());
                }
            }
        }

        Kind::Transform => {
            if let Some((_, language)) = id.name.split_once(" LANGUAGE ") {
                add(ObjectId::new(Kind::Language, language));
            }
        }
        Kind::Constraint => references(catalog, object, needs),
        Kind::Function | Kind::Procedure => {
            let language = object.text("language").unwrap_or_default();
            for data_type in object.list("transforms") {
                add(ObjectId::new(Kind::Transform, format!("FOR {data_type} LANGUAGE {language}")));
            }
        }
        Kind::Column if object.has("inherited") => inherited(catalog, id, needs),
        _ => {}
    }
}

/// A foreign key needs the key that it points at.
fn references(catalog: &Catalog, object: &Object, needs: &mut Set<ObjectId>) {
    let Some((printed, columns)) = crate::catalog::write::constraint::references(object) else {
        return;
    };
    let tables = catalog.of_kind(Kind::Table);
    let Some((table, _)) = tables.into_iter().find(|(id, _)| id.qualified_name() == printed) else {
        return;
    };
    let wanted: Set<&String> = columns.iter().collect();
    for kind in [Kind::Constraint, Kind::Index] {
        for (key, properties) in catalog.children(kind, table.schema.as_deref(), &table.name) {
            let unique = properties.has("unique")
                || matches!(properties.text("type"), Some("primary key" | "unique"));
            if unique && properties.fact_list("columns").iter().collect::<Set<_>>() == wanted {
                needs.insert(key.clone());
            }
        }
    }
    for column in columns {
        needs.insert(ObjectId {
            kind: Kind::Column,
            schema: table.schema.clone(),
            parent: Some(table.name.clone()),
            name: column.clone(),
        });
    }
    needs.insert(table.clone());
}

/// An inherited column needs that of the parent.
fn inherited(catalog: &Catalog, id: &ObjectId, needs: &mut Set<ObjectId>) {
    let Some((_, table)) = crate::catalog::write::writer::relation(catalog, id) else {
        return;
    };
    let parents = table.text("partition_of").map(str::to_owned);
    for printed in table.list("inherits").iter().cloned().chain(parents) {
        if let Some((parent, _)) = table_called(catalog, &printed) {
            let column = ObjectId {
                schema: parent.schema.clone(),
                parent: Some(parent.name.clone()),
                ..id.clone()
            };
            if catalog.objects.contains_key(&column) {
                needs.insert(column);
            }
        }
    }
}

/// Which columns of the relations that a text mentions it mentions too.
fn columns(catalog: &Catalog, id: &ObjectId, words: &HashSet<String>, needs: &mut Set<ObjectId>) {
    let relations: Vec<ObjectId> =
        needs.iter().filter(|id| id.kind.is_relation()).cloned().collect();
    let object = catalog.get(id);
    for relation in relations {
        // A column mentions the type of its table in no text of its own.
        let own = id.parent.as_deref() == Some(&relation.name) && id.schema == relation.schema;
        for (column, _) in
            catalog.children(Kind::Column, relation.schema.as_deref(), &relation.name)
        {
            let listed =
                own && object.is_some_and(|o| o.fact_list("columns").contains(&column.name));
            if column != id && (words.contains(&column.name) || listed) {
                needs.insert(column.clone());
            }
        }
    }
    if words.contains("group") && matches!(id.kind, Kind::View | Kind::MaterializedView) {
        // Columns that follow from a primary key need not be grouped by: then the key is needed.
        let tables: Vec<ObjectId> =
            needs.iter().filter(|id| id.kind == Kind::Table).cloned().collect();
        for table in tables {
            for (key, properties) in
                catalog.children(Kind::Constraint, table.schema.as_deref(), &table.name)
            {
                if properties.text("type") == Some("primary key") {
                    needs.insert(key.clone());
                }
            }
        }
    }
}

/// The sequences that go with a column or table when it is dropped.
pub(super) fn owned_sequences<'a>(
    catalog: &'a Catalog,
    id: &'a ObjectId,
) -> impl Iterator<Item = &'a ObjectId> {
    let (table, column) = match id.kind {
        Kind::Column => (crate::catalog::write::writer::parent(id), Some(id.name.as_str())),
        _ => (name(id), None),
    };
    catalog
        .of_kind(Kind::Sequence)
        .filter(move |(_, object)| {
            object.text("owned_by").is_some_and(|owner| {
                let (owning, owned) = split_owner(owner);
                owning == table
                    && column.is_none_or(|column| crate::names::quote_if_needed(column) == owned)
            })
        })
        .map(|(id, _)| id)
}

/// `audit.users.id` as `audit.users` and `id`.
pub(super) fn split_owner(owner: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in owner.char_indices().rev() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => return (&owner[..at], &owner[at + 1..]),
            _ => {}
        }
    }
    ("", owner)
}
