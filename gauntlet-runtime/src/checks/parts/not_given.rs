//! A check that compares with something that the suite does not give: a model, what has shipped.
//!
//! The macro ignores such a test, except where the suite comes from elsewhere: what that one gives is not known before it runs,
//! and then a test can no longer be ignored.

use crate::finding::{DeclaredValue, Finding};
use crate::queries::Found;

/// The kind of the note.
pub(crate) const NOT_GIVEN: &str = "not_given";

const SAY_WHAT_HAS_SHIPPED: &str = "say what has shipped, or leave the check out with `checks`";

/// The usual git ref.
fn at_git_ref() -> DeclaredValue {
    let reference = DeclaredValue::Text("origin/main".to_owned());
    DeclaredValue::Parts(vec![("git".to_owned(), reference)])
}

/// The note that stands in the place of a comparison.
pub(in crate::checks) fn no_model() -> Finding {
    Finding::note(NOT_GIVEN, "ignored, no model given: nothing was compared")
        .help("give the suite a `model`, or leave the check out with `checks`")
}

/// The same, for a check of new versions where nothing says what is new.
pub(in crate::checks) fn nothing_new(check: &str) -> Finding {
    Finding::note(NOT_GIVEN, "ignored, no `shipped` given: no version is known to be new")
        .help_declare(SAY_WHAT_HAS_SHIPPED, "shipped", at_git_ref())
        .help_declare("or check every version", check, DeclaredValue::Word("all".to_owned()))
}

/// The same, where nothing says what has shipped.
pub(in crate::checks) fn no_shipped() -> Finding {
    Finding::note(NOT_GIVEN, "ignored, no `shipped` given: nothing was compared").help_declare(
        SAY_WHAT_HAS_SHIPPED,
        "shipped",
        at_git_ref(),
    )
}

/// The same, where no query of the program is known.
pub(in crate::checks) fn no_queries(found: &Found) -> Finding {
    let title = if found.excepted > 0 {
        "ignored, every query is excepted: nothing was prepared"
    } else if found.of_others > 0 {
        "ignored, no query of PostgreSQL in the folder `.sqlx`, and no `queries` given: nothing was prepared"
    } else {
        "ignored, no folder `.sqlx`, and no `queries` given: nothing was prepared"
    };
    Finding::note(NOT_GIVEN, title).help_declare(
        "run `cargo sqlx prepare`, or name the files that hold the queries",
        "queries",
        DeclaredValue::Text("queries/*.sql".to_owned()),
    )
}

/// The same, where no git ref is known at which the deployed program is.
pub(in crate::checks) fn no_release() -> Finding {
    Finding::note(NOT_GIVEN, "ignored, no git ref given: nothing is known of the deployed program")
        .help_declare(
            "name the ref that is deployed, or leave the check out with `checks`",
            "shipped",
            at_git_ref(),
        )
}

/// The same, where the deployed program has no queries.
pub(in crate::checks) fn no_old_queries(found: &Found, origin: &str) -> Finding {
    if found.excepted > 0 {
        let title = format!("ignored, every query at {origin} is excepted: nothing was prepared");
        return Finding::note(NOT_GIVEN, title);
    }
    Finding::note(NOT_GIVEN, format!("ignored, no query at {origin}: nothing was prepared"))
        .help("commit the folder `.sqlx`, or the files that `queries` names")
}
