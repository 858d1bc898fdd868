//! `up_to_date`: the whole catalog at head equals the model.

use super::{Outcome, drift};
use crate::suite::Context;

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    drift::findings(cx, "drift", "the schema at head is not the model's", |_, _, _| true).await
}
