//! From the pieces of a row to the attributes and facts of an object.

use std::borrow::Cow;
use std::sync::Arc;

use super::acl;
use super::assemble::Assembler;
use super::piece::{Piece, Special};
use super::row::{Row, array};
use crate::catalog::kinds::database::write::OF_ROLE;
use crate::catalog::text::printed::{index_parts, invented, without_head};
use crate::catalog::{Kind, NotCompared, Object, ObjectId, Value, attributes_of};

impl Assembler<'_> {
    /// Sets what one piece says of an object.
    pub(super) fn interpret(
        &mut self,
        id: &ObjectId,
        row: &Row<'_>,
        object: &mut Object,
        name: &str,
        value: String,
    ) {
        match Piece::named(name) {
            Piece::Text(name) => object.set(known(id.kind, name), value),
            Piece::List(name) => object.set(known(id.kind, name), array(&value)),
            Piece::Grants(prefix) => self.grants(object, prefix, &value),
            Piece::Special(special) => self.interpret_special(id, row, object, special, &value),
            Piece::Unknown(name) => self.catalog.not_compared.push(NotCompared {
                what: id.to_string(),
                why: format!("the reader does not know #{name}"),
            }),
        }
    }

    fn interpret_special(
        &mut self,
        id: &ObjectId,
        row: &Row<'_>,
        object: &mut Object,
        special: Special,
        value: &str,
    ) {
        match special {
            Special::Unknown => self
                .catalog
                .not_compared
                .push(NotCompared { what: id.to_string(), why: format!("unknown {value}") }),
            Special::Options => settings(object, "option.", "", value),
            Special::ToastOptions => settings(object, "option.toast.", "", value),
            Special::FdwOptions => settings(object, "fdw_option.", "", value),
            Special::Config => settings(object, "set.", "", value),
            Special::RoleConfig => {
                let (role, value) = value.split_once(self.separators.part).unwrap_or(("", value));
                settings(object, "set.", &format!("{OF_ROLE}{role}"), value);
            }
            Special::Type => object.set_fact("type", value),
            Special::DefaultVersion => object.set_fact("default_version", value),
            Special::Schema => {
                if let Some(name) = value.parse().ok().and_then(|oid| self.schema_text(oid)) {
                    object.set("schema", name);
                }
            }
            Special::Schemas => {
                for oid in value.split(' ').filter_map(|oid| oid.parse().ok()) {
                    let name = self.schema_text(oid).unwrap_or_else(|| ObjectId::HOME.to_owned());
                    object.set(format!("schema.{name}"), "yes");
                }
            }
            Special::NotNull => {
                let (oid, given) = value.split_once(' ').unwrap_or(("", value));
                self.alias(("pg_constraint", oid), row.root, id, "not_null_");
                if !invented(given, row.parent, Some(row.name), "not_null") {
                    object.set("not_null_name", given);
                }
            }
            Special::NotNullName => {
                if !invented(value, row.name, None, "not_null") {
                    object.set("not_null_name", value);
                }
            }
            Special::IdentitySequence => {
                let (oid, given) = value.split_once(' ').unwrap_or(("", value));
                self.alias(("pg_class", oid), row.root, id, "identity_");
                object.set_fact("identity_sequence", given);
                if !invented(given, row.parent, Some(row.name), "seq") {
                    object.set("identity_sequence", given);
                }
            }
            Special::OwnedBy => {
                if let Some((table, column)) =
                    value.split_once(' ').and_then(|(t, c)| self.column(t, c))
                {
                    object.set_fact("owned_by_table", table);
                    object.set_fact("owned_by_column", column);
                }
            }
            Special::On => {
                let table = value
                    .parse()
                    .ok()
                    .and_then(|oid| self.index.addresses.get(&("pg_class", oid, 0)));
                if let Some((table, _)) = table {
                    object.set_fact("owned_by_table", table.qualified_name());
                }
            }
            Special::Index => self.alias(("pg_class", value), row.root, id, "index_"),
            Special::Columns => {
                let names = self.column_names(row.root, value);
                object.set_fact("columns", names);
            }
            Special::KeyColumns => {
                // Columns behind the key columns are carried along (INCLUDE).
                let keys = value.parse().unwrap_or(usize::MAX);
                let mut columns = object.fact_list("columns").to_vec();
                columns.truncate(keys);
                object.set_fact("columns", columns);
            }
            Special::References => self.references(object, value),
            Special::Definition => index_parts(object, value),
            Special::Trigger => {
                let (constraint, definition) = without_head(value, "TRIGGER");
                object.set("definition", definition);
                if constraint {
                    object.set("constraint", "yes");
                }
            }
            Special::Rule => object.set("definition", without_head(value, "RULE").1),
            Special::Constraint => object.set("definition", bare_constraint(value)),
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

    /// Records that what is attached to the object at this address belongs to `id`.
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
        Some((id.qualified_parent(), id.name.clone()))
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
}

/// The name of an attribute, by the list of all of them where it can be.
fn known(kind: Kind, name: &str) -> Cow<'static, str> {
    match attributes_of(kind).find(|attribute| attribute.name == name) {
        Some(attribute) => attribute.name.into(),
        None => name.to_owned().into(),
    }
}

/// `{fillfactor=70,...}` as attributes of their own.
fn settings(object: &mut Object, prefix: &str, suffix: &str, value: &str) {
    for item in array(value) {
        let (name, value) = item.split_once('=').unwrap_or((&item, ""));
        object.set(format!("{prefix}{name}{suffix}"), Value::from(value));
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
}
