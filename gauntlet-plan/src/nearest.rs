//! The valid word that was probably meant.

use std::fmt::Write as _;

/// The valid word that a wrong one was probably meant to be.
///
/// One slip (a letter too many, missing, wrong or swapped) is forgiven for every three letters. Case and hyphens do not
/// count as slips, and a word that begins with the given one, or with which the given one begins, is near if it is the
/// only such word.
pub fn nearest<'a>(given: &str, valid: &[&'a str]) -> Option<&'a str> {
    let given = given.to_lowercase().replace('-', "_");
    let allowed = (given.chars().count() / 3).max(1);
    let close = valid
        .iter()
        .map(|word| (strsim::osa_distance(&given, word), *word))
        .filter(|(slips, word)| *slips <= allowed && *slips < word.chars().count())
        .min_by_key(|(slips, _)| *slips);
    let begins = || {
        let mut longer = valid.iter().filter(|word| {
            given.chars().count() >= 3 && (word.starts_with(&given) || given.starts_with(**word))
        });
        longer.next().filter(|_| longer.next().is_none()).map(|word| (0, *word))
    };
    close.or_else(begins).map(|(_, word)| word)
}

/// The message for a word that is not valid: the probable one, if there is one, and all valid ones.
///
/// `what` is what the word should name: `unknown argument "modle", did you mean ...`.
pub fn unknown(what: &str, given: &str, valid: &[&str]) -> String {
    let mut text = format!("unknown {what} `{given}`");
    if let Some(near) = nearest(given, valid) {
        let _ = write!(text, ", did you mean `{near}`?");
    }
    let _ = write!(text, "\nvalid: {}", valid.join(", "));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Argument;

    #[track_caller]
    fn check(given: &str, expected: Option<&str>) {
        assert_eq!(nearest(given, &Argument::names()), expected, "for `{given}`");
    }

    #[test]
    fn one_slip_is_forgiven() {
        check("modle", Some("model"));
        check("modell", Some("model"));
        check("migration", Some("migrations"));
        check("isolaton", Some("isolation"));
        check("dbs", Some("db"));
        check("ignore_table", Some("ignore_tables"));
        check("irreversable", Some("irreversible"));
    }

    #[test]
    fn case_and_hyphens_are_not_slips() {
        check("Model", Some("model"));
        check("downgrade-floor", Some("downgrade_floor"));
    }

    #[test]
    fn a_beginning_is_near() {
        check("downgrade", Some("downgrade_floor"));
        check("migrations_dir", Some("migrations"));
        check("ignore_t", Some("ignore"));
    }

    #[test]
    fn a_distant_word_is_not_guessed() {
        check("x", None);
        check("qq", None);
        check("colour", None);
        check("", None);
    }
}
