//! From the server's answer to a catalog: names resolved, pieces interpreted, comments attached.

use std::borrow::Cow;
use std::sync::Arc;

use super::acl;
use super::addresses::Index;
use super::query::Separators;
use super::reader::Surroundings;
use super::row::{Row, array, rows};
use crate::catalog::ordered::{Set, sort};
use crate::catalog::text::printed::{index_parts, invented, without_head};
use crate::catalog::{
    Address, Catalog, CatalogError, Kind, NotCompared, Object, ObjectId, ReadOptions, Value,
    Values, attributes_of,
};

/// What an answer is about.
#[derive(Clone, Copy, Debug)]
pub(in crate::catalog) enum Subject {
    Kind(Kind),
    Attachment,
    NotModelled,
}

/// The rows of one kind, in one text.
#[derive(Debug)]
pub(in crate::catalog) struct Answer {
    pub(in crate::catalog) subject: Subject,
    pub(in crate::catalog) count: usize,
    pub(in crate::catalog) text: String,
}

/// Makes a catalog of the answers. `index` tells of what is not among them, and learns of what is.
///
/// # Errors
///
/// When a separator occurs inside user text; the caller asks again with others.
pub(in crate::catalog) fn assemble(
    answers: &[Answer],
    separators: Separators,
    surroundings: &Surroundings,
    options: &ReadOptions,
    index: &mut Index,
) -> Result<Catalog, CatalogError> {
    let mut assembler = Assembler {
        separators,
        surroundings,
        options,
        index,
        relations: Set::new(),
        catalog: Catalog {
            server_version: surroundings.version,
            home: options.home.clone(),
            ..Catalog::default()
        },
    };
    let mut attachments = Vec::new();
    let mut objects = Vec::new();
    for answer in answers {
        let rows =
            rows(&answer.text, answer.count, separators).ok_or_else(|| CatalogError::Answer {
                kind: match answer.subject {
                    Subject::Kind(kind) => kind.singular(),
                    Subject::Attachment => "comments",
                    Subject::NotModelled => "unknown kinds",
                },
                problem: "the rows cannot be told apart".to_owned(),
            })?;
        match answer.subject {
            Subject::Attachment => attachments.extend(rows),
            Subject::NotModelled => assembler.catalog.not_compared.extend(rows.iter().map(|row| {
                NotCompared { what: row.name.to_owned(), why: row.attributes.to_owned() }
            })),
            Subject::Kind(kind) => {
                for row in rows {
                    let id = assembler.identify(kind, &row);
                    objects.push((id, row));
                }
            }
        }
    }
    for (id, row) in objects {
        let object = assembler.object(&id, &row);
        assembler.catalog.objects.insert(id, object);
    }
    assembler.place_columns();
    for row in attachments {
        assembler.attach(&row);
    }
    assembler.finish();
    Ok(assembler.catalog)
}

struct Assembler<'a> {
    separators: Separators,
    surroundings: &'a Surroundings,
    options: &'a ReadOptions,
    catalog: Catalog,
    index: &'a mut Index,
    /// The relations whose columns are among the answers.
    relations: Set<u32>,
}

impl Assembler<'_> {
    fn schema(&self, oid: u32) -> Option<String> {
        self.surroundings.namespaces.get(&oid).filter(|name| **name != self.options.home).cloned()
    }

    fn identify(&mut self, kind: Kind, row: &Row<'_>) -> ObjectId {
        let mut id = ObjectId {
            kind,
            schema: self.schema(row.schema),
            parent: (!row.parent.is_empty()).then(|| row.parent.to_owned()),
            name: row.name.to_owned(),
        };
        if kind == Kind::Schema && row.name == self.options.home {
            ObjectId::HOME.clone_into(&mut id.name);
        }
        let shared = Arc::new(id.clone());
        if kind.is_column() {
            self.relations.insert(row.oid);
        }
        let root = (kind.root_class(), row.root);
        self.index.learn(root, (kind.class(), row.oid, row.sub), shared, "");
        id
    }

    fn object(&mut self, id: &ObjectId, row: &Row<'_>) -> Object {
        let mut object = Object {
            address: Some(Address {
                class: id.kind.class(),
                oid: row.oid,
                sub: row.sub,
                root_class: id.kind.root_class(),
                root: row.root,
            }),
            ..Object::default()
        };
        // A piece that does not begin with a name is the rest of a value that holds the separator.
        let mut pieces: Vec<(&str, String)> = Vec::new();
        for piece in row.attributes.split(self.separators.piece) {
            match (piece_name(piece), pieces.last_mut()) {
                (Some((name, value)), _) => pieces.push((name, value.to_owned())),
                (None, Some((_, value))) => {
                    value.push(self.separators.piece);
                    value.push_str(piece);
                }
                (None, None) => {}
            }
        }
        let plain = pieces.iter().filter(|(name, _)| !name.starts_with('#'));
        object.attributes = Values::with_capacity(plain.count());
        for (name, value) in pieces {
            self.interpret(id, row, &mut object, name, value);
        }
        object
    }

    fn interpret(
        &mut self,
        id: &ObjectId,
        row: &Row<'_>,
        object: &mut Object,
        name: &str,
        value: String,
    ) {
        match name {
            "acl" => self.grants(object, "grant.", &value),
            "identity_acl" => self.grants(object, "identity_grant.", &value),
            "definition" if id.kind == Kind::Constraint || id.kind == Kind::DomainConstraint => {
                object.set("definition", bare_constraint(&value));
            }
            _ if name.starts_with('#') => {
                self.interpret_special(id, row, object, &name[1..], &value);
            }
            _ => match name.strip_suffix("[]") {
                Some(name) => object.set(known(id.kind, name), array(&value)),
                None => object.set(known(id.kind, name), value),
            },
        }
    }

    fn interpret_special(
        &mut self,
        id: &ObjectId,
        row: &Row<'_>,
        object: &mut Object,
        name: &str,
        value: &str,
    ) {
        match name {
            "unknown" => self
                .catalog
                .not_compared
                .push(NotCompared { what: id.to_string(), why: format!("unknown {value}") }),
            "options" => settings(object, "option.", value),
            "toast_options" => settings(object, "option.toast.", value),
            "fdw_options" => settings(object, "fdw_option.", value),
            "config" => settings(object, "set.", value),
            "type" => object.set_fact("type", value),
            "default_version" => object.set_fact("default_version", value),
            "schema" => {
                if let Some(name) = value.parse().ok().and_then(|oid| self.schema_text(oid)) {
                    object.set("schema", name);
                }
            }
            "schemas" => {
                for oid in value.split(' ').filter_map(|oid| oid.parse().ok()) {
                    let name = self.schema_text(oid).unwrap_or_else(|| ObjectId::HOME.to_owned());
                    object.set(format!("schema.{name}"), "yes");
                }
            }
            "not_null" => {
                let (oid, given) = value.split_once(' ').unwrap_or(("", value));
                self.alias(("pg_constraint", oid), row.root, id, "not_null_");
                if !invented(given, row.parent, Some(row.name), "not_null") {
                    object.set("not_null_name", given);
                }
            }
            "not_null_name" => {
                if !invented(value, row.name, None, "not_null") {
                    object.set("not_null_name", value);
                }
            }
            "identity_sequence" => {
                let (oid, given) = value.split_once(' ').unwrap_or(("", value));
                self.alias(("pg_class", oid), row.root, id, "identity_");
                object.set_fact("identity_sequence", given);
                if !invented(given, row.parent, Some(row.name), "seq") {
                    object.set("identity_sequence", given);
                }
            }
            "owned_by" => {
                if let Some((table, column)) =
                    value.split_once(' ').and_then(|(t, c)| self.column(t, c))
                {
                    object.set_fact("owned_by_table", table);
                    object.set_fact("owned_by_column", column);
                }
            }
            "on" => {
                let table = value
                    .parse()
                    .ok()
                    .and_then(|oid| self.index.addresses.get(&("pg_class", oid, 0)));
                if let Some((table, _)) = table {
                    object.set_fact("owned_by_table", table.qualified_name());
                }
            }
            "index" => self.alias(("pg_class", value), row.root, id, "index_"),
            "columns" => {
                let names = self.column_names(row.root, value);
                object.set_fact("columns", names);
            }
            "key_columns" => {
                // Columns behind the key columns are carried along (INCLUDE).
                let keys = value.parse().unwrap_or(usize::MAX);
                let mut columns = object.fact_list("columns").to_vec();
                columns.truncate(keys);
                object.set_fact("columns", columns);
            }
            "references" => self.references(object, value),
            "definition" => index_parts(object, value),
            "trigger" => {
                let (constraint, definition) = without_head(value, "TRIGGER");
                object.set("definition", definition);
                if constraint {
                    object.set("constraint", "yes");
                }
            }
            "rule" => object.set("definition", without_head(value, "RULE").1),
            _ => self.catalog.not_compared.push(NotCompared {
                what: id.to_string(),
                why: format!("the reader does not know {name:?}"),
            }),
        }
    }

    /// The name of a schema as an attribute: `None` for home; also for those of the system.
    fn schema_text(&self, oid: u32) -> Option<String> {
        match self.surroundings.namespaces.get(&oid) {
            Some(name) if *name == self.options.home => None,
            Some(name) => Some(name.clone()),
            None => Some("pg_catalog".to_owned()),
        }
    }

    fn grants(&self, object: &mut Object, prefix: &str, value: &str) {
        let mut parts = value.split(self.separators.part);
        let (owner, default, actual) = (parts.next(), parts.next(), parts.next());
        if let (Some(owner), Some(default), Some(actual)) = (owner, default, actual) {
            for (grantee, privileges) in acl::deviations(owner, default, actual) {
                object.set(format!("{prefix}{grantee}"), privileges);
            }
        }
    }

    /// What is said of the object at this address is said of `id`.
    fn alias(
        &mut self,
        place: (&'static str, &str),
        root: u32,
        id: &ObjectId,
        prefix: &'static str,
    ) {
        if let Ok(oid) = place.1.parse() {
            let root = (id.kind.root_class(), root);
            self.index.learn(root, (place.0, oid, 0), Arc::new(id.clone()), prefix);
        }
    }

    fn column(&self, relation: &str, number: &str) -> Option<(String, String)> {
        let id = self.index.column(relation.parse().ok()?, number.parse().ok()?)?;
        Some((table_of(id), id.name.clone()))
    }

    /// Resolves `{1,2}` or `1 0 2`; expressions (0) have no name and are left out.
    fn column_names(&self, relation: u32, numbers: &str) -> Vec<String> {
        numbers
            .split([',', ' ', '{', '}'])
            .filter_map(|number| number.parse().ok())
            .filter_map(|number| self.index.column(relation, number))
            .map(|id| id.name.clone())
            .collect()
    }

    fn references(&self, object: &mut Object, value: &str) {
        let (relation, numbers) = value.split_once(' ').unwrap_or((value, ""));
        let relation: u32 = relation.parse().unwrap_or(0);
        object.set_fact("referenced_columns", self.column_names(relation, numbers));
        if let Some((id, _)) = self.index.addresses.get(&("pg_class", relation, 0)) {
            object.set_fact("referenced_table", id.qualified_name());
        }
    }

    /// Tells every column its place, and every relation the order of its columns.
    fn place_columns(&mut self) {
        for relation in &self.relations {
            for (place, number) in (1..).zip(self.index.columns(*relation)) {
                let id = self.index.column(*relation, number);
                if let Some(object) = id.and_then(|id| self.catalog.objects.get_mut(id)) {
                    object.set_fact("position", place.to_string());
                }
            }
        }
    }

    fn attach(&mut self, row: &Row<'_>) {
        let key = (row.parent, row.oid, row.sub);
        if let Some((id, prefix)) = self.index.addresses.get(&key)
            && let Some(object) = self.catalog.objects.get_mut(id)
        {
            let name = if prefix.is_empty() && row.name == "comment" {
                Cow::Borrowed("comment")
            } else {
                format!("{prefix}{}", row.name).into()
            };
            object.set(name, row.attributes);
        }
    }

    fn finish(&mut self) {
        self.normalise_public();
        let bookkeeping: Vec<String> = self
            .options
            .bookkeeping
            .iter()
            .map(|(schema, name)| match schema {
                Some(schema) if *schema != self.options.home => format!("{schema}.{name}"),
                _ => name.clone(),
            })
            .collect();
        let is_bookkeeping = |id: &ObjectId, object: &Object| {
            let owner = if id.kind.is_relation() {
                Some(id.qualified_name())
            } else if id.kind.hangs_on_relation() {
                Some(table_of(id))
            } else {
                object.fact("owned_by_table").map(str::to_owned)
            };
            owner.is_some_and(|name| bookkeeping.contains(&name))
        };
        let objects = self.catalog.objects.iter();
        let left_out = objects.filter(|(id, object)| is_bookkeeping(id, object));
        for id in left_out.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            self.catalog.objects.remove(&id);
        }
        sort(&mut self.catalog.not_compared);
    }

    /// `public` comes with a comment; in a database of its own that is no difference from a schema of its own.
    fn normalise_public(&mut self) {
        let name = if self.options.home == "public" { ObjectId::HOME } else { "public" };
        if let Some(public) = self.catalog.objects.get_mut(&ObjectId::new(Kind::Schema, name)) {
            match public.text("comment") {
                Some("standard public schema") => {
                    public.attributes.remove("comment");
                }
                Some(_) => {}
                None => public.set("comment", ""),
            }
        }
    }
}

/// The relation that an object hangs on: `users`, `audit.users`.
fn table_of(id: &ObjectId) -> String {
    let parent = id.parent.as_deref().unwrap_or_default();
    match &id.schema {
        Some(schema) => format!("{schema}.{parent}"),
        None => parent.to_owned(),
    }
}

/// `name=value`, when the piece begins with a name of ours.
fn piece_name(piece: &str) -> Option<(&str, &str)> {
    let (name, value) = piece.split_once('=')?;
    let word = name.split(['.', '[']).next().unwrap_or(name);
    let word = word.strip_prefix('#').unwrap_or(word);
    (!word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        .then_some((name, value))
}

/// The name of an attribute, by the list of all of them where it can be.
fn known(kind: Kind, name: &str) -> Cow<'static, str> {
    match attributes_of(kind).find(|attribute| attribute.name == name) {
        Some(attribute) => attribute.name.into(),
        None => name.to_owned().into(),
    }
}

/// `{fillfactor=70,...}` as attributes of their own.
fn settings(object: &mut Object, prefix: &str, value: &str) {
    for item in array(value) {
        let (name, value) = item.split_once('=').unwrap_or((&item, ""));
        object.set(format!("{prefix}{name}"), Value::from(value));
    }
}

/// The definition without what has an attribute of its own.
fn bare_constraint(definition: &str) -> &str {
    let mut bare = definition;
    let trailers =
        [" NOT VALID", " NOT ENFORCED", " INITIALLY DEFERRED", " DEFERRABLE", " NO INHERIT"];
    while let Some(shorter) = trailers.iter().find_map(|trailer| bare.strip_suffix(trailer)) {
        bare = shorter;
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_of_constraints() {
        assert_eq!(
            bare_constraint(
                "FOREIGN KEY (a) REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED NOT VALID"
            ),
            "FOREIGN KEY (a) REFERENCES t(id)"
        );
        assert_eq!(bare_constraint("CHECK ((a > 0)) NO INHERIT"), "CHECK ((a > 0))");
    }

    #[test]
    fn pieces() {
        assert_eq!(piece_name("type=text"), Some(("type", "text")));
        assert_eq!(piece_name("#options={a=b}"), Some(("#options", "{a=b}")));
        assert_eq!(piece_name("labels[]={a}"), Some(("labels[]", "{a}")));
        assert_eq!(piece_name("SELECT 1 = 1"), None);
    }
}
