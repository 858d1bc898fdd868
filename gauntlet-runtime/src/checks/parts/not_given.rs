//! A check that compares with something that the suite does not give: a model, what has shipped.
//!
//! The macro ignores such a test, except where the suite comes from elsewhere: what that one gives is not known before it runs,
//! and then a test can no longer be ignored.

use crate::finding::{DeclaredValue, Finding};

/// The kind of the note.
pub(crate) const NOT_GIVEN: &str = "not_given";

/// The note that stands in the place of a comparison.
pub(in crate::checks) fn no_model() -> Finding {
    Finding::note(NOT_GIVEN, "ignored, no model given: nothing was compared")
        .help("give the suite a `model`, or leave the check out with `checks`")
}

/// The same, for a check of new versions where nothing says what is new.
pub(in crate::checks) fn nothing_new(check: &str) -> Finding {
    Finding::note(NOT_GIVEN, "ignored, no `shipped` given: no version is known to be new")
        .help_rust(
            "say what has shipped, or leave the check out with `checks`",
            "shipped = git(\"origin/main\")",
        )
        .help_declare("or check every version", check, DeclaredValue::Word("all".to_owned()))
}

/// The same, where nothing says what has shipped.
pub(in crate::checks) fn no_shipped() -> Finding {
    Finding::note(NOT_GIVEN, "ignored, no `shipped` given: nothing was compared").help_rust(
        "say what has shipped, or leave the check out with `checks`",
        "shipped = git(\"origin/main\")",
    )
}
