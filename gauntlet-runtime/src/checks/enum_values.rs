//! `enum_values`: the labels of enums at head equal the model's, in order, and a column that a Rust enum reads accepts
//! only the enum's values.
//!
//! Examples that pass and fail: `tests/it/gallery/enum_values.rs`.

use super::outcome::Outcome;
use super::parts::drift::{self, Part};
use crate::catalog::Kind;
use crate::context::Context;
use crate::model::Topic;

const PART: Part = Part {
    kind: "enum_drift",
    title: "the enum labels at head do not match the model",
    differences: |difference, _, _| difference.object.kind == Kind::Enum,
    stated: |kind| kind == Topic::Enum.word(),
    repeats: true,
};

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    drift::findings(cx, &PART).await
}
