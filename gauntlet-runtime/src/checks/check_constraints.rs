//! `check_constraints`: CHECK constraints at head equal the model's, by name and by expression; those that structs
//! state by expression.
//!
//! Examples that pass and fail: `tests/it/gallery/check_constraints.rs`.

use super::outcome::Outcome;
use super::parts::drift::{self, Part};
use crate::catalog::{Catalog, Difference, Kind};
use crate::context::Context;
use crate::model::Topic;

const PART: Part = Part {
    kind: "check_drift",
    title: "the CHECK constraints at head do not match the model",
    differences: is_check,
    stated: |kind| kind == Topic::Check.word(),
    repeats: true,
};

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    drift::findings(cx, &PART).await
}

fn is_check(difference: &Difference, model: &Catalog, head: &Catalog) -> bool {
    let id = &difference.object;
    match id.kind {
        Kind::DomainConstraint => true,
        Kind::Constraint => {
            let object = model.get(id).or_else(|| head.get(id));
            object.is_some_and(|o| o.text("type") == Some("check"))
        }
        _ => false,
    }
}
