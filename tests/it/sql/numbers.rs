//! What is one number for the lexer is one for the servers, and nothing else is.

use gauntlet_runtime::sql::{TokenKind, tokens};
use sqlx::Connection as _;

use crate::support::area::run;
use crate::support::database::execute;
use crate::support::oracle::{major, servers};

/// Returns true for an expression that can be run.
const RUNS: &str =
    "CREATE FUNCTION pg_temp.runs(expression text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'SELECT ' || expression;
  RETURN true;
EXCEPTION WHEN syntax_error OR invalid_text_representation THEN
  RETURN false;
END $$";

/// All texts of up to five of these characters that begin with a digit or a point.
fn all_texts() -> Vec<String> {
    const CHARACTERS: [char; 9] = ['0', '1', '9', '_', '.', 'e', 'x', 'o', 'b'];
    let mut last: Vec<String> = ["0", "1", "."].map(str::to_owned).into();
    let mut all = last.clone();
    for _ in 1..5 {
        last = last.iter().flat_map(|text| CHARACTERS.map(|c| format!("{text}{c}"))).collect();
        all.extend_from_slice(&last);
    }
    all
}

fn is_one_number(text: &str) -> bool {
    tokens(text).map(|token| token.kind).eq([TokenKind::Number])
}

#[test]
fn numbers_are_those_of_the_servers() {
    run(async {
        let all = all_texts();
        for server in servers().await {
            let mut conn = server.connect().await.unwrap();
            execute(&mut conn, RUNS).await;
            let run: Vec<String> =
                sqlx::query_scalar("SELECT t FROM unnest($1::text[]) WITH ORDINALITY AS a (t, n) WHERE pg_temp.runs(t) ORDER BY n")
                    .bind(&all)
                    .fetch_all(&mut conn)
                    .await
                    .unwrap();
            conn.close().await.unwrap();
            // Before 16, no number holds anything else.
            let is_old = |text: &str| text.chars().all(|c| c.is_ascii_digit() || ".e".contains(c));
            let expected: Vec<&String> = all
                .iter()
                .filter(|text| is_one_number(text) && (major(&server) >= 16 || is_old(text)))
                .collect();
            match major(&server) {
                // A name may follow a number there.
                14 => assert!(expected.iter().all(|text| run.contains(text))),
                major => assert_eq!(run.iter().collect::<Vec<_>>(), expected, "PostgreSQL {major}"),
            }
        }
    });
}
