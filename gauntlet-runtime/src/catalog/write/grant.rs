//! Privileges: `GRANT` and `REVOKE` from the attributes of each grantee.

use super::names::qualify;
use super::writer::{Writer, at_database, at_home};
use crate::catalog::ordered::{Map, Set};
use crate::catalog::{Kind, Object, ObjectId, Value};
use crate::names::quote_if_needed;

/// One privilege of one grantee.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Privilege<'a> {
    name: &'a str,
    option: bool,
    by: Option<&'a str>,
}

/// The object of a `GRANT`.
#[derive(Clone, Debug)]
pub(crate) struct On<'a> {
    /// `TABLE users`; `\0` stands for the home schema.
    what: String,
    /// The column, quoted, for privileges on a column.
    pub(crate) column: Option<String>,
    /// The privileges that `PUBLIC` has by default.
    pub(crate) public: Option<&'static str>,
    /// The privileges that the grantee has by default, where that is known of each grantee.
    given: Option<&'a str>,
    /// True if the owner has all privileges by default.
    pub(crate) owner_has_all: bool,
    /// The owner, when it is not the current role.
    owner: Option<&'a str>,
    /// The text before `GRANT`, for default privileges.
    pub(crate) head: String,
}

/// The attribute names under which privileges stand, for this kind.
pub(crate) const PREFIXES: [&str; 2] = ["grant.", "identity_grant."];

/// All grants of a new object, which may have some from default privileges already.
pub(crate) fn all(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = Vec::new();
    for prefix in PREFIXES {
        let given = if prefix == "grant." { by_default(w, id) } else { Map::new() };
        let wanted: Map<&str, &str> = object
            .prefixed(prefix)
            .filter_map(|(grantee, value)| Some((grantee, value.as_text()?)))
            .collect();
        let grantees: Set<&str> =
            wanted.keys().copied().chain(given.keys().map(String::as_str)).collect();
        for grantee in grantees {
            let (expected, actual) =
                (wanted.get(grantee).copied(), given.get(grantee).map(String::as_str));
            if expected != actual {
                out.extend(mend(w, &on(w, id, object, prefix), grantee, expected, actual));
            }
        }
    }
    out
}

/// The privileges that default privileges give on a new object of this kind and schema.
fn by_default(w: Writer<'_>, id: &ObjectId) -> Map<String, String> {
    let Some(what) = id.kind.spec().privileges.and_then(|privileges| privileges.defaults) else {
        return Map::new();
    };
    let mut out: Map<String, String> = Map::new();
    let privileges =
        w.defaults.into_iter().flat_map(|catalog| catalog.of_kind(Kind::DefaultPrivilege));
    for (default, object) in privileges {
        let everywhere =
            default.name == format!("{what} in all schemas") && default.schema.is_none();
        if everywhere || (default.name == what && default.schema == id.schema) {
            for (grantee, value) in object.prefixed("grant.") {
                let value = value.as_text().unwrap_or_default();
                let entry = out.or_default(grantee.to_owned());
                if !entry.is_empty() {
                    entry.push_str(", ");
                }
                entry.push_str(value);
            }
        }
    }
    out
}

/// The statements that change the privileges of one grantee from `actual` to `expected`.
pub(crate) fn alter(
    w: Writer<'_>,
    id: &ObjectId,
    object: &Object,
    attribute: &str,
    expected: Option<&Value>,
    actual: Option<&Value>,
) -> Option<Vec<String>> {
    let prefix = PREFIXES.into_iter().find(|prefix| attribute.starts_with(prefix))?;
    let on = on(w, id, object, prefix);
    let grantee = &attribute[prefix.len()..];
    let text = |value: Option<&Value>| value.and_then(Value::as_text).map(str::to_owned);
    Some(mend(w, &on, grantee, text(expected).as_deref(), text(actual).as_deref()))
}

/// The statements that change the privileges of one grantee on a member of an extension, which gave `given`.
/// `what` is the member as in `GRANT … ON`, with a column of it.
pub(crate) fn on_member(
    w: Writer<'_>,
    (what, column): (&str, Option<&str>),
    grantee: &str,
    given: &str,
    expected: Option<&str>,
    actual: Option<&str>,
) -> Vec<String> {
    let on = On {
        what: what.to_owned(),
        column: column.map(str::to_owned),
        public: None,
        given: Some(given),
        owner_has_all: false,
        owner: None,
        head: String::new(),
    };
    mend(w, &on, grantee, expected, actual)
}

fn on<'a>(w: Writer<'_>, id: &ObjectId, object: &'a Object, prefix: &str) -> On<'a> {
    let mut on = On {
        what: String::new(),
        column: None,
        public: None,
        given: None,
        owner_has_all: true,
        owner: object.text("owner"),
        head: String::new(),
    };
    if prefix == "identity_grant." {
        let sequence = object.fact("identity_sequence").unwrap_or_default();
        on.what = format!("SEQUENCE {}", qualify(id.schema.as_deref(), sequence));
        return on;
    }
    if let Some(privileges) = id.kind.spec().privileges {
        on.what = (privileges.on)(w, id, &mut on);
    }
    on
}

fn mend(
    w: Writer<'_>,
    on: &On<'_>,
    grantee: &str,
    expected: Option<&str>,
    actual: Option<&str>,
) -> Vec<String> {
    let role = match grantee {
        "PUBLIC" => "PUBLIC".to_owned(),
        "owner" => on.owner.map_or_else(|| "CURRENT_USER".to_owned(), quote_if_needed),
        role => quote_if_needed(role),
    };
    let default = if grantee == "PUBLIC" { on.public } else { None }.or(on.given);
    let all_by_default = grantee == "owner" && on.owner_has_all;
    let statement = |verb: &str, privileges: &str, link: &str, tail: &str| {
        let column = on.column.as_deref();
        let privileges = match column {
            Some(column) => privileges
                .split(", ")
                .map(|p| format!("{p} ({column})"))
                .collect::<Vec<_>>()
                .join(", "),
            None => privileges.to_owned(),
        };
        let head = if on.head.is_empty() { String::new() } else { format!("{} ", on.head) };
        let text = format!("{head}{verb} {privileges} ON {} {link} {role}{tail}", on.what);
        if text.contains('\u{0}') {
            at_home(w.home, |home| text.replace('\u{0}', home))
        } else {
            at_database(&text)
        }
    };
    if all_by_default {
        let mut out = Vec::new();
        match expected {
            None => out.push(statement("GRANT", "ALL", "TO", "")),
            Some(wanted) => {
                out.push(statement("REVOKE", "ALL", "FROM", ""));
                give(&privileges(wanted), &statement, &mut out);
            }
        }
        return out;
    }
    let wanted = expected.or(default).map(privileges).unwrap_or_default();
    let found = actual.or(default).map(privileges).unwrap_or_default();
    let mut out = Vec::new();
    for privilege in &found {
        let kept = wanted.iter().find(|p| p.name == privilege.name && p.by == privilege.by);
        let (verb, tail) = match kept {
            Some(kept) if kept.option || !privilege.option => continue,
            Some(_) => ("REVOKE GRANT OPTION FOR", ""),
            None => ("REVOKE", ""),
        };
        as_role(privilege.by, statement(verb, privilege.name, "FROM", tail), &mut out);
    }
    let new: Vec<Privilege<'_>> = wanted
        .into_iter()
        .filter(|p| {
            !found.iter().any(|f| f.name == p.name && f.by == p.by && (f.option || !p.option))
        })
        .collect();
    give(&new, &statement, &mut out);
    out
}

/// Grants, with privileges of one grantor and option in one statement.
fn give(
    privileges: &[Privilege<'_>],
    statement: &dyn Fn(&str, &str, &str, &str) -> String,
    out: &mut Vec<String>,
) {
    let mut rest: Vec<&Privilege<'_>> = privileges.iter().collect();
    while let Some(first) = rest.first().copied() {
        let (same, others): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|p| p.option == first.option && p.by == first.by);
        rest = others;
        let names: Vec<&str> = same.iter().map(|p| p.name).collect();
        let tail = if first.option { " WITH GRANT OPTION" } else { "" };
        as_role(first.by, statement("GRANT", &names.join(", "), "TO", tail), out);
    }
}

fn as_role(role: Option<&str>, statement: String, out: &mut Vec<String>) {
    match role {
        Some(role) => {
            out.push(format!("SET ROLE {}", quote_if_needed(role)));
            out.push(statement);
            out.push("RESET ROLE".to_owned());
        }
        None => out.push(statement),
    }
}

/// `SELECT with grant option, UPDATE by alice`, taken apart; `none` is none.
fn privileges(text: &str) -> Vec<Privilege<'_>> {
    if text == "none" {
        return Vec::new();
    }
    text.split(", ")
        .map(|item| {
            let (rest, by) = match item.split_once(" by ") {
                Some((rest, by)) => (rest, Some(by)),
                None => (item, None),
            };
            let (name, option) = match rest.strip_suffix(" with grant option") {
                Some(name) => (name, true),
                None => (rest, false),
            };
            Privilege { name, option, by }
        })
        .collect()
}
