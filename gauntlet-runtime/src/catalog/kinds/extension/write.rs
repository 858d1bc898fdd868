//! Extensions.

use crate::catalog::write::grant;
use crate::catalog::write::names::name;
use crate::catalog::write::writer::{Add, Alter, Changed, Writer, at_home};
use crate::catalog::{Object, ObjectId};
use crate::names::{quote_if_needed, quote_literal};

pub(crate) fn create(w: Writer<'_>, id: &ObjectId, object: &Object) -> Vec<String> {
    let mut out = Vec::new();
    // Every new database has it.
    if id.name != "plpgsql" || w.home.is_some() {
        out.push(create_alone(id, object));
    }
    for (member, value) in object.prefixed(MEMBER_GRANT) {
        out.extend(member_grant(w, member, object, value.as_text(), None));
    }
    out
}

fn create_alone(id: &ObjectId, object: &Object) -> String {
    let mut sql = format!("CREATE EXTENSION IF NOT EXISTS {}", name(id));
    if let Some(schema) = object.text("schema") {
        sql.add(format_args!(" SCHEMA {}", quote_if_needed(schema)));
    }
    // The version that a server installs by itself is left out: another server may have a different one.
    if let Some(version) = object.text("version")
        && object.fact("default_version").is_some_and(|default| default != version)
    {
        sql.add(format_args!(" VERSION {}", quote_literal(version)));
    }
    sql
}

/// The attributes for privileges of members: `member_grant.PUBLIC on FUNCTION f(integer)`.
const MEMBER_GRANT: &str = "member_grant.";

/// The statements that change the privileges of one grantee on a member. `object` knows what the extension gave.
fn member_grant(
    w: Writer<'_>,
    member: &str,
    object: &Object,
    expected: Option<&str>,
    actual: Option<&str>,
) -> Vec<String> {
    let given = object.fact(&format!("member_given.{member}")).unwrap_or("none");
    let Some((grantee, what)) = grantee_and_member(member) else { return Vec::new() };
    let (what, column) = match what.split_once(" COLUMN ") {
        Some((table, column)) => (table, Some(column)),
        None => (what, None),
    };
    grant::on_member(w, (what, column), &grantee, given, expected, actual)
}

/// `"Web App" on FUNCTION f(integer)`, taken apart.
fn grantee_and_member(member: &str) -> Option<(String, &str)> {
    let Some(quoted) = member.strip_prefix('"') else {
        let (grantee, what) = member.split_once(" on ")?;
        return Some((grantee.to_owned(), what));
    };
    let end = quoted.replace("\"\"", "  ").find('"')?;
    let what = quoted[end + 1..].strip_prefix(" on ")?;
    Some((quoted[..end].replace("\"\"", "\""), what))
}

pub(crate) fn alter(w: Writer<'_>, c: &Changed<'_>) -> Alter {
    let own = name(c.id);
    match c.attribute {
        "version" => match c.wanted() {
            Some(version) if older(version, c.found().unwrap_or_default()) => Alter::Recreate,
            Some(version) => {
                Alter::one(format!("ALTER EXTENSION {own} UPDATE TO {}", quote_literal(version)))
            }
            None => Alter::Recreate,
        },
        "schema" => match c.wanted() {
            Some(schema) => {
                Alter::one(format!("ALTER EXTENSION {own} SET SCHEMA {}", quote_if_needed(schema)))
            }
            None => Alter::one(at_home(w.home, |home| {
                format!("ALTER EXTENSION {own} SET SCHEMA {home}")
            })),
        },
        attribute => match attribute.strip_prefix(MEMBER_GRANT) {
            Some(member) => {
                // The side that deviates knows what the extension gave.
                let knows = if c.expected.has(attribute) { c.expected } else { c.actual };
                Alter::Sql(member_grant(w, member, knows, c.wanted(), c.found()))
            }
            None => Alter::Recreate,
        },
    }
}

/// Returns true if a version comes before another, number by number.
fn older(version: &str, than: &str) -> bool {
    let numbers =
        |text: &str| -> Vec<u32> { text.split('.').map(|n| n.parse().unwrap_or(0)).collect() };
    numbers(version) < numbers(than)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_grantees() {
        assert_eq!(
            grantee_and_member("PUBLIC on FUNCTION f(integer)"),
            Some(("PUBLIC".to_owned(), "FUNCTION f(integer)"))
        );
        assert_eq!(
            grantee_and_member("\"a \"\" on b\" on TYPE t"),
            Some(("a \" on b".to_owned(), "TYPE t"))
        );
    }
}
