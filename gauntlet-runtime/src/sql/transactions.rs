//! Statements that begin or end transactions.

use super::lexer::tokens;

/// Whether a text with this statement says itself where its transactions begin and end.
pub(crate) fn controls_transactions(statement: &str) -> bool {
    const CONTROL: [&str; 9] =
        ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE"];
    let first = tokens(statement).find(|token| !token.kind.is_trivia());
    first.is_some_and(|first| CONTROL.into_iter().any(|word| first.is_word(word)))
}

/// Whether a statement ends the transaction that it stands in.
pub(crate) fn ends_transaction(statement: &str) -> bool {
    let words = tokens(statement).filter(|token| !token.kind.is_trivia());
    let words: Vec<String> = words.take(3).map(|token| token.text.to_ascii_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        // To a savepoint.
        ["rollback", "to", ..] | ["rollback", _, "to"] | [] => false,
        [first, ..] => ["commit", "end", "rollback", "abort"].contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_transactions() {
        for text in ["COMMIT", "end work", "ROLLBACK", "/* x */ abort", "COMMIT AND CHAIN"] {
            assert!(ends_transaction(text), "{text}");
        }
        for text in
            ["BEGIN", "ROLLBACK TO a", "rollback work to savepoint a", "SELECT 1", "RELEASE a"]
        {
            assert!(!ends_transaction(text), "{text}");
        }
    }

    #[test]
    fn what_controls_transactions() {
        for text in ["begin", "Commit AND CHAIN", "-- x\nSAVEPOINT a"] {
            assert!(controls_transactions(text), "{text}");
        }
        for text in ["CREATE TABLE t (begin int)", "DO $$BEGIN END$$", ""] {
            assert!(!controls_transactions(text), "{text}");
        }
    }
}
