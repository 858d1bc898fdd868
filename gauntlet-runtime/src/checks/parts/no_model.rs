//! A check that compares with a model, in a suite that has none.
//!
//! The macro ignores such a test, except where the suite comes from elsewhere: whether that one has a model is not known before
//! it runs, and then a test can no longer be ignored.

use crate::finding::Finding;

/// The kind of the note.
pub(crate) const NO_MODEL: &str = "no_model";

/// The note that stands in the place of a comparison.
pub(in crate::checks) fn no_model() -> Finding {
    Finding::note(NO_MODEL, "ignored, no model given: nothing was compared")
        .help("give the suite a `model`, or leave the check out with `checks`")
}
