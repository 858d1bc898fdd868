//! What a script does beyond the server's databases, which nothing takes back: files and programs of its machine, other
//! servers, sessions of others.

use std::fmt;

use super::{Parts, Token, TokenKind, statements, tokens};

/// What is done beyond the databases of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Beyond {
    /// `COPY … PROGRAM`.
    Program,
    /// `COPY` with a file of the server's machine, and the functions that read and write those.
    File,
    /// Connections that the server opens to others, or to itself.
    Server,
    /// `pg_terminate_backend` and `pg_cancel_backend`.
    Session,
}

impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Beyond::Program => "runs a program on the server's machine",
            Beyond::File => "reads or writes files of the server's machine",
            Beyond::Server => "lets the server connect to a server",
            Beyond::Session => "ends what other sessions do",
        })
    }
}

/// What a script does beyond the databases of the server, each with the place where it first stands: in its statements and
/// in `DO` blocks, not in the functions that it only makes.
pub(crate) fn beyond(script: &str) -> Vec<(Beyond, usize)> {
    let mut found: Vec<(Beyond, usize)> = Vec::new();
    if !SIGNS.any_in(script) {
        return found;
    }
    let mut add = |what: Option<Beyond>, at: usize| {
        if let Some(what) = what.filter(|what| found.iter().all(|(known, _)| known != what)) {
            found.push((what, at));
        }
    };
    for statement in statements(script) {
        let all = words(statement.text);
        let Some(first) = all.first() else { continue };
        let makes_code = ["function", "procedure"];
        let are = |at: usize, expected: &str| all.get(at).is_some_and(|t| t.is_word(expected));
        if first.is_word("do") {
            let body = all
                .iter()
                .find(|token| matches!(token.kind, TokenKind::DollarString | TokenKind::String));
            let Some((body, (inside, at))) = body.and_then(|t| Some((t, t.inside()?))) else {
                continue;
            };
            let start = statement.offset + body.offset + at;
            let all = words(inside);
            for at in 0..all.len() {
                add(of_copy(&all[at..]).or_else(|| of_call(&all[at..])), start + all[at].offset);
            }
            continue;
        }
        if first.is_word("create") && (1..4).any(|at| makes_code.iter().any(|word| are(at, word))) {
            continue;
        }
        let place = statement.offset + first.offset;
        let connects = first.is_word("import") && are(1, "foreign")
            || first.is_word("create") && are(1, "subscription") && !is_unconnected(&all);
        add(connects.then_some(Beyond::Server), place);
        add(of_copy(&all), place);
        for at in 0..all.len() {
            add(of_call(&all[at..]), statement.offset + all[at].offset);
        }
    }
    found
}

/// Without one of these a script need not be read further.
static SIGNS: Parts<11> = Parts::new([
    "copy",
    "pg_read_",
    "pg_stat_file",
    "pg_ls_",
    "lo_import",
    "lo_export",
    "dblink",
    "subscription",
    "import",
    "pg_terminate_backend",
    "pg_cancel_backend",
]);

fn words(text: &str) -> Vec<Token<'_>> {
    tokens(text).filter(|token| !token.kind.is_trivia()).collect()
}

/// What a `COPY` that begins here, up to its semicolon, copies from or to.
fn of_copy(tokens: &[Token<'_>]) -> Option<Beyond> {
    if !tokens.first()?.is_word("copy") {
        return None;
    }
    let mut depth = 0;
    let statement = tokens.iter().take_while(|token| !token.is_mark(";"));
    for (at, token) in statement.enumerate() {
        match token.text {
            "(" if token.is_mark("(") => depth += 1,
            ")" if token.is_mark(")") => depth -= 1,
            _ if depth == 0 && (token.is_word("from") || token.is_word("to")) => {
                let place = tokens.get(at + 1)?;
                return match place.kind {
                    TokenKind::String | TokenKind::DollarString => Some(Beyond::File),
                    _ if place.is_word("program") => Some(Beyond::Program),
                    _ => None,
                };
            }
            _ => {}
        }
    }
    None
}

/// What a call of a function that begins here does.
fn of_call(tokens: &[Token<'_>]) -> Option<Beyond> {
    const FILES: [&str; 5] =
        ["pg_read_file", "pg_read_binary_file", "pg_stat_file", "lo_import", "lo_export"];
    let [function, open, ..] = tokens else { return None };
    let name = function.name().filter(|_| open.is_mark("("))?;
    match &*name {
        "pg_terminate_backend" | "pg_cancel_backend" => Some(Beyond::Session),
        name if FILES.contains(&name) || name.starts_with("pg_ls_") => Some(Beyond::File),
        "dblink" | "dblink_connect" | "dblink_connect_u" | "dblink_exec" | "dblink_send_query" => {
            Some(Beyond::Server)
        }
        _ => None,
    }
}

/// Whether a subscription is made `WITH (connect = false)`.
fn is_unconnected(tokens: &[Token<'_>]) -> bool {
    tokens.windows(3).any(|three| {
        three[0].is_word("connect")
            && three[1].text == "="
            && ["false", "off", "0"].iter().any(|no| three[2].text.eq_ignore_ascii_case(no))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a script does, with the text that stands at its place.
    #[track_caller]
    fn check(script: &str, expected: &[(Beyond, &str)]) {
        let found = beyond(script);
        let what: Vec<Beyond> = found.iter().map(|(what, _)| *what).collect();
        assert_eq!(what, expected.iter().map(|(what, _)| *what).collect::<Vec<_>>(), "{script}");
        for ((_, at), (_, text)) in found.iter().zip(expected) {
            assert!(script[*at..].starts_with(text), "{script}: {}", &script[*at..]);
        }
    }

    #[test]
    fn what_reaches_beyond_the_databases() {
        check("COPY (SELECT 1) TO PROGRAM 'cat'", &[(Beyond::Program, "COPY (")]);
        check("SELECT 1;\ncopy t (a) from '/srv/t.csv' csv", &[(Beyond::File, "copy t")]);
        check("SELECT lo_export(1, '/tmp/x')", &[(Beyond::File, "lo_export")]);
        check("SELECT pg_catalog.pg_ls_dir('.')", &[(Beyond::File, "pg_ls_dir")]);
        check(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
            &[(Beyond::Session, "pg_terminate")],
        );
        check("SELECT dblink_exec('host=x', 'DROP TABLE t')", &[(Beyond::Server, "dblink_exec")]);
        check("IMPORT FOREIGN  SCHEMA s FROM SERVER x INTO s", &[(Beyond::Server, "IMPORT")]);
        check("CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p", &[(Beyond::Server, "CREATE")]);
        check(
            "DO $$ BEGIN\n  COPY t TO PROGRAM 'cat'; PERFORM lo_import('x'); END $$",
            &[(Beyond::Program, "COPY t"), (Beyond::File, "lo_import")],
        );
    }

    #[test]
    fn what_stays_in_the_databases() {
        for script in [
            "COPY t FROM stdin",
            "-- COPY t TO PROGRAM 'cat'\nSELECT 1",
            "SELECT 'COPY t TO PROGRAM ''cat'''",
            "CREATE TABLE copy (program text); SELECT program FROM copy",
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT pg_terminate_backend(1) $$",
            "CREATE OR REPLACE PROCEDURE f() BEGIN ATOMIC SELECT pg_cancel_backend(1); END",
            "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (connect = false)",
            "GRANT EXECUTE ON FUNCTION pg_read_file TO app",
            "COPY (SELECT a FROM t) TO stdout",
        ] {
            check(script, &[]);
        }
    }
}
