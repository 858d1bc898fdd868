//! `check_constraints`: CHECK constraints at head equal the model's, by name and by expression.

use super::{Outcome, drift};
use crate::suite::Context;

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let title = "the CHECK constraints at head are not the model's";
    drift::findings(cx, "check_drift", title, |d| d.is_check_constraint()).await
}
