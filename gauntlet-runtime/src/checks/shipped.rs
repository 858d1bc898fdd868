//! `shipped`: what has shipped is as it was, and every new version lies above it.
//!
//! The comparison itself is data (`history::shipped`), and the engine says what it does about a change at deployment.
//! This check decides what fails. It needs a database only where production's order is not the order of the versions.
//!
//! Examples that pass and fail: `tests/it/gallery/shipped`.

use super::outcome::{CheckError, Outcome};
use super::parts::new_only::JUDGED;
use super::parts::not_given::no_shipped;
use super::parts::{
    production_order, shipped_bytes, shipped_changes, shipped_lock, shipped_settings,
};
use crate::context::Context;
use crate::finding::Finding;
use crate::history::shipped::{Shipped, ShippedBy};

pub(super) async fn run(cx: &Context<'_>) -> Outcome {
    let Some(declared) = &cx.settings().shipped else {
        return Ok(vec![no_shipped()]);
    };
    let found = cx.shipped().map_err(CheckError::Shared)?;
    let Some(found) = found else { return Ok(Vec::new()) };
    let mut findings = shipped_changes::findings(cx, declared, &found);
    findings.extend(shipped_settings::rehashed(cx, declared, &found));
    findings.extend(shipped_settings::tables(cx, &found));
    findings.extend(unknown_version(cx, declared));
    findings.extend(production_order::findings(cx, &found).await?);
    findings.extend(shipped_bytes::findings(cx, declared, &found));
    if let ShippedBy::Lock(file) = &declared.by
        && cx.settings().bless
    {
        findings.push(shipped_lock::bless(cx, file)?);
    }
    findings.push(judged(
        cx,
        declared,
        &found.origin,
        found.versions.records().len(),
        found.new.len(),
    ));
    Ok(findings)
}

/// The note that says what was compared with what.
fn judged(
    cx: &Context<'_>,
    declared: &Shipped,
    origin: &str,
    shipped: usize,
    new: usize,
) -> Finding {
    let versions = |count: usize| match count {
        1 => "1 version".to_owned(),
        n => format!("{n} versions"),
    };
    let new = match new {
        0 => "none is new".to_owned(),
        1 => "1 version is new".to_owned(),
        n => format!("{n} versions are new"),
    };
    let note = |title| Finding::note(JUDGED, title);
    match &declared.by {
        ShippedBy::UpTo(_) => note(format!("{} at or below {origin}; {new}", versions(shipped)))
            .fact("a version says what has shipped, not with which text: edited scripts are not found"),
        ShippedBy::Git(_) if shipped == 0 => {
            let origin_of = cx.whole_history().origin();
            note(format!("{origin} has no migrations in {origin_of}: every version is new"))
        }
        _ => note(format!("compared {} with {origin}; {new}", versions(shipped))),
    }
}

/// A version that is named and does not exist: a typing error would declare something else.
fn unknown_version(cx: &Context<'_>, declared: &Shipped) -> Option<Finding> {
    let ShippedBy::UpTo(version) = &declared.by else { return None };
    if cx.whole_history().index_of(version).is_some() {
        return None;
    }
    let title = format!("`shipped` names version {version}, which the history does not have");
    let near = match cx.whole_history().find(&version.to_string()) {
        Ok(at) => cx.whole_history().migrations()[at].version().to_string(),
        Err(unknown) => unknown.near.first().map(ToString::to_string).unwrap_or_default(),
    };
    let help = if near.is_empty() {
        "correct the version".to_owned()
    } else {
        format!("correct the version; the nearest is {near}")
    };
    Some(Finding::failure("unknown_version", title).help(help))
}
