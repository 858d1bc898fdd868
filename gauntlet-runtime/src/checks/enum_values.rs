//! `enum_values`: the labels of enums at head equal the model's, in order.

use super::{Outcome, drift};
use crate::catalog::Kind;
use crate::suite::Context;

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let title = "the enum labels at head are not the model's";
    drift::findings(cx, "enum_drift", title, |d, _, _| d.object.kind == Kind::Enum).await
}
