//! What the scripts of a suite change beyond their database: roles, settings of roles and of the server, tablespaces.
//!
//! Found by the words of the scripts, also inside of `DO` blocks: a suite that has none of them need not wait for others.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex_lite::Regex;

use crate::history::{History, Script};

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
        !(self.role_settings || self.tablespaces || self.system_settings || self.database)
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
        const ONCE: [&str; 5] = [
            "subscription",
            "replication_slot",
            "replication_origin",
            "prepare transaction",
            "dblink",
        ];
        const OUTSIDE: [&str; 8] = [
            "pg_read_file",
            "pg_read_binary_file",
            "pg_stat_file",
            "pg_ls_",
            "lo_import",
            "lo_export",
            "foreign data wrapper",
            "foreign schema",
        ];
        static FILES: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?is)\bcopy\b[^;]*?\b(?:from|to)\s+(?:program\b|e?')")
                .expect("the pattern is valid")
        });
        static WORDS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r#"(?i:\b(create|alter|drop|on)\s+(role|user|group|system|tablespace|database)\b)\s*("(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*|%)?"#,
            )
            .expect("the pattern is valid")
        });
        static MEMBERSHIP: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r#"(?i)\b(?:grant|revoke)\s+(?:"(?:[^"]|"")+"|[a-z_%][a-z0-9_$]*)(?:\s*,\s*(?:"(?:[^"]|"")+"|[a-z_%][a-z0-9_$]*))*\s+(?:to|from)\b"#,
            )
            .expect("the pattern is valid")
        });
        let lower = script.to_ascii_lowercase();
        // The patterns take far longer than the search for a word.
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        self.memberships |= has(&["grant", "revoke"]) && MEMBERSHIP.is_match(script);
        self.once |= has(&ONCE);
        self.outside |= has(&OUTSIDE) || has(&["copy"]) && FILES.is_match(script);
        if !may_name_things_of_the_server(&lower) {
            return;
        }
        for found in WORDS.captures_iter(script) {
            let (verb, what) = (found[1].to_ascii_lowercase(), found[2].to_ascii_lowercase());
            let name = found.get(3).map_or("", |name| name.as_str());
            match (verb.as_str(), what.as_str()) {
                (_, "role" | "user" | "group") if name.eq_ignore_ascii_case("mapping") => {}
                ("create", "role" | "user" | "group") if !name.is_empty() => {
                    self.creates_roles = true;
                    if let Some(quoted) = name.strip_prefix('"') {
                        self.roles.insert(quoted[..quoted.len() - 1].replace("\"\"", "\""));
                    } else if name != "%" {
                        self.roles.insert(name.to_lowercase());
                    }
                }
                ("alter", "role" | "user" | "group") => self.role_settings = true,
                ("alter", "system") => self.system_settings = true,
                ("create" | "alter" | "drop", "tablespace") => self.tablespaces = true,
                ("alter" | "on", "database") => self.database = true,
                _ => {}
            }
        }
    }

    /// The roles that the scripts make, by name.
    pub(super) fn roles(&self) -> impl Iterator<Item = &String> {
        self.roles.iter()
    }

    /// Whether no test of the suite can be in the way of another one, as long as each has a database of its own.
    pub(crate) fn is_empty(&self) -> bool {
        !(self.creates_roles || self.role_settings || self.tablespaces || self.system_settings)
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

/// Whether the pattern for roles and the like may match: a pair of words, in lower case, is there.
fn may_name_things_of_the_server(script: &str) -> bool {
    const VERBS: [&str; 4] = ["create", "alter", "drop", "on"];
    const THINGS: [&str; 6] = ["role", "user", "group", "system", "tablespace", "database"];
    let mut before = "";
    script.split_whitespace().any(|word| {
        let verb = std::mem::replace(&mut before, word);
        THINGS.iter().any(|thing| word.starts_with(thing))
            && VERBS.iter().any(|end| verb.ends_with(end))
    })
}

#[cfg(test)]
mod tests {
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
