//! The statements of a SQL model that are run, set aside or refused.
//!
//! A file that `psql` would load loads here too. The rule: a statement that says something of the schema is run, and
//! when it fails the model fails. Set aside, and reported, is only what cannot be said on this server and is no part of
//! the schema: owners and grants of roles that do not exist, settings that the server does not know, statements about
//! the database as a whole. In a schema of its own, what would reach outside of it is refused.

use crate::sql::{self, TokenKind};

/// The treatment of a statement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Run,
    /// Not run, and reported with the reason.
    SetAside(String),
    /// The model does not load, and this is why.
    Refuse(String),
}

/// A `psql` command and its place.
pub(super) struct MetaCommand {
    pub(super) text: String,
    pub(super) offset: usize,
}

/// How a statement failed.
pub(super) struct Failed<'a> {
    /// SQLSTATE.
    pub(super) code: &'a str,
    pub(super) message: &'a str,
}

impl Failed<'_> {
    /// The role that does not exist, unquoted.
    pub(super) fn missing_role(&self) -> Option<&str> {
        role(self.message)?.strip_prefix('"')?.strip_suffix('"')
    }
}

/// Blanks the `psql` commands (`\restrict`, which newer versions of `pg_dump` write); offsets stay as they are.
pub(super) fn without_meta_commands(text: &str) -> (String, Vec<MetaCommand>) {
    let (_, commands) = sql::split_psql(text);
    let mut blanked = text.to_owned();
    for command in &commands {
        blanked.replace_range(command.offset..command.end(), &" ".repeat(command.text.len()));
    }
    let commands = commands.into_iter();
    (blanked, commands.map(|c| MetaCommand { text: c.text.to_owned(), offset: c.offset }).collect())
}

/// `\restrict` and its like say nothing of the schema; `\connect` leads to the database that was made for the model.
pub(super) fn meta_command(command: &str) -> Verdict {
    let word = command.split_whitespace().next().unwrap_or_default();
    match word {
        r"\restrict" | r"\unrestrict" | r"\echo" | r"\qecho" | r"\timing" | r"\pset"
        | r"\encoding" => Verdict::Run,
        r"\connect" | r"\c" => Verdict::SetAside(ABOUT_DATABASE.to_owned()),
        _ => Verdict::Refuse(format!(
            "`{word}` is a command of psql, not SQL; write what it stands for into the file"
        )),
    }
}

const ABOUT_DATABASE: &str =
    "it is about the database as a whole, and the model has one of its own";

/// The schemas of others, and how the suite gets databases instead.
pub(super) type Others<'a> = (&'a [String], &'a str);

/// What is known of a statement before it runs. `others` is given in schema isolation.
pub(super) fn before(statement: &str, others: Option<Others<'_>>) -> Verdict {
    let words = Words::of(statement);
    if words.begin(&["CREATE", "DATABASE"])
        || words.begin(&["ALTER", "DATABASE"])
        || words.begin(&["DROP", "DATABASE"])
        || words.begin(&["COMMENT", "ON", "DATABASE"])
        || words.begin(&["GRANT"]) && words.has_pair("ON", "DATABASE")
        || words.begin(&["REVOKE"]) && words.has_pair("ON", "DATABASE")
        || words.begin(&["ALTER", "ROLE"]) && words.has_pair("IN", "DATABASE")
    {
        return Verdict::SetAside(ABOUT_DATABASE.to_owned());
    }
    if words.begin(&["COPY"]) && words.has("STDIN") {
        return Verdict::Refuse(
            "the file holds data; a model is a schema, as `pg_dump --schema-only` writes it".into(),
        );
    }
    let of_server = ["ROLE", "USER", "GROUP", "TABLESPACE", "SYSTEM"];
    let changes =
        |thing| ["CREATE", "ALTER", "DROP"].iter().any(|verb| words.begin(&[verb, thing]));
    if of_server.into_iter().any(changes) && !words.has_pair("USER", "MAPPING") {
        return Verdict::Refuse(
            "it belongs to the server as a whole, and no model changes that; `setup` can".into(),
        );
    }
    match others {
        Some(others) => in_own_schema(statement, &words, others),
        None => Verdict::Run,
    }
}

fn in_own_schema(statement: &str, words: &Words, (foreign, own_database): Others<'_>) -> Verdict {
    let sets_path = words.begin(&["SET"]) && words.has("SEARCH_PATH")
        || words.begin(&["SELECT"])
            && statement.contains("set_config")
            && statement.contains("search_path");
    if sets_path {
        return Verdict::SetAside(
            "with isolation = \"schema\" the search path is the test's own schema".into(),
        );
    }
    if words.begin(&["CREATE", "EXTENSION"]) || words.begin(&["COMMENT", "ON", "EXTENSION"]) {
        return Verdict::SetAside(
            "with isolation = \"schema\" extensions belong to the database, which is not the tests' own".into(),
        );
    }
    let is_public = words.begin(&["CREATE", "SCHEMA", "PUBLIC"])
        || words.begin(&["COMMENT", "ON", "SCHEMA", "PUBLIC"])
        || words.begin(&["ALTER", "SCHEMA", "PUBLIC"]);
    if is_public {
        return Verdict::SetAside(
            "with isolation = \"schema\" the test's own schema takes the place of public".into(),
        );
    }
    // As a model that was written from head says what belongs to the database.
    if words.begin(&["DO"]) && statement.contains("current_database()") {
        return Verdict::SetAside(
            "with isolation = \"schema\" the database is not the test's own".into(),
        );
    }
    if words.begin(&["CREATE", "SCHEMA"]) || words.begin(&["DROP", "SCHEMA"]) {
        return Verdict::Refuse(format!(
            "with isolation = \"schema\" the model has one schema only, its own\n\
             help: {own_database}"
        ));
    }
    match sql::qualifiers(statement).into_iter().find(|name| foreign.contains(name)) {
        Some(schema) => Verdict::Refuse(format!(
            "with isolation = \"schema\" the model is loaded into a schema of its own, but this names the schema {schema}, \
             which is not the tests' to change\n\
             help: write names without their schema (GAUNTLET_BLESS=1 does), or {own_database}"
        )),
        None => Verdict::Run,
    }
}

/// Whether what stands behind a statement may be read otherwise because of it, so that both cannot be sent together.
pub(super) fn changes_reading(statement: &str) -> bool {
    begins(statement, "SET") || statement.contains("set_config")
}

fn begins(statement: &str, word: &str) -> bool {
    sql::tokens(statement).find(|token| !token.kind.is_trivia()).is_some_and(|t| t.is_word(word))
}

/// The reason to set a failed statement aside; `None` when the model fails with it.
pub(super) fn after(statement: &str, failed: &Failed<'_>) -> Option<String> {
    let words = Words::of(statement);
    let about_roles = words.begin(&["GRANT"])
        || words.begin(&["REVOKE"])
        || words.begin(&["ALTER", "DEFAULT", "PRIVILEGES"])
        || words.begin(&["SET", "ROLE"])
        || words.begin(&["SET", "SESSION", "AUTHORIZATION"])
        || words.begin(&["ALTER"]) && words.has_pair("OWNER", "TO");
    let setting = words.begin(&["SET"]) || statement.contains("set_config");
    match failed.code {
        // undefined_object
        "42704" if about_roles => role(failed.message).map(|role| {
            format!(
                "role {role} does not exist on this server, so what it owns and may do is not part of the model; \
                 a role that `setup` or a migration makes would be"
            )
        }),
        "42704" if setting => Some(format!("this server does not know the setting: {}", failed.message)),
        // duplicate_schema
        "42P06" if words.begin(&["CREATE", "SCHEMA", "PUBLIC"]) => {
            Some("every database has a schema public already".to_owned())
        }
        // insufficient_privilege
        "42501"
            if about_roles
                || words.begin(&["COMMENT", "ON", "EXTENSION"])
                || words.begin(&["COMMENT", "ON", "SCHEMA"]) =>
        {
            Some(format!("the tests' role may not say it: {}", failed.message))
        }
        _ => None,
    }
}

/// Advice on a failure, beyond PostgreSQL's own hint.
pub(super) fn hint(failed: &Failed<'_>, makes_roles: bool) -> Option<&'static str> {
    match failed.code {
        "42704" if role(failed.message).is_some() => Some(if makes_roles {
            "make the role in the suite's `setup` file"
        } else {
            "let an administrator create the role on this server: the role of the tests may not"
        }),
        // duplicate_table, duplicate_object, duplicate_function, duplicate_schema
        "42P07" | "42710" | "42723" | "42P06" => Some(
            "a model starts at base, where everything that `setup` or the engine makes exists already",
        ),
        _ => None,
    }
}

/// The role's name, quoted, in `role "app" does not exist`.
fn role(message: &str) -> Option<&str> {
    message.strip_prefix("role ")?.strip_suffix(" does not exist")
}

/// The words of a statement, outside of quotes and comments, in capitals.
struct Words(Vec<String>);

impl Words {
    fn of(statement: &str) -> Words {
        let words = sql::tokens(statement).filter(|token| token.kind == TokenKind::Word);
        Words(words.map(|word| word.text.to_ascii_uppercase()).collect())
    }

    fn begin(&self, words: &[&str]) -> bool {
        self.0.len() >= words.len() && self.0.iter().zip(words).all(|(a, b)| a == b)
    }

    fn has(&self, word: &str) -> bool {
        self.0.iter().any(|w| w == word)
    }

    fn has_pair(&self, first: &str, second: &str) -> bool {
        self.0.windows(2).any(|pair| pair[0] == first && pair[1] == second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_commands_are_lines_between_statements() {
        let text = "\\restrict abc'; DROP\nSELECT E'\n\\connect x\n';\n\\connect y\n";
        let (sql, commands) = without_meta_commands(text);
        assert_eq!(sql.len(), text.len());
        let texts: Vec<_> = commands.iter().map(|c| (c.text.as_str(), c.offset)).collect();
        assert_eq!(texts, [("\\restrict abc'; DROP", 0), ("\\connect y", 45)]);
        let statements: Vec<_> = sql::split(&sql).iter().map(|s| s.text).collect();
        assert_eq!(statements, ["SELECT E'\n\\connect x\n'"]);
    }

    #[track_caller]
    fn check_before(statement: &str, others: Option<Others<'_>>, expected: &str) {
        let verdict = match before(statement, others) {
            Verdict::Run => "run",
            Verdict::SetAside(_) => "aside",
            Verdict::Refuse(_) => "refuse",
        };
        assert_eq!(verdict, expected, "{statement}");
    }

    #[test]
    fn what_is_known_before() {
        check_before("CREATE DATABASE shop OWNER shop", None, "aside");
        check_before("GRANT CONNECT ON DATABASE shop TO app", None, "aside");
        check_before("ALTER ROLE app IN DATABASE shop SET work_mem = '8MB'", None, "aside");
        check_before("CREATE TABLE public.users (id int)", None, "run");
        check_before("CREATE ROLE app", None, "refuse");
        check_before("CREATE USER MAPPING FOR app SERVER s", None, "run");
        check_before("COPY users (id) FROM stdin", None, "refuse");
        check_before("SELECT pg_catalog.set_config('search_path', '', false)", None, "run");
    }

    #[test]
    fn what_goes_to_the_server_together() {
        assert!(changes_reading("SET standard_conforming_strings = off"));
        assert!(changes_reading("SELECT pg_catalog.set_config('search_path', '', false)"));
        assert!(!changes_reading("ALTER TABLE t ALTER a SET NOT NULL"));
    }

    #[test]
    fn an_own_schema_is_not_left() {
        let foreign = ["public".to_owned(), "audit".to_owned()];
        let check = |statement, expected| check_before(statement, Some((&foreign, "")), expected);
        check("SELECT pg_catalog.set_config('search_path', '', false)", "aside");
        check("SET search_path = public", "aside");
        check("CREATE TABLE public.users (id int)", "refuse");
        check("CREATE TABLE \"public\" . users (id int)", "refuse");
        check("CREATE TABLE PUBLIC.users (id int)", "refuse");
        check("CREATE TABLE users (id int DEFAULT 1.5, t text DEFAULT 'public.x')", "run");
        check("CREATE VIEW v AS SELECT u.id FROM users u", "run");
        check(
            "DO $$BEGIN EXECUTE format('COMMENT ON DATABASE %I IS NULL', current_database()); END$$",
            "aside",
        );
        check("CREATE SCHEMA extra", "refuse");
        check("CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public", "aside");
    }

    #[track_caller]
    fn check_after(statement: &str, code: &str, message: &str, aside: bool) {
        let why = after(statement, &Failed { code, message });
        assert_eq!(why.is_some(), aside, "{statement}: {why:?}");
    }

    #[test]
    fn roles_that_do_not_exist() {
        let missing = "role \"app\" does not exist";
        check_after("ALTER TABLE users OWNER TO app", "42704", missing, true);
        check_after("GRANT SELECT ON users TO app", "42704", missing, true);
        check_after("CREATE POLICY p ON users TO app USING (true)", "42704", missing, false);
        check_after("CREATE SCHEMA s AUTHORIZATION app", "42704", missing, false);
        check_after(
            "ALTER TABLE users OWNER TO app",
            "42P01",
            "relation \"users\" does not exist",
            false,
        );
        let message = "unrecognized configuration parameter \"transaction_timeout\"";
        check_after("SET transaction_timeout = 0", "42704", message, true);
        check_after("CREATE TABLE t (m mood)", "42704", "type \"mood\" does not exist", false);
    }
}
