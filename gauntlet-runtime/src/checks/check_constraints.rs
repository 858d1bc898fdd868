//! `check_constraints`: CHECK constraints at head equal the model's, by name and by expression.

use super::{Outcome, drift};
use crate::catalog::{Catalog, Difference, Kind};
use crate::suite::Context;

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let title = "the CHECK constraints at head are not the model's";
    drift::findings(cx, "check_drift", title, is_check).await
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
