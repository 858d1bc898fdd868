//! What the scripts of a suite change beyond their database: roles, settings of roles and of the server, rights to set them,
//! tablespaces.
//!
//! Found by the words of the scripts, also inside of `DO` blocks: a suite that has none of them need not wait for others.

use std::collections::BTreeSet;

use crate::history::{History, Script};
use crate::sql::Parts;

/// What the scripts of a suite change beyond their database.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Reach {
    /// Whether they make roles.
    creates_roles: bool,
    /// The roles that they make, by name; those whose names are made up at run time are not among them.
    roles: BTreeSet<String>,
    /// Whether they change roles, their settings among them.
    pub(super) role_settings: bool,
    /// Whether they make roles members of others, and which of the two is theirs is known.
    pub(super) memberships: bool,
    /// Whether they make or change tablespaces.
    pub(super) tablespaces: bool,
    /// Whether they change settings of the server.
    pub(super) system_settings: bool,
    /// Whether they grant rights to set settings of the server.
    pub(super) parameters: bool,
    /// Whether they change the database itself, which the tests of one process share in schema isolation.
    database: bool,
    /// Whether they name what exists once on a server and cannot be made in two databases: subscriptions, replication slots
    /// and origins, prepared transactions.
    once: bool,
    /// Whether they name what reads or writes files and programs of the server's machine, or other servers.
    outside: bool,
}

impl Reach {
    /// Whether they make roles, and change nothing else that belongs to the server.
    pub(super) fn is_only_roles(&self) -> bool {
        !(self.role_settings || self.changes_server() || self.database)
    }

    /// Whether they change what has no role and no database.
    fn changes_server(&self) -> bool {
        self.tablespaces || self.system_settings || self.parameters
    }

    /// Looks through all scripts.
    pub(crate) fn of(history: &History, setup: Option<&str>) -> Reach {
        let scripts = history.migrations().iter();
        let scripts = scripts.flat_map(|m| [Some(m.up().sql()), m.down().map(Script::sql)]);
        let mut reach = Reach::default();
        for script in scripts.chain([setup]).flatten() {
            reach.add(script);
        }
        reach
    }

    fn add(&mut self, script: &str) {
        // The end of the last statement in which `copy` was found, as far as semicolons show it.
        let mut copied = 0;
        PARTS.places(script, |part, at| match part {
            ROLE..=DATABASE => self.add_thing(script, at, part),
            GRANT => self.memberships = self.memberships || is_membership(script, at, "grant"),
            REVOKE => self.memberships = self.memberships || is_membership(script, at, "revoke"),
            COPY if at < copied || script[..at].ends_with(is_word) || goes_on(script, at + 4) => {}
            COPY => {
                let statement = script[at..].split(';').next().unwrap_or_default();
                self.outside |= is_copy_outside(statement);
                copied = at + statement.len();
            }
            SUBSCRIPTION..COPY => self.once = true,
            _ => self.outside = true,
        });
    }

    /// Adds what is named at this place, if a verb stands before it.
    fn add_thing(&mut self, script: &str, at: usize, part: usize) {
        let end = at + THINGS[part].len();
        let Some(verb) = verb_before(script, at).filter(|_| !goes_on(script, end)) else { return };
        let name = name_at(script[end..].trim_ascii_start()).unwrap_or_default();
        let is = |words: &[&str]| words.iter().any(|word| verb.eq_ignore_ascii_case(word));
        match part {
            ROLE..=GROUP if name.eq_ignore_ascii_case("mapping") => {}
            ROLE..=GROUP if is(&["alter"]) => self.role_settings = true,
            ROLE..=GROUP if is(&["create"]) && !name.is_empty() => {
                self.creates_roles = true;
                if let Some(quoted) = name.strip_prefix('"') {
                    self.roles.insert(quoted[..quoted.len() - 1].replace("\"\"", "\""));
                } else if name != "%" {
                    self.roles.insert(name.to_lowercase());
                }
            }
            ROLE..=GROUP => {}
            SYSTEM => self.system_settings |= is(&["alter"]),
            TABLESPACE => self.tablespaces |= is(&["create", "alter", "drop"]),
            PARAMETER => self.parameters |= is(&["on"]),
            _ => self.database |= is(&["alter", "on"]),
        }
    }

    /// The roles that the scripts make, by name.
    pub(super) fn roles(&self) -> impl Iterator<Item = &String> {
        self.roles.iter()
    }

    /// Whether no test of the suite can be in the way of another one, as long as each has a database of its own.
    pub(crate) fn is_empty(&self) -> bool {
        !(self.creates_roles || self.role_settings || self.changes_server())
    }

    /// Whether what they make follows from them alone, and is all in their database: then it need not be made again.
    pub(super) fn follows_from_scripts(&self) -> bool {
        self.is_empty() && !self.once && !self.outside
    }

    /// Whether several databases can go through the history at the same time, and a copy of one is like the original.
    pub(super) fn stays_in_copies(&self) -> bool {
        self.is_within_databases() && !self.once
    }

    /// Whether tests that share a database can be in the way of each other.
    pub(super) fn is_within_databases(&self) -> bool {
        self.is_empty() && !self.database
    }
}

/// What the scripts may change beyond their database, then the verbs of memberships, then what exists once on a server, then
/// what reads or writes files and other servers.
static PARTS: Parts<23> = Parts::new([
    "role",
    "user",
    "group",
    "system",
    "tablespace",
    "parameter",
    "database",
    "grant",
    "revoke",
    "subscription",
    "replication_slot",
    "replication_origin",
    "prepare transaction",
    "dblink",
    "copy",
    "pg_read_file",
    "pg_read_binary_file",
    "pg_stat_file",
    "pg_ls_",
    "lo_import",
    "lo_export",
    "foreign data wrapper",
    "foreign schema",
]);

/// The first of [`PARTS`].
const THINGS: [&str; 7] =
    ["role", "user", "group", "system", "tablespace", "parameter", "database"];
const ROLE: usize = 0;
const GROUP: usize = 2;
const SYSTEM: usize = 3;
const TABLESPACE: usize = 4;
const PARAMETER: usize = 5;
const DATABASE: usize = 6;
const GRANT: usize = 7;
const REVOKE: usize = 8;
const SUBSCRIPTION: usize = 9;
const COPY: usize = 14;

/// The verb that stands before a place, with white space between.
fn verb_before(script: &str, at: usize) -> Option<&str> {
    let before = &script[..at];
    let until = before.trim_ascii_end();
    let verbs = ["create", "alter", "drop", "on"];
    let verb = verbs.iter().find_map(|verb| {
        let start = until.len().checked_sub(verb.len())?;
        let there = until.get(start..)?;
        let is_word = !until[..start].ends_with(is_word);
        (is_word && there.eq_ignore_ascii_case(verb)).then_some(there)
    });
    verb.filter(|_| until.len() < before.len())
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a word does not end at this place.
fn goes_on(script: &str, end: usize) -> bool {
    script[end..].starts_with(is_word)
}

/// The name at the beginning of a text: quoted with its quotes, a word, or `%` as in the pattern of a `format`.
fn name_at(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let end = match bytes.first()? {
        b'"' => {
            let (mut end, mut closed) = (1, None);
            while let Some(quote) = text[end..].find('"') {
                end += quote + 1;
                // Not an empty one.
                closed = Some(end).filter(|end| *end > 2);
                if bytes.get(end) != Some(&b'"') {
                    break;
                }
                end += 1;
            }
            closed?
        }
        b'%' => 1,
        first if first.is_ascii_alphabetic() || *first == b'_' => {
            bytes.iter().take_while(|byte| is_word(char::from(**byte)) || **byte == b'$').count()
        }
        _ => return None,
    };
    Some(&text[..end])
}

/// Whether a text that begins with `COPY`, up to a semicolon, copies from or to a file or a program.
fn is_copy_outside(statement: &str) -> bool {
    static DIRECTIONS: Parts<2> = Parts::new(["from", "to"]);
    let mut found = false;
    DIRECTIONS.places(statement, |part, at| {
        let rest = &statement[at + ["from", "to"][part].len()..];
        let place = rest.trim_ascii_start();
        let begins = |word: &str| {
            place.get(..word.len()).is_some_and(|there| there.eq_ignore_ascii_case(word))
        };
        found |= !statement[..at].ends_with(is_word)
            && place.len() < rest.len()
            && (begins("'") || begins("e'") || begins("program") && !goes_on(place, 7));
    });
    found
}

/// Whether `GRANT a, b TO` stands here: what is granted is a role.
fn is_membership(script: &str, at: usize, verb: &str) -> bool {
    let mut rest = &script[at + verb.len()..];
    if script[..at].ends_with(is_word) || !rest.starts_with(|c: char| c.is_ascii_whitespace()) {
        return false;
    }
    loop {
        rest = rest.trim_ascii_start();
        let Some(name) = name_at(rest) else { return false };
        // In the pattern of a `format`, `%I`.
        let of_pattern = |b: &u8| name == "%" && (is_word(char::from(*b)) || *b == b'$');
        let letters = rest[name.len()..].bytes().take_while(of_pattern);
        rest = &rest[name.len() + letters.count()..];
        let next = rest.trim_ascii_start();
        if let Some(more) = next.strip_prefix(',') {
            rest = more;
            continue;
        }
        let ends = |word: &str| {
            next.get(..word.len()).is_some_and(|there| there.eq_ignore_ascii_case(word))
                && !goes_on(next, word.len())
        };
        return next.len() < rest.len() && (ends("to") || ends("from"));
    }
}

#[cfg(test)]
mod tests {
    use regex_lite::Regex;

    use super::*;

    fn reach(script: &str) -> Reach {
        let mut reach = Reach::default();
        reach.add(script);
        reach
    }

    #[test]
    fn roles_are_found_by_name() {
        let made =
            reach("CREATE ROLE App; create user \"Web\"\"App\" LOGIN; EXECUTE 'CREATE ROLE ' || r");
        assert!(made.creates_roles);
        assert_eq!(made.roles().collect::<Vec<_>>(), ["Web\"App", "app"]);
        assert!(reach("DO $$ BEGIN EXECUTE format('CREATE ROLE %I', r); END $$").creates_roles);
        assert!(reach("CREATE USER MAPPING FOR app SERVER s").is_empty());
        for script in ["GRANT reader TO app", "EXECUTE format('revoke %I from %I', a, b)"] {
            assert!(reach(script).memberships, "{script}");
        }
        for script in ["GRANT SELECT, INSERT ON t TO app", "REVOKE ALL ON SCHEMA s FROM app"] {
            assert!(!reach(script).memberships, "{script}");
        }
    }

    /// The same by patterns, which take a thousand times as long.
    fn by_patterns(script: &str) -> String {
        let things = Regex::new(
            r#"(?i:\b(create|alter|drop|on)\s+(role|user|group|system|tablespace|parameter|database)\b)\s*("(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*|%)?"#,
        );
        let memberships = Regex::new(
            r#"(?i)\b(?:grant|revoke)\s+(?:"(?:[^"]|"")+"|[a-z_%][a-z0-9_$]*)(?:\s*,\s*(?:"(?:[^"]|"")+"|[a-z_%][a-z0-9_$]*))*\s+(?:to|from)\b"#,
        );
        let (things, mut found) = (things.unwrap(), Vec::new());
        let mut from = 0;
        while let Some(one) = things.captures_at(script, from) {
            from = one.get(0).unwrap().start() + 1;
            let (verb, what) = (one[1].to_ascii_lowercase(), one[2].to_ascii_lowercase());
            let name = one.get(3).map_or("", |name| name.as_str());
            found.push(match (verb.as_str(), what.as_str()) {
                (_, "role" | "user" | "group") if name.eq_ignore_ascii_case("mapping") => continue,
                ("create", "role" | "user" | "group") if !name.is_empty() => "creates",
                ("alter", "role" | "user" | "group") => "role_settings",
                ("alter", "system") => "system_settings",
                ("create" | "alter" | "drop", "tablespace") => "tablespaces",
                ("on", "parameter") => "parameters",
                ("alter" | "on", "database") => "database",
                _ => continue,
            });
        }
        if memberships.unwrap().is_match(script) {
            found.push("memberships");
        }
        let files = Regex::new(r"(?is)\bcopy\b[^;]*?\b(?:from|to)\s+(?:program\b|e?')");
        if files.unwrap().is_match(script) {
            found.push("outside");
        }
        found.sort_unstable();
        found.dedup();
        found.join(" ")
    }

    #[test]
    fn patterns_find_the_same() {
        const PIECES: [&str; 39] = [
            "create",
            "ALTER",
            "drop",
            "on",
            " role",
            " user",
            " group ",
            " system",
            " tablespace ",
            " parameter",
            " database",
            " ",
            "\n ",
            "a",
            "\"A\"",
            "\"a \"\"b\"",
            "\"",
            "%",
            "%I",
            "mapping",
            "grant",
            "REVOKE ",
            "grant ",
            ",",
            " , ",
            " to",
            " from ",
            "ä",
            "_",
            "1",
            "$",
            "'",
            ";",
            " to ",
            "x ",
            "copy",
            "COPY ",
            " program",
            "e'",
        ];
        let mut random = fastrand::Rng::with_seed(1);
        let mut some = 0;
        for _ in 0..5_000 {
            let script: String =
                (0..random.usize(..10)).map(|_| PIECES[random.usize(..PIECES.len())]).collect();
            let found = reach(&script);
            let mut names = vec![
                (found.creates_roles, "creates"),
                (found.role_settings, "role_settings"),
                (found.system_settings, "system_settings"),
                (found.tablespaces, "tablespaces"),
                (found.parameters, "parameters"),
                (found.database, "database"),
                (found.memberships, "memberships"),
                (found.outside, "outside"),
            ];
            names.retain(|(is, _)| *is);
            names.sort_unstable_by_key(|(_, name)| *name);
            let names: Vec<&str> = names.into_iter().map(|(_, name)| name).collect();
            some += usize::from(!names.is_empty());
            assert_eq!(names.join(" "), by_patterns(&script), "{script:?}");
        }
        assert!(some > 100, "{some}");
    }

    #[test]
    fn what_a_copy_does_not_hold() {
        for script in [
            "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)",
            "SELECT pg_create_logical_replication_slot('s', 'pgoutput')",
            "PREPARE TRANSACTION 'a'",
            "CREATE ROLE a",
            "GRANT CONNECT ON DATABASE shop TO a",
        ] {
            assert!(!reach(script).stays_in_copies(), "{script}");
        }
        assert!(reach("CREATE TABLE prepared (role text)").stays_in_copies());
    }

    #[test]
    fn what_follows_from_more_than_the_scripts() {
        for script in [
            "COPY countries FROM '/srv/countries.csv'",
            "copy (SELECT 1) to program 'cat'",
            "INSERT INTO t SELECT pg_read_file('/srv/t')",
            "CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw",
            "SELECT dblink('dbname=other', 'SELECT 1')",
            "CREATE ROLE app",
        ] {
            assert!(!reach(script).follows_from_scripts(), "{script}");
        }
        for script in ["COPY t FROM stdin", "CREATE TABLE copy (a int); SELECT 1 FROM t"] {
            assert!(reach(script).follows_from_scripts(), "{script}");
        }
    }

    #[test]
    fn what_no_database_isolates() {
        for script in [
            "ALTER ROLE CURRENT_USER SET search_path = a",
            "EXECUTE format('ALTER USER %I SET work_mem = 1', u)",
            "ALTER SYSTEM SET work_mem = 1",
            "CREATE TABLESPACE fast LOCATION '/x'",
        ] {
            assert!(!reach(script).is_empty(), "{script}");
        }
        for script in ["CREATE TABLE role (system text)", "ALTER USER MAPPING FOR a SERVER s"] {
            assert!(reach(script).is_within_databases(), "{script}");
        }
        let database = reach("ALTER DATABASE shop SET work_mem = 1");
        assert!(database.is_empty() && !database.is_within_databases());
        assert!(!reach("GRANT CONNECT ON DATABASE shop TO a").is_within_databases());
    }
}
