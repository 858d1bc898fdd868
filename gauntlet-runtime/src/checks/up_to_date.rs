//! `up_to_date`: the whole catalog at head equals the model.
//!
//! A model that states parts of the schema (structs and enums) is compared in those parts only.
//!
//! Examples that pass and fail: `tests/it/gallery/up_to_date.rs`.

use super::outcome::{CheckError, Outcome};
use super::parts::drift::{self, Part};
use super::parts::{bless, unmentioned_tables};
use crate::context::Context;

const PART: Part = Part {
    kind: "drift",
    title: "the schema at head does not match the model",
    differences: |_, _, _| true,
    stated: |_| true,
    repeats: false,
};

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let mut findings = Vec::new();
    if cx.settings().bless {
        findings.extend(bless::run(cx).await?);
    }
    findings.extend(drift::findings(cx, &PART).await?);
    let head = cx.head().await.map_err(CheckError::Shared)?;
    findings.extend(unmentioned_tables::findings(cx, &head));
    findings.extend(drift::set_aside(cx).await?);
    Ok(findings)
}
