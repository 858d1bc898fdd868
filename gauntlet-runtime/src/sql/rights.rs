//! The rights that a statement needs besides the ownership of what it changes.
//!
//! Leaves out what follows from the objects themselves: their owners and the privileges on them.

use super::{Statement, Token, tokens};

/// What a role has to be to run a statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Right {
    /// A superuser.
    Superuser,
    /// A role with `CREATEROLE`, or the named role itself.
    CreateRole(Option<String>),
    /// A member of this role, or the role itself.
    Member(String),
    /// The owner of the database.
    OwnDatabase,
    /// A role that may create in the database.
    CreateInDatabase,
    /// A superuser; where the extension is trusted, a role that may create in the database.
    Extension(String),
    /// A superuser, or since PostgreSQL 16 a member of `pg_create_subscription`.
    Subscription,
}

/// The rights that a statement needs, all of them.
pub(crate) fn rights(statement: &Statement<'_>) -> Vec<Right> {
    let tokens = tokens(statement.text).filter(|token| !token.kind.is_trivia()).collect();
    let all = Words(tokens);
    let mut rights = match all.0.first().map(|token| token.text.to_ascii_lowercase()).as_deref() {
        Some("create") => of_create(&all),
        Some("alter") => of_alter(&all),
        Some("drop") => of_drop(&all),
        Some("comment") => of_comment(&all),
        Some("grant" | "revoke") => of_grant(&all),
        Some("set") if all.at(1, "role") => all.member_at(2),
        Some("set") if all.has(&["session", "authorization"]) => vec![Right::Superuser],
        Some("reassign") => [all.members_behind(&["by"]), all.members_behind(&["to"])].concat(),
        _ => Vec::new(),
    };
    if all.at(0, "alter") {
        rights.extend(all.members_behind(&["owner", "to"]));
    }
    rights
}

fn of_create(all: &Words<'_>) -> Vec<Right> {
    let kind = if all.at(1, "or") { 3 } else { 1 };
    let is = |words: &[&str]| all.stand_at(kind, words);
    let for_superusers = [
        &["event", "trigger"][..],
        &["foreign", "data", "wrapper"],
        &["access", "method"],
        &["operator", "class"],
        &["operator", "family"],
        &["tablespace"],
        &["language"],
        &["procedural", "language"],
        &["trusted", "language"],
        &["trusted", "procedural", "language"],
        &["text", "search", "parser"],
        &["text", "search", "template"],
    ];
    let superuser = for_superusers.iter().any(|words| is(words))
        || (is(&["cast"]) && all.has(&["without", "function"]))
        || (is(&["type"]) && all.is_base_type(kind + 1))
        || ((is(&["function"]) || is(&["procedure"])) && all.is_untrusted());
    if superuser {
        vec![Right::Superuser]
    } else if is(&["extension"]) {
        all.extension_at(kind + 1)
    } else if is(&["publication"]) {
        let wide = all.has(&["all", "tables"]) || all.has(&["tables", "in", "schema"]);
        vec![if wide { Right::Superuser } else { Right::CreateInDatabase }]
    } else if is(&["subscription"]) {
        vec![Right::Subscription]
    } else if all.is_role_at(kind) {
        vec![if all.gives_power() { Right::Superuser } else { Right::CreateRole(None) }]
    } else if is(&["schema"]) {
        let mut rights = vec![Right::CreateInDatabase];
        rights.extend(all.members_behind(&["authorization"]));
        rights
    } else {
        Vec::new()
    }
}

fn of_alter(all: &Words<'_>) -> Vec<Right> {
    let is = |words: &[&str]| all.stand_at(1, words);
    let superuser = is(&["event", "trigger"])
        || is(&["foreign", "data", "wrapper"])
        || is(&["operator", "family"])
        || is(&["system"])
        || (is(&["publication"])
            && (all.at(3, "add") || all.at(3, "set"))
            && all.has(&["tables", "in", "schema"]));
    if superuser {
        vec![Right::Superuser]
    } else if is(&["extension"]) {
        all.extension_at(2)
    } else if all.is_role_at(1) {
        let own = (all.at(3, "set") || all.at(3, "reset") || all.at(3, "in"))
            .then(|| all.name_at(2))
            .flatten();
        match own {
            Some(name) if is_whoever_runs(&name) => Vec::new(),
            _ if all.at(2, "all") || all.gives_power() => vec![Right::Superuser],
            own => vec![Right::CreateRole(own)],
        }
    } else if is(&["database"]) {
        vec![Right::OwnDatabase]
    } else if is(&["default", "privileges"]) {
        [all.members_behind(&["for", "role"]), all.members_behind(&["for", "user"])].concat()
    } else {
        Vec::new()
    }
}

fn of_drop(all: &Words<'_>) -> Vec<Right> {
    let is = |words: &[&str]| all.stand_at(1, words);
    if is(&["event", "trigger"])
        || is(&["foreign", "data", "wrapper"])
        || is(&["access", "method"])
        || is(&["tablespace"])
    {
        vec![Right::Superuser]
    } else if is(&["extension"]) {
        all.extension_at(2)
    } else if is(&["owned"]) {
        all.members_behind(&["by"])
    } else if is(&["database"]) {
        vec![Right::OwnDatabase]
    } else if all.is_role_at(1) {
        vec![Right::CreateRole(None)]
    } else {
        Vec::new()
    }
}

fn of_comment(all: &Words<'_>) -> Vec<Right> {
    let is = |words: &[&str]| all.stand_at(2, words);
    if is(&["event", "trigger"])
        || is(&["foreign", "data", "wrapper"])
        || is(&["access", "method"])
        || is(&["tablespace"])
    {
        vec![Right::Superuser]
    } else if is(&["database"]) {
        vec![Right::OwnDatabase]
    } else if is(&["extension"]) {
        all.extension_at(3)
    } else if is(&["role"]) {
        vec![Right::CreateRole(None)]
    } else {
        Vec::new()
    }
}

fn of_grant(all: &Words<'_>) -> Vec<Right> {
    if all.has(&["on", "database"]) {
        vec![Right::OwnDatabase]
    } else if all.has(&["on", "parameter"]) || all.has(&["on", "tablespace"]) {
        vec![Right::Superuser]
    } else {
        Vec::new()
    }
}

/// Returns true for the words that stand for the role that runs the statement.
fn is_whoever_runs(name: &str) -> bool {
    matches!(name, "current_user" | "current_role" | "session_user" | "none")
}

/// The tokens of a statement without white space and comments.
struct Words<'a>(Vec<Token<'a>>);

impl Words<'_> {
    fn at(&self, at: usize, word: &str) -> bool {
        self.0.get(at).is_some_and(|token| token.is_word(word))
    }

    fn stand_at(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, word)| self.at(at + n, word))
    }

    fn place(&self, words: &[&str]) -> Option<usize> {
        (0..self.0.len()).rfind(|at| self.stand_at(*at, words))
    }

    fn has(&self, words: &[&str]) -> bool {
        self.place(words).is_some()
    }

    fn name_at(&self, at: usize) -> Option<String> {
        self.0.get(at).and_then(Token::name)
    }

    /// The place behind `IF EXISTS` or `IF NOT EXISTS`.
    fn behind_if(&self, at: usize) -> usize {
        if self.stand_at(at, &["if", "not", "exists"]) {
            at + 3
        } else if self.stand_at(at, &["if", "exists"]) {
            at + 2
        } else {
            at
        }
    }

    fn extension_at(&self, at: usize) -> Vec<Right> {
        self.name_at(self.behind_if(at)).map(Right::Extension).into_iter().collect()
    }

    /// The named role, unless it is the one that runs the statement.
    fn member_at(&self, at: usize) -> Vec<Right> {
        let name = self.name_at(at).filter(|name| !is_whoever_runs(name));
        name.map(Right::Member).into_iter().collect()
    }

    /// The roles of the list behind these words.
    fn members_behind(&self, words: &[&str]) -> Vec<Right> {
        let Some(place) = self.place(words) else { return Vec::new() };
        let mut at = place + words.len();
        let mut members = self.member_at(at);
        while self.0.get(at + 1).is_some_and(|token| token.is_mark(",")) {
            at += 2;
            members.extend(self.member_at(at));
        }
        members
    }

    fn is_role_at(&self, at: usize) -> bool {
        let user = self.at(at, "user") && !self.at(at + 1, "mapping");
        user || self.at(at, "role") || self.at(at, "group")
    }

    /// Returns true if a role gets what only a superuser may give.
    fn gives_power(&self) -> bool {
        ["superuser", "replication", "bypassrls"].iter().any(|word| self.has(&[word]))
    }

    /// Returns true if parentheses follow the name: `CREATE TYPE a.b (INPUT = …)`.
    fn is_base_type(&self, name: usize) -> bool {
        let qualified = self.0.get(name + 1).is_some_and(|token| token.is_mark("."));
        self.0
            .get(if qualified { name + 3 } else { name + 1 })
            .is_some_and(|token| token.is_mark("("))
    }

    /// Returns true for a function that only a superuser may create: one of the server's own code, or a leakproof one.
    fn is_untrusted(&self) -> bool {
        let language = self.place(&["language"]).and_then(|at| self.0.get(at + 1));
        let language = language.map(|token| token.text.trim_matches(['\'', '"']));
        matches!(language, Some("c" | "C" | "internal" | "plperlu" | "plpython3u" | "pltclu"))
            || self.place(&["leakproof"]).is_some_and(|at| at > 0 && !self.at(at - 1, "not"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::split;
    use super::*;

    #[track_caller]
    fn check(statement: &str, expected: &[Right]) {
        assert_eq!(rights(&split(statement)[0]), expected, "{statement}");
    }

    fn member(name: &str) -> Right {
        Right::Member(name.to_owned())
    }

    #[test]
    fn for_superusers() {
        for statement in [
            "CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f()",
            "DROP EVENT TRIGGER e",
            "COMMENT ON EVENT TRIGGER e IS 'x'",
            "CREATE OR REPLACE PROCEDURAL LANGUAGE l HANDLER h",
            "CREATE TYPE s.t (INPUT = i, OUTPUT = o)",
            "CREATE CAST (a AS b) WITHOUT FUNCTION",
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE internal AS 'x'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT 1'",
            "CREATE PUBLICATION p FOR ALL TABLES",
            "ALTER PUBLICATION p ADD TABLES IN SCHEMA s",
            "CREATE ROLE r SUPERUSER",
            "ALTER ROLE ALL SET work_mem = '9MB'",
            "SET SESSION AUTHORIZATION r",
        ] {
            check(statement, &[Right::Superuser]);
        }
    }

    #[test]
    fn for_other_roles() {
        check("CREATE EXTENSION IF NOT EXISTS \"A b\"", &[Right::Extension("A b".to_owned())]);
        check("DROP EXTENSION IF EXISTS hstore", &[Right::Extension("hstore".to_owned())]);
        check("COMMENT ON EXTENSION hstore IS 'x'", &[Right::Extension("hstore".to_owned())]);
        check("CREATE PUBLICATION p FOR TABLE t", &[Right::CreateInDatabase]);
        check("CREATE SCHEMA s AUTHORIZATION r", &[Right::CreateInDatabase, member("r")]);
        check("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", &[Right::Subscription]);
        check("CREATE ROLE r", &[Right::CreateRole(None)]);
        check("DROP ROLE r", &[Right::CreateRole(None)]);
        check("ALTER ROLE r NOLOGIN", &[Right::CreateRole(None)]);
        check("ALTER ROLE r SET work_mem = '9MB'", &[Right::CreateRole(Some("r".to_owned()))]);
        check("ALTER DATABASE d SET work_mem = '9MB'", &[Right::OwnDatabase]);
        check("COMMENT ON DATABASE d IS 'x'", &[Right::OwnDatabase]);
        check("REVOKE CONNECT ON DATABASE d FROM PUBLIC", &[Right::OwnDatabase]);
        check("ALTER TABLE \"owner\" OWNER TO \"R\"", &[member("R")]);
        check("ALTER FUNCTION f(int) OWNER TO r", &[member("r")]);
        check("SET ROLE r", &[member("r")]);
        check(
            "ALTER DEFAULT PRIVILEGES FOR ROLE a, b IN SCHEMA s GRANT SELECT ON TABLES TO c",
            &[member("a"), member("b")],
        );
    }

    #[test]
    fn for_every_owner() {
        for statement in [
            "CREATE TABLE t (owner int, superuser int)",
            "CREATE TYPE t AS (a int)",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql NOT LEAKPROOF AS 'SELECT 1'",
            "CREATE CAST (a AS b) WITH FUNCTION f(a)",
            "ALTER TABLE t OWNER TO CURRENT_USER",
            "ALTER ROLE CURRENT_USER SET work_mem = '9MB'",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r",
            "ALTER USER MAPPING FOR r SERVER s OPTIONS (a 'b')",
            "COMMENT ON TABLE t IS 'CREATE EXTENSION hstore'",
            "GRANT SELECT ON t TO r",
            "SET ROLE NONE",
            "RESET ROLE",
            "DROP TABLE role",
        ] {
            check(statement, &[]);
        }
    }
}
