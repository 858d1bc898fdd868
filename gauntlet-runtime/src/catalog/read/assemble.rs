//! From the server's answer to a catalog: rows identified, comments attached, the bookkeeping left out.

use std::borrow::Cow;
use std::sync::Arc;

use super::acl;
use super::addresses::Addresses;
use super::piece::split;
use super::query::Separators;
use super::row::{Row, rows};
use super::surroundings::Surroundings;
use crate::catalog::ordered::{Set, sort};
use crate::catalog::{
    Address, Catalog, CatalogError, Kind, NotCompared, Object, ObjectId, ReadOptions, Values,
};
use crate::names::quote_if_needed;

/// The subject of an answer.
#[derive(Clone, Copy, Debug)]
pub(in crate::catalog) enum Subject {
    Kind(Kind),
    Attachment,
    /// Privileges of members of extensions.
    Member,
    NotModelled,
}

/// The rows of one kind, in one text.
#[derive(Debug)]
pub(in crate::catalog) struct Answer {
    pub(in crate::catalog) subject: Subject,
    pub(in crate::catalog) count: usize,
    pub(in crate::catalog) text: String,
}

/// Makes a catalog of the answers. `index` knows the objects that are not among them, and learns those that are.
///
/// # Errors
///
/// When a separator occurs inside user text; the caller asks again with others.
pub(in crate::catalog) fn assemble(
    answers: &[Answer],
    separators: Separators,
    surroundings: &Surroundings,
    options: &ReadOptions,
    index: &mut Addresses,
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
    let mut members = Vec::new();
    let mut objects = Vec::new();
    for answer in answers {
        let rows =
            rows(&answer.text, answer.count, separators).ok_or_else(|| CatalogError::Answer {
                kind: match answer.subject {
                    Subject::Kind(kind) => kind.singular(),
                    Subject::Attachment => "comments",
                    Subject::Member => "members of extensions",
                    Subject::NotModelled => "unknown kinds",
                },
                problem: "the rows cannot be distinguished".to_owned(),
            })?;
        match answer.subject {
            Subject::Attachment => attachments.extend(rows),
            Subject::Member => members.extend(rows),
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
    for row in members {
        assembler.member(&row);
    }
    assembler.finish();
    Ok(assembler.catalog)
}

pub(super) struct Assembler<'a> {
    pub(super) separators: Separators,
    pub(super) surroundings: &'a Surroundings,
    pub(super) options: &'a ReadOptions,
    pub(super) catalog: Catalog,
    pub(super) index: &'a mut Addresses,
    /// The relations whose columns are among the answers.
    pub(super) relations: Set<u32>,
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
            match (split(piece), pieces.last_mut()) {
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

    /// Gives every column its position.
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

    /// Gives an extension the privileges of a member that are not those that it gave.
    fn member(&mut self, row: &Row<'_>) {
        let place = ("pg_extension", row.oid, 0);
        let Some((id, _)) = self.index.addresses.get(&place) else { return };
        let Some(extension) = self.catalog.objects.get_mut(id) else { return };
        let mut parts = row.attributes.split(self.separators.part);
        let (Some(owner), Some(given), Some(actual)) = (parts.next(), parts.next(), parts.next())
        else {
            return;
        };
        let before = acl::privileges(owner, given);
        for (grantee, privileges) in acl::deviations(owner, given, actual) {
            let role = match grantee.as_str() {
                "PUBLIC" => grantee.clone(),
                role => quote_if_needed(role),
            };
            let name = format!("{role} on {}", row.name);
            let given = before.get(&grantee).cloned().unwrap_or_else(|| acl::NONE.to_owned());
            extension.facts.set(format!("member_given.{name}"), given);
            extension.set(format!("member_grant.{name}"), privileges);
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
                Some(id.qualified_parent())
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

#[cfg(test)]
mod tests {
    use any_input::{rounds, some};
    use fastrand::Rng;

    use super::*;
    use crate::catalog::attributes_of;
    use crate::catalog::ordered::Map;
    use crate::catalog::read::query::Present;

    const SEPARATORS: Separators = Separators::SETS[0];

    /// Parts of names and values, with what the reader takes apart.
    const PARTS: [&str; 40] = [
        "",
        "{",
        "}",
        "{a=b}",
        "{\"a,b\"=\\\\}",
        ",",
        "\"",
        "\\",
        "NULL",
        "(",
        ")",
        "'",
        "$$",
        "=",
        "/",
        "a=arwdDxt/b",
        "*",
        ".",
        " ",
        "\n",
        "0",
        "1",
        "-1",
        "7",
        "4294967296",
        "ä",
        "😀",
        "x",
        "public",
        "pg_catalog",
        "CREATE ",
        "INDEX ",
        " ON ",
        "CHECK (",
        " WHERE ",
        "FOREIGN KEY (a) REFERENCES b(c)",
        "::text",
        "UNIQUE",
        "\u{1c}",
        "=yes",
    ];

    const SPECIAL: [&str; 26] = [
        "#unknown",
        "#options",
        "#toast_options",
        "#fdw_options",
        "#config",
        "#role_config",
        "#type",
        "#default_version",
        "#schema",
        "#schemas",
        "#not_null",
        "#not_null_name",
        "#identity_sequence",
        "#owned_by",
        "#on",
        "#index",
        "#columns",
        "#key_columns",
        "#references",
        "#constraint",
        "#definition",
        "#trigger",
        "#rule",
        "acl",
        "identity_acl",
        "#new",
    ];

    fn number(random: &mut Rng) -> &'static str {
        ["0", "1", "2", "3", "7", "-1", "", "4294967295", "x"][random.usize(..9)]
    }

    /// A row of a kind: numbers, a parent, a name, and what is said of it.
    fn row(random: &mut Rng, kind: Option<Kind>) -> String {
        let attributes: Vec<&str> =
            kind.into_iter().flat_map(attributes_of).map(|attribute| attribute.name).collect();
        let pieces: Vec<String> = (0..random.usize(..6))
            .map(|_| {
                let name = match attributes.get(random.usize(..=attributes.len() * 2)) {
                    Some(name) => name,
                    None => SPECIAL[random.usize(..SPECIAL.len())],
                };
                format!("{name}={}", some(random, 4, &PARTS).concat())
            })
            .collect();
        let mut columns: Vec<String> = (0..4).map(|_| number(random).to_owned()).collect();
        if random.u8(..) > 20 {
            columns = ["1", "0", "1", "7"].map(str::to_owned).to_vec();
        }
        columns.extend([
            some(random, 2, &PARTS).concat(),
            some(random, 2, &PARTS).concat(),
            pieces.join(&SEPARATORS.piece.to_string()),
        ]);
        columns.join(&SEPARATORS.column.to_string())
    }

    /// Whatever the server answers becomes a catalog or an error, and a catalog is equal to itself.
    #[test]
    fn any_answer_is_read_or_refused() {
        let surroundings = Surroundings {
            version: 150_000,
            owner: 10,
            superuser: true,
            present: Present::from_answer(&[]),
            rare: true,
            members: true,
            magnitude: 0,
            namespaces: Map::from_iter([(7, "public".to_owned()), (2, "a b".to_owned())]),
        };
        let (mut read, mut refused) = (0, 0);
        rounds(3_000, |random| {
            let answers: Vec<Answer> = (0..random.usize(1..6))
                .map(|_| {
                    let subject = match random.u8(..8) {
                        0 => Subject::Attachment,
                        1 => Subject::Member,
                        2 => Subject::NotModelled,
                        _ => Subject::Kind(Kind::ALL[random.usize(..Kind::ALL.len())]),
                    };
                    let kind = match subject {
                        Subject::Kind(kind) => Some(kind),
                        _ => None,
                    };
                    let rows: Vec<String> =
                        (0..random.usize(..4)).map(|_| row(random, kind)).collect();
                    let count = if random.u8(..) > 10 { rows.len() } else { random.usize(..4) };
                    Answer { subject, count, text: rows.join(&SEPARATORS.row.to_string()) }
                })
                .collect();
            let options = ReadOptions::database();
            let mut index = Addresses::default();
            match assemble(&answers, SEPARATORS, &surroundings, &options, &mut index) {
                Ok(catalog) => {
                    read += 1;
                    let differences = catalog.diff(&catalog);
                    assert!(differences.is_empty(), "{answers:?}: {differences:?}");
                    assert!(serde_json::to_string(&catalog).is_ok(), "{answers:?}");
                }
                Err(_) => refused += 1,
            }
        });
        let both = read > 100 && refused > 100;
        assert!(both || std::env::var_os("GAUNTLET_FUZZ_SEED").is_some(), "{read} {refused}");
    }
}
