//! The comparison of head with the model, which three checks share.

use std::path::PathBuf;

use crate::catalog::{Catalog, Difference, Kind, Value};
use crate::checks::outcome::{CheckError, Outcome};
use crate::context::{Context, LoadedModel};
use crate::finding::{Fact, Finding};
use crate::model::{ModelSet, SetAside};

/// The part of the comparison that a check is about.
pub(in crate::checks) struct Part {
    /// The kind of its findings about whole schemas.
    pub(in crate::checks) kind: &'static str,
    /// Their title.
    pub(in crate::checks) title: &'static str,
    /// The differences from a whole schema, with that schema and head.
    pub(in crate::checks) differences: fn(&Difference, &Catalog, &Catalog) -> bool,
    /// The findings about structs and enums, by their kind.
    pub(in crate::checks) stated: fn(&str) -> bool,
    /// True if `up_to_date` reports the same differences from a SQL file.
    pub(in crate::checks) repeats: bool,
}

/// The findings of this part of the comparison, model by model.
pub(in crate::checks) async fn findings(cx: &Context<'_>, part: &Part) -> Outcome {
    let (models, head) = cx.models_and_head().await.map_err(CheckError::Shared)?;
    let mut findings = Vec::new();
    for model in models.iter() {
        whole(cx, model, &head, part, &mut findings);
    }
    let breaches = cx.breaches().await.map_err(CheckError::Shared)?;
    findings.extend(breaches.iter().filter(|breach| (part.stated)(&breach.kind)).cloned());
    Ok(findings)
}

fn whole(
    cx: &Context<'_>,
    model: &LoadedModel,
    head: &Catalog,
    part: &Part,
    findings: &mut Vec<Finding>,
) {
    let roles: Vec<&str> =
        model.set_aside.iter().filter_map(|aside| aside.missing_role.as_deref()).collect();
    let (failures, notes): (Vec<_>, Vec<_>) = cx
        .diff_from_model(&model.catalog, head)
        .into_iter()
        .filter(|d| (part.differences)(d, &model.catalog, head))
        .filter(|d| !roles.iter().any(|role| is_about(role, d, head)))
        .partition(Difference::is_failure);
    // With one model, its name adds nothing.
    let several = cx.settings().model.as_ref().is_some_and(ModelSet::is_several);
    let name = several.then(|| PathBuf::from(&model.name));
    if !failures.is_empty() && part.repeats && model.file.is_some() {
        findings.push(repeated(part, &failures).at(name.as_deref()));
    } else if !failures.is_empty() {
        let mend = cx.mend(&model.catalog, head, &failures);
        let mut finding = Finding::failure(part.kind, part.title).at(name.as_deref());
        finding = match &model.file {
            Some(_) => finding.help(
                "if the migrations are right, run the tests once with GAUNTLET_BLESS=1, which writes the model's SQL file from head",
            ),
            None => finding.help(format!(
                "if the migrations are right, change the model ({} is not a single SQL file, so GAUNTLET_BLESS=1 cannot write it)",
                model.name
            )),
        };
        finding = finding.migration(mend);
        finding.differences = failures;
        findings.push(finding);
    }
    if !notes.is_empty() {
        let mut finding = Finding::note(
            "drift_note",
            "the schema at head matches the model except for cosmetic differences",
        )
        .at(name.as_deref());
        finding.differences = notes;
        findings.push(finding);
    }
}

/// One line for differences that `up_to_date` shows in full: they have one cause, and one way out.
fn repeated(part: &Part, failures: &[Difference]) -> Finding {
    const SHOWN: usize = 3;
    let mut objects: Vec<String> = failures.iter().map(|d| d.object.to_string()).collect();
    objects.dedup();
    let more = match objects.len().saturating_sub(SHOWN) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    objects.truncate(SHOWN);
    let title =
        format!("{}, as `up_to_date` reports in full: {}{more}", part.title, objects.join(", "));
    Finding::failure(part.kind, title)
}

/// Returns true if a difference is what a role owns or may do. A role that the migrations make does not exist where the
/// model is loaded, so that the model cannot say it; a note says that it was set aside.
fn is_about(role: &str, difference: &Difference, head: &Catalog) -> bool {
    let granted = |name: &str| {
        name.strip_prefix("identity_").unwrap_or(name).strip_prefix("grant.") == Some(role)
    };
    match difference.attribute.as_deref() {
        Some("owner") => difference.actual.as_ref().and_then(Value::as_text) == Some(role),
        Some(name) => granted(name),
        None => {
            difference.object.kind == Kind::DefaultPrivilege
                && head
                    .get(&difference.object)
                    .is_some_and(|object| object.attributes.names().all(granted))
        }
    }
}

/// Notes about the statements of the models that were set aside instead of run, one for each rule.
pub(in crate::checks) async fn set_aside(cx: &Context<'_>) -> Outcome {
    let models = cx.models().await.map_err(CheckError::Shared)?;
    let all = models.iter().flat_map(|model| &model.set_aside);
    Ok(set_aside_notes("model", "model_set_aside", all))
}

/// The same of any SQL file.
pub(in crate::checks) fn set_aside_notes<'a>(
    what: &str,
    kind: &'static str,
    all: impl IntoIterator<Item = &'a SetAside>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for aside in all {
        let title = format!("set aside from the {what}: {}", aside.why);
        let statement =
            Fact::Statement { place: aside.place.clone(), sql: aside.statement.clone() };
        match findings.iter_mut().find(|finding| finding.title == title) {
            Some(finding) => finding.facts.push(statement),
            None => findings.push(Finding::note(kind, title).fact(statement)),
        }
    }
    findings
}
