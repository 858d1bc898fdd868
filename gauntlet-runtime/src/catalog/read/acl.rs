//! Access control lists in a form that can be compared: what deviates from the default, for each grantee.

use super::row::array;
use crate::catalog::ordered::{Map, Set};

/// The privileges of one grantee: name of the privilege, with ` with grant option` where it may be passed on.
type Grants = Map<String, Set<String>>;

/// The privileges of each grantee that deviate from the default; `none` for one that lost what the
/// default gives.
///
/// `owner` stands for the owner, `PUBLIC` for all; a grantor other than the owner is named
/// (`SELECT by alice`).
pub(in crate::catalog) fn deviations(
    owner: &str,
    default: &str,
    actual: &str,
) -> Map<String, String> {
    let default = explode(owner, default);
    let actual = explode(owner, actual);
    let mut out = Map::new();
    for grantee in default.keys().chain(actual.keys()) {
        let (before, after) = (default.get(grantee), actual.get(grantee));
        if before != after {
            out.insert(grantee.clone(), after.map_or_else(|| NONE.to_owned(), text));
        }
    }
    out
}

/// The privileges of a grantee that has none.
pub(in crate::catalog) const NONE: &str = "none";

/// The privileges of each grantee, named as by [`deviations`].
pub(in crate::catalog) fn privileges(owner: &str, acl: &str) -> Map<String, String> {
    explode(owner, acl).iter().map(|(grantee, set)| (grantee.clone(), text(set))).collect()
}

fn text(privileges: &Set<String>) -> String {
    privileges.iter().cloned().collect::<Vec<_>>().join(", ")
}

fn explode(owner: &str, acl: &str) -> Grants {
    let mut grants = Grants::new();
    for item in array(acl) {
        let (grantee, rest) = role(&item);
        let rest = rest.strip_prefix('=').unwrap_or(rest);
        let (privileges, grantor) = rest.split_once('/').unwrap_or((rest, ""));
        let (grantor, _) = role(grantor);
        let grantee = match grantee.as_str() {
            "" => "PUBLIC".to_owned(),
            name if name == owner => "owner".to_owned(),
            name => name.to_owned(),
        };
        let by = if grantor == owner { String::new() } else { format!(" by {grantor}") };
        let mut letters = privileges.chars().peekable();
        while let Some(letter) = letters.next() {
            let option = if letters.next_if_eq(&'*').is_some() { " with grant option" } else { "" };
            let reported = format!("{}{option}{by}", privilege(letter));
            grants.or_default(grantee.clone()).insert(reported);
        }
    }
    grants
}

/// Takes a role name, quoted or not, from the front.
fn role(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(['=', '/']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut name = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '"' {
            name.push(c);
        } else if quoted[at + 1..].starts_with('"') {
            name.push('"');
            chars.next();
        } else {
            return (name, &quoted[at + 1..]);
        }
    }
    (name, "")
}

/// The SQL name of a privilege letter (`aclitem`); a letter of a newer server stays as it is.
fn privilege(letter: char) -> String {
    match letter {
        'a' => "INSERT",
        'r' => "SELECT",
        'w' => "UPDATE",
        'd' => "DELETE",
        'D' => "TRUNCATE",
        'x' => "REFERENCES",
        't' => "TRIGGER",
        'X' => "EXECUTE",
        'U' => "USAGE",
        'C' => "CREATE",
        'T' => "TEMPORARY",
        'c' => "CONNECT",
        's' => "SET",
        'A' => "ALTER SYSTEM",
        'm' => "MAINTAIN",
        other => return format!("privilege {other}"),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(owner: &str, default: &str, actual: &str) -> Vec<String> {
        deviations(owner, default, actual)
            .into_iter()
            .map(|(who, what)| format!("{who}: {what}"))
            .collect()
    }

    #[test]
    fn only_what_deviates_is_told() {
        assert!(shown("me", "{me=arw/me}", "{me=arw/me}").is_empty());
        assert_eq!(
            shown("me", "{me=arw/me}", "{me=arw/me,alice=r*w/me,=r/alice}"),
            ["PUBLIC: SELECT by alice", "alice: SELECT with grant option, UPDATE"]
        );
        assert_eq!(shown("me", "{=X/me,me=X/me}", "{me=X/me}"), ["PUBLIC: none"]);
    }

    #[test]
    fn odd_role_names() {
        assert_eq!(shown("me", "{}", r#"{"\"we\"\"ird=role\"=r/me"}"#), [r#"we"ird=role: SELECT"#]);
    }
}
