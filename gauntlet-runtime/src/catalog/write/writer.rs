//! How objects are called in statements, and what every kind of statement needs to know.

use std::fmt::{self, Write as _};

use crate::catalog::{Catalog, Kind, Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

/// For whom statements are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writer<'a> {
    /// The catalog that the statements make, or make true.
    pub(crate) catalog: &'a Catalog,
    /// The home schema's name where the statements will run, unquoted; `None` when only the server
    /// will know (a file that loads into any schema).
    pub(crate) home: Option<&'a str>,
    /// `server_version_num` of the server that will run them.
    pub(crate) version: u32,
    /// The catalog whose default privileges a new object gets; `None` where there are none.
    pub(crate) defaults: Option<&'a Catalog>,
    /// Whether owners are written.
    pub(crate) owners: bool,
}

/// Growing a statement piece by piece.
pub(crate) trait Add {
    /// Adds formatted text at the end.
    fn add(&mut self, text: fmt::Arguments<'_>);
}

impl Add for String {
    fn add(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.write_fmt(text);
    }
}

/// What can be done about one attribute that has another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Alter {
    /// These statements.
    Sql(Vec<String>),
    /// The object has to be dropped and made again.
    Recreate,
    /// Another statement of the plan takes care of it.
    Elsewhere,
    /// Nothing that could be told; why.
    No(String),
}

impl Alter {
    pub(crate) fn one(sql: String) -> Self {
        Self::Sql(vec![sql])
    }
}

/// One attribute of one object that has another value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changed<'a> {
    pub(crate) id: &'a ObjectId,
    pub(crate) attribute: &'a str,
    pub(crate) expected: &'a Object,
    pub(crate) actual: &'a Object,
    /// The catalog that is to be changed.
    pub(crate) before: &'a Catalog,
}

impl Changed<'_> {
    /// The expected text.
    pub(crate) fn wanted(&self) -> Option<&str> {
        self.expected.text(self.attribute)
    }

    /// The text that is there.
    pub(crate) fn found(&self) -> Option<&str> {
        self.actual.text(self.attribute)
    }
}

/// `name`, or `schema.name`, quoted where needed.
pub(crate) fn qualify(schema: Option<&str>, name: &str) -> String {
    match schema {
        Some(schema) => format!("{}.{}", quote_if_needed(schema), quote_if_needed(name)),
        None => quote_if_needed(name),
    }
}

/// The object's name in SQL, with its schema outside home; routines with their argument types.
pub(crate) fn name(id: &ObjectId) -> String {
    let schema = id.schema.as_deref();
    match id.kind {
        Kind::Function | Kind::Procedure | Kind::Aggregate => {
            let (bare, arguments) = signature(&id.name);
            let arguments =
                if id.kind == Kind::Aggregate && arguments.is_empty() { "*" } else { arguments };
            format!("{}({arguments})", qualify(schema, bare))
        }
        Kind::Operator => {
            let (symbol, operands) = signature(&id.name);
            format!("{}({operands})", operator(schema, symbol))
        }
        Kind::OperatorClass | Kind::OperatorFamily => {
            let (bare, method) = by_method(&id.name);
            format!("{} USING {}", qualify(schema, bare), quote_if_needed(method))
        }
        Kind::Cast => id.name.clone(),
        Kind::Transform => match id.name.split_once(" LANGUAGE ") {
            Some((head, language)) => format!("{head} LANGUAGE {}", quote_if_needed(language)),
            None => id.name.clone(),
        },
        _ => qualify(schema, &id.name),
    }
}

/// An operator symbol with its schema, as `CREATE OPERATOR` wants it.
pub(crate) fn operator(schema: Option<&str>, symbol: &str) -> String {
    match schema {
        Some(schema) => format!("{}.{symbol}", quote_if_needed(schema)),
        None => symbol.to_owned(),
    }
}

/// The relation (domain, server) that an object hangs on, in SQL.
pub(crate) fn parent(id: &ObjectId) -> String {
    qualify(id.schema.as_deref(), id.parent.as_deref().unwrap_or_default())
}

/// `add(integer, text)` as `add` and `integer, text`.
pub(crate) fn signature(name: &str) -> (&str, &str) {
    let inside = name.strip_suffix(')').unwrap_or(name);
    // The last parenthesis outside double quotes: a name may hold one, a type only in quotes.
    let mut quoted = false;
    let mut start = None;
    for (at, c) in inside.char_indices().rev() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => {
                start = Some(at);
                break;
            }
            _ => {}
        }
    }
    match start {
        Some(at) => (&inside[..at], &inside[at + 1..]),
        None => (name, ""),
    }
}

/// `ops USING btree` as `ops` and `btree`.
pub(crate) fn by_method(name: &str) -> (&str, &str) {
    name.rsplit_once(" USING ").unwrap_or((name, "btree"))
}

/// The relation, of whatever kind, that an object hangs on.
pub(crate) fn relation<'a>(catalog: &'a Catalog, id: &ObjectId) -> Option<(ObjectId, &'a Object)> {
    let kinds =
        [Kind::Table, Kind::ForeignTable, Kind::CompositeType, Kind::View, Kind::MaterializedView];
    kinds.into_iter().find_map(|kind| {
        let id =
            ObjectId { kind, schema: id.schema.clone(), parent: None, name: id.parent.clone()? };
        let object = catalog.get(&id)?;
        Some((id, object))
    })
}

/// The word for `ALTER` and `DROP`: `TABLE`, `FOREIGN TABLE`, `TYPE`, …
pub(crate) const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Schema => "SCHEMA",
        Kind::Extension => "EXTENSION",
        Kind::Language => "LANGUAGE",
        Kind::AccessMethod => "ACCESS METHOD",
        Kind::ForeignDataWrapper => "FOREIGN DATA WRAPPER",
        Kind::Server => "SERVER",
        Kind::UserMapping => "USER MAPPING",
        Kind::Collation => "COLLATION",
        Kind::Enum | Kind::BaseType | Kind::CompositeType | Kind::RangeType => "TYPE",
        Kind::Domain => "DOMAIN",
        Kind::Sequence => "SEQUENCE",
        Kind::Function => "FUNCTION",
        Kind::Procedure => "PROCEDURE",
        Kind::Aggregate => "AGGREGATE",
        Kind::Operator => "OPERATOR",
        Kind::OperatorFamily => "OPERATOR FAMILY",
        Kind::OperatorClass => "OPERATOR CLASS",
        Kind::Cast => "CAST",
        Kind::Transform => "TRANSFORM",
        Kind::Conversion => "CONVERSION",
        Kind::TextSearchParser => "TEXT SEARCH PARSER",
        Kind::TextSearchTemplate => "TEXT SEARCH TEMPLATE",
        Kind::TextSearchDictionary => "TEXT SEARCH DICTIONARY",
        Kind::TextSearchConfiguration => "TEXT SEARCH CONFIGURATION",
        Kind::Table => "TABLE",
        Kind::ForeignTable => "FOREIGN TABLE",
        Kind::Column | Kind::ViewColumn => "COLUMN",
        Kind::Constraint | Kind::DomainConstraint => "CONSTRAINT",
        Kind::Index => "INDEX",
        Kind::Statistics => "STATISTICS",
        Kind::View => "VIEW",
        Kind::MaterializedView => "MATERIALIZED VIEW",
        Kind::Rule => "RULE",
        Kind::Trigger => "TRIGGER",
        Kind::Policy => "POLICY",
        Kind::EventTrigger => "EVENT TRIGGER",
        Kind::Publication => "PUBLICATION",
        Kind::Subscription => "SUBSCRIPTION",
        Kind::DefaultPrivilege => "DEFAULT PRIVILEGES",
    }
}

/// What `COMMENT ON` and `DROP` call the object: `TABLE users`, `TRIGGER t ON users`.
pub(crate) fn target(id: &ObjectId) -> String {
    let quoted = quote_if_needed(&id.name);
    match id.kind {
        Kind::Column | Kind::ViewColumn => format!("COLUMN {}.{quoted}", parent(id)),
        Kind::DomainConstraint => format!("CONSTRAINT {quoted} ON DOMAIN {}", parent(id)),
        Kind::Constraint | Kind::Rule | Kind::Trigger | Kind::Policy => {
            format!("{} {quoted} ON {}", word(id.kind), parent(id))
        }
        Kind::UserMapping => {
            let user = if id.name == "public" { "PUBLIC" } else { &quoted };
            format!("USER MAPPING FOR {user} SERVER {}", parent(id))
        }
        Kind::Transform => format!("TRANSFORM {}", name(id)),
        _ => format!("{} {}", word(id.kind), name(id)),
    }
}

/// A statement that names the home schema, whose name may not be known before it runs.
///
/// `statement` gets the schema's name in SQL, or `%I` for `format`.
pub(crate) fn at_home(home: Option<&str>, statement: impl Fn(&str) -> String) -> String {
    if let Some(home) = home {
        return statement(&quote_if_needed(home));
    }
    let marked = statement("\u{0}");
    let places = marked.matches('\u{0}').count();
    let template = quote_literal(&marked.replace('%', "%%").replace('\u{0}', "%I"));
    let arguments = ", current_schema()".repeat(places);
    format!("DO {}", dollar_quote(&format!("BEGIN EXECUTE format({template}{arguments}); END")))
}

/// Quotes a body so that a person can read it.
pub(crate) fn dollar_quote(body: &str) -> String {
    let tags = ["$$", "$body$", "$function$", "$gauntlet$"];
    // A body that ends in `$` would run into the closing tag.
    let fits = |tag: &&str| !body.contains(*tag) && !body.ends_with('$');
    match tags.into_iter().find(fits) {
        Some(tag) => format!("{tag}{body}{tag}"),
        None => quote_literal(body),
    }
}

/// Indents every line by four blanks and puts a comma behind all but the last.
pub(crate) fn block(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join(",\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_statements() {
        let function = ObjectId::new(Kind::Function, "od(d(integer, \"a(b\")").in_schema("audit");
        assert_eq!(name(&function), "audit.\"od(d\"(integer, \"a(b\")");
        let operator = ObjectId::new(Kind::Operator, "@@(NONE, integer)").in_schema("x");
        assert_eq!(target(&operator), "OPERATOR x.@@(NONE, integer)");
        let aggregate = ObjectId::new(Kind::Aggregate, "total()");
        assert_eq!(target(&aggregate), "AGGREGATE total(*)");
        let trigger = ObjectId::child(Kind::Trigger, "user", "t");
        assert_eq!(target(&trigger), "TRIGGER t ON \"user\"");
    }

    #[test]
    fn home_may_be_unknown() {
        let comment = |schema: &str| format!("COMMENT ON SCHEMA {schema} IS '100%'");
        assert_eq!(at_home(Some("My app"), comment), "COMMENT ON SCHEMA \"My app\" IS '100%'");
        assert_eq!(
            at_home(None, comment),
            "DO $$BEGIN EXECUTE format('COMMENT ON SCHEMA %I IS ''100%%''', current_schema()); END$$"
        );
    }

    #[test]
    fn bodies_are_quoted_with_what_they_do_not_hold() {
        assert_eq!(dollar_quote("x"), "$$x$$");
        assert_eq!(dollar_quote("a $$b$$ c"), "$body$a $$b$$ c$body$");
        assert_eq!(dollar_quote("a$"), "'a$'");
    }
}
