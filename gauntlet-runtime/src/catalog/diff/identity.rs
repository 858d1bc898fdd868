//! Objects that have another name: what was renamed, and what follows. Those of two moments of one database are paired by
//! their rows in `pg_catalog`; those of two databases have been recognized by what they are.

use std::collections::HashMap;

use super::{Change, Difference};
use crate::catalog::kinds::spec::{Mentioned, Renamed};
use crate::catalog::ordered::Set;
use crate::catalog::write::names::{name, signature, split_owner};
use crate::catalog::{Address, Catalog, Kind, ObjectId, Value};
use crate::sql::{self, Token, TokenKind};

/// The actual catalog under the names that are expected, and how its objects are called there.
#[derive(Debug)]
pub(super) struct Identity {
    /// The actual catalog, with every object that exists on both sides under its expected identity.
    pub(super) actual: Catalog,
    /// The objects whose own name is another one, by expected identity, with the name that they have.
    pub(super) renamed: Vec<(ObjectId, String)>,
    /// Names, and labels of enums, that stand in texts of the actual catalog for others in the expected one.
    words: Set<(String, String)>,
    /// True if a string that is such a word follows too: nothing but the rename has changed it. Of two databases it may be a
    /// value, unless it is the name of a relation, `'…'::regclass`.
    in_strings: bool,
}

type Place = (Kind, &'static str, u32, i32);

fn place(id: &ObjectId, address: Address) -> Place {
    (id.kind, address.class, address.oid, address.sub)
}

impl Identity {
    /// `None` where every object has the name that it had.
    pub(super) fn of(expected: &Catalog, actual: &Catalog) -> Option<Self> {
        let pairs = pairs(expected, actual);
        let mut words = labels(expected, actual, &pairs);
        if pairs.is_empty() && words.is_empty() {
            return None;
        }
        words.extend(names(&pairs));
        Some(Self::of_pairs(actual, &pairs, words, true))
    }

    /// What is found under another name, of that which other objects hang on or mention: its expected identity, and the
    /// name that it has.
    pub(super) fn renamed_in(differences: &[Difference]) -> Vec<(ObjectId, String)> {
        let root = |difference: &Difference| match &difference.change {
            Change::Renamed(name) if difference.object.parent.is_none() => {
                Some((difference.object.clone(), name.clone()))
            }
            _ => None,
        };
        differences.iter().filter_map(root).collect()
    }

    /// The actual catalog of another database, in which these are found under other names.
    pub(super) fn of_renamed(actual: &Catalog, renamed: &[(ObjectId, String)]) -> Self {
        let found =
            |(wanted, name): &(ObjectId, String)| ObjectId { name: name.clone(), ..wanted.clone() };
        let found: Vec<ObjectId> = renamed.iter().map(found).collect();
        let pairs = found.iter().zip(renamed.iter().map(|(wanted, _)| wanted)).collect();
        let mut identity = Self::of_pairs(actual, &pairs, names(&pairs).collect(), false);
        // The table that a sequence belongs to is a name in a text, by which sequences are recognized.
        let tables: HashMap<String, &ObjectId> = pairs
            .iter()
            .filter(|(found, _)| found.kind.is_relation())
            .map(|(found, wanted)| (name(found), *wanted))
            .collect();
        for (id, object) in &mut identity.actual.objects {
            if id.kind == Kind::Sequence
                && let Some((table, column)) = object.text("owned_by").map(split_owner)
                && let Some(wanted) = tables.get(table)
            {
                let owner = format!("{}.{column}", name(wanted));
                object.set("owned_by", owner);
            }
        }
        identity
    }

    fn of_pairs(
        actual: &Catalog,
        pairs: &HashMap<&ObjectId, &ObjectId>,
        words: Set<(String, String)>,
        in_strings: bool,
    ) -> Self {
        let mut renamed: Vec<(ObjectId, String)> = Vec::new();
        for (found, wanted) in pairs {
            if bare(found) != bare(wanted) {
                renamed.push(((*wanted).clone(), found.name.clone()));
            }
        }
        renamed.sort();
        Self { actual: under_expected_names(actual, pairs), renamed, words, in_strings }
    }

    /// Returns true if two values differ only by names that PostgreSQL prints again after a rename.
    pub(super) fn follows(
        &self,
        attribute: &str,
        expected: Option<&Value>,
        actual: Option<&Value>,
    ) -> bool {
        // The text of a function's body stays as it was written.
        if self.words.is_empty() || attribute == "body" || attribute.ends_with("comment") {
            return false;
        }
        match (expected, actual) {
            (Some(Value::Text(expected)), Some(Value::Text(actual))) => {
                self.same_text(expected, actual)
            }
            (Some(Value::List(expected)), Some(Value::List(actual))) => {
                attribute != "labels"
                    && expected.len() == actual.len()
                    && expected.iter().zip(actual).all(|(a, b)| self.same_text(a, b))
            }
            _ => false,
        }
    }

    /// Compares token by token. A column that a view selects under another name has that name behind `AS`; where it is the
    /// column's own name on the other side, it is not printed there.
    fn same_text(&self, expected: &str, actual: &str) -> bool {
        let (wanted, found) = (significant(expected), significant(actual));
        let (mut w, mut f) = (0, 0);
        loop {
            match (wanted.get(w), found.get(f)) {
                (None, None) => return true,
                (Some(a), Some(b))
                    if a.text == b.text || self.stands_for(b, a, is_relation(&found, f)) =>
                {
                    w += 1;
                    f += 1;
                }
                (_, Some(b)) if b.is_word("as") && is_named(found.get(f + 1), last(&wanted, w)) => {
                    f += 2;
                }
                (Some(a), _) if a.is_word("as") && is_named(wanted.get(w + 1), last(&found, f)) => {
                    w += 2;
                }
                _ => return false,
            }
        }
    }

    fn stands_for(&self, found: &Token<'_>, wanted: &Token<'_>, is_relation: bool) -> bool {
        if let (Some(old), Some(new)) = (found.name(), wanted.name()) {
            return old == new || self.words.contains(&(old, new));
        }
        if found.kind == TokenKind::String
            && wanted.kind == TokenKind::String
            && (self.in_strings || is_relation)
        {
            let content = |token: &Token<'_>| {
                token.inside().map_or(String::new(), |(inside, _)| inside.replace("''", "'"))
            };
            let (old, new) = (content(found), content(wanted));
            return self.words.contains(&(old.clone(), new.clone()))
                // A name inside of `'…'::regclass`.
                || (old.len() + new.len() < expected_length(found, wanted) && self.same_text(&new, &old));
        }
        false
    }
}

/// Whether the string at a place names a relation: `'…'::regclass`.
fn is_relation(tokens: &[Token<'_>], place: usize) -> bool {
    let mut behind = tokens[place + 1..].iter().skip_while(|token| token.text.starts_with(':'));
    behind.next().is_some_and(|token| token.is_word("regclass"))
}

/// The token before a place.
fn last<'a, 'b>(tokens: &'a [Token<'b>], place: usize) -> Option<&'a Token<'b>> {
    tokens.get(place.checked_sub(1)?)
}

/// Returns true if a name behind `AS` is that of the column.
fn is_named(alias: Option<&Token<'_>>, column: Option<&Token<'_>>) -> bool {
    let name = |token: Option<&Token<'_>>| token.and_then(Token::name);
    name(alias).is_some() && name(alias) == name(column)
}

/// An upper bound that ends the recursion: content is shorter than the token around it.
fn expected_length(found: &Token<'_>, wanted: &Token<'_>) -> usize {
    found.text.len() + wanted.text.len()
}

fn significant(text: &str) -> Vec<Token<'_>> {
    sql::tokens(text).filter(|token| token.kind != TokenKind::Space).collect()
}

/// The name without argument types.
fn bare(id: &ObjectId) -> &str {
    match id.kind.spec().mentioned {
        Mentioned::BySignature | Mentioned::BySymbol => signature(&id.name).0,
        _ => &id.name,
    }
}

/// Actual and expected identity of every object that has the same row on both sides and is called otherwise.
///
/// An object that was dropped and made again has another row, and stays under its name.
fn pairs<'a>(expected: &'a Catalog, actual: &'a Catalog) -> HashMap<&'a ObjectId, &'a ObjectId> {
    let mut there: HashMap<Place, &ObjectId> = HashMap::new();
    for (id, object) in &actual.objects {
        if let Some(address) = object.address {
            there.insert(place(id, address), id);
        }
    }
    let is_elsewhere = |id: &ObjectId, address: Option<Address>| match address {
        Some(address) => there.get(&place(id, address)).is_some_and(|found| *found != id),
        None => !actual.objects.contains_key(id),
    };
    let mut missing: Vec<&ObjectId> = expected
        .objects
        .iter()
        .filter(|(id, object)| is_elsewhere(id, object.address))
        .map(|(id, _)| id)
        .collect();
    let mut pairs = HashMap::new();
    while let Some(wanted) = missing.pop() {
        let address = expected.get(wanted).and_then(|object| object.address);
        let Some(found) = address.and_then(|a| there.get(&place(wanted, a)).copied()) else {
            continue;
        };
        let movable = found.schema == wanted.schema
            && (!matches!(wanted.kind.spec().renamed, Renamed::Never)
                || wanted.kind == Kind::ViewColumn
                || found.name == wanted.name);
        if movable && pairs.insert(found, wanted).is_none() {
            missing.extend(expected.objects.get_key_value(found).map(|(id, _)| id));
        }
    }
    leave_to_successors(&mut pairs, actual);
    pairs
}

/// Takes out what was set aside and has a successor under its name: a copy that was swapped in. The successor is what stands
/// for it, and what was set aside has come to be.
fn leave_to_successors(pairs: &mut HashMap<&ObjectId, &ObjectId>, actual: &Catalog) {
    loop {
        let succeeded = pairs.iter().filter(|(_, wanted)| {
            actual.objects.contains_key(**wanted) && !pairs.contains_key(*wanted)
        });
        let aside: Vec<&ObjectId> = succeeded.map(|(found, _)| *found).collect();
        if aside.is_empty() {
            return;
        }
        pairs.retain(|found, _| {
            let hangs_on = |one: &&ObjectId| {
                found.schema == one.schema && found.parent.as_deref() == Some(&*one.name)
            };
            !aside.contains(found) && !aside.iter().any(hangs_on)
        });
    }
}

/// The names that texts mention by pairs of what has them: the one that is found, and the one that is expected.
fn names(pairs: &HashMap<&ObjectId, &ObjectId>) -> impl Iterator<Item = (String, String)> {
    let by_plain_name =
        |id: &ObjectId| !matches!(id.kind.spec().mentioned, Mentioned::NameMentionsTypes);
    pairs.iter().filter_map(move |(found, wanted)| {
        let (old, new) = (bare(found), bare(wanted));
        (by_plain_name(wanted) && new != old).then(|| (old.to_owned(), new.to_owned()))
    })
}

/// The labels of enums that were renamed: none was added, and none stands on both sides.
fn labels(
    expected: &Catalog,
    actual: &Catalog,
    pairs: &HashMap<&ObjectId, &ObjectId>,
) -> Set<(String, String)> {
    let mut words = Set::new();
    for (id, found) in actual.of_kind(Kind::Enum) {
        let Some(wanted) = expected.get(pairs.get(id).copied().unwrap_or(id)) else { continue };
        if wanted.address != found.address || wanted.address.is_none() {
            continue;
        }
        let (wanted, found) = (wanted.list("labels"), found.list("labels"));
        if wanted.len() != found.len() {
            continue;
        }
        for (new, old) in wanted.iter().zip(found).filter(|(new, old)| new != old) {
            if !found.contains(new) && !wanted.contains(old) {
                words.insert((old.clone(), new.clone()));
            }
        }
    }
    words
}

fn under_expected_names(actual: &Catalog, pairs: &HashMap<&ObjectId, &ObjectId>) -> Catalog {
    // What hangs on a renamed object and exists on this side only moves with it.
    let parents: HashMap<(Option<&str>, &str), &str> = pairs
        .iter()
        .filter(|(found, wanted)| found.parent.is_none() && found.name != wanted.name)
        .filter(|(found, _)| found.kind.is_relation() || found.kind == Kind::Domain)
        .map(|(found, wanted)| ((found.schema.as_deref(), &*found.name), &*wanted.name))
        .collect();
    let tables: HashMap<String, String> = pairs
        .iter()
        .filter(|(found, wanted)| found.kind.is_relation() && found.name != wanted.name)
        .map(|(found, wanted)| (found.qualified_name(), wanted.qualified_name()))
        .collect();
    let mut out = Catalog { objects: std::collections::BTreeMap::new(), ..actual.clone() };
    for (id, object) in &actual.objects {
        let mut new = match pairs.get(id) {
            Some(wanted) => (*wanted).clone(),
            None => id.clone(),
        };
        if !pairs.contains_key(id)
            && let Some(parent) = id.parent.as_deref()
            && let Some(renamed) = parents.get(&(id.schema.as_deref(), parent))
        {
            new.parent = Some((*renamed).to_owned());
        }
        let mut object = object.clone();
        if let Some(table) = object.fact("owned_by_table").and_then(|table| tables.get(table)) {
            object.set_fact("owned_by_table", table.clone());
        }
        out.objects.insert(new, object);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares two texts where the column `a` is called `b` by now.
    fn follows(expected: &str, actual: &str) -> bool {
        let words = [("b".to_owned(), "a".to_owned())].into_iter().collect();
        let identity =
            Identity { actual: Catalog::default(), renamed: Vec::new(), words, in_strings: true };
        identity.follows("definition", Some(&expected.into()), Some(&actual.into()))
    }

    #[test]
    fn a_view_keeps_the_name_of_its_column() {
        assert!(follows("SELECT t.a FROM t", "SELECT t.b AS a FROM t"));
        assert!(follows("SELECT t.a AS b FROM t", "SELECT t.b FROM t"));
        assert!(follows("SELECT t.a AS x, t.a FROM t", "SELECT t.b AS x, t.b AS a FROM t"));
    }

    #[test]
    fn a_name_stands_inside_of_a_string() {
        assert!(follows("nextval('a'::regclass)", "nextval('b'::regclass)"));
        assert!(follows("nextval('app.a'::regclass)", "nextval('app.b'::regclass)"));
        assert!(!follows("nextval('app.a'::regclass)", "nextval('app.c'::regclass)"));
    }

    #[test]
    fn of_two_databases_a_value_is_no_name() {
        let words = [("b".to_owned(), "a".to_owned())].into_iter().collect();
        let actual = Catalog::default();
        let identity = Identity { actual, renamed: Vec::new(), words, in_strings: false };
        let follows = |expected: &str, actual: &str| {
            identity.follows("definition", Some(&expected.into()), Some(&actual.into()))
        };
        assert!(!follows("CHECK ((kind = 'a'::text))", "CHECK ((kind = 'b'::text))"));
        assert!(follows("nextval('a'::regclass)", "nextval('b'::regclass)"));
        assert!(follows("nextval('app.a'::regclass)", "nextval('app.b'::regclass)"));
        assert!(follows("REFERENCES a(id)", "REFERENCES b(id)"));
    }

    #[test]
    fn another_alias_is_another_view() {
        assert!(!follows("SELECT t.a FROM t", "SELECT t.b AS z FROM t"));
        assert!(!follows("SELECT t.a AS z FROM t", "SELECT t.b FROM t"));
        assert!(!follows("SELECT t.a AS x FROM t", "SELECT t.b AS y FROM t"));
        assert!(!follows("SELECT t.a, t.c FROM t", "SELECT t.b AS c, t.c FROM t"));
    }
}
