//! What the three checks that compare head with the model have in common.

use std::path::PathBuf;

use crate::catalog::{Catalog, Difference};
use crate::checks::outcome::{CheckError, Outcome};
use crate::context::{Context, LoadedModel};
use crate::finding::Finding;
use crate::model::{Breach, ModelSet, Topic};
use crate::sql::Position;

/// Which part of the comparison a check is about.
pub(in crate::checks) struct Part {
    /// The kind of its findings about whole schemas.
    pub(in crate::checks) kind: &'static str,
    /// Their title.
    pub(in crate::checks) title: &'static str,
    /// The differences from a whole schema, with that schema and head.
    pub(in crate::checks) differences: fn(&Difference, &Catalog, &Catalog) -> bool,
    /// What structs and enums state.
    pub(in crate::checks) topics: fn(Topic) -> bool,
}

/// What this part of the comparison finds, model by model.
pub(in crate::checks) async fn findings(cx: &Context<'_>, part: &Part) -> Outcome {
    let (models, head) = cx.models_and_head().await.map_err(CheckError::Shared)?;
    let mut findings = Vec::new();
    for model in models.iter() {
        whole(cx, model, &head, part, &mut findings);
    }
    let breaches = cx.breaches().await.map_err(CheckError::Shared)?;
    findings.extend(breaches.iter().filter(|breach| (part.topics)(breach.topic)).map(stated));
    Ok(findings)
}

fn whole(
    cx: &Context<'_>,
    model: &LoadedModel,
    head: &Catalog,
    part: &Part,
    findings: &mut Vec<Finding>,
) {
    let (failures, notes): (Vec<_>, Vec<_>) = cx
        .diff(&model.catalog, head)
        .into_iter()
        .filter(|d| (part.differences)(d, &model.catalog, head))
        .partition(Difference::is_failure);
    // With one model there is no question of which.
    let several = cx.settings().model.as_ref().is_some_and(ModelSet::is_several);
    let name = several.then(|| PathBuf::from(&model.name));
    if !failures.is_empty() {
        let mend = cx.mend(&model.catalog, head, &failures);
        let mut finding = Finding::failure(part.kind, part.title)
            .at(name.as_deref())
            .help_sql("if the model is right, add a migration", mend);
        finding = match &model.file {
            Some(_) => finding.help(
                "if the migrations are right, run the tests once with GAUNTLET_BLESS=1: it writes the model's SQL file from head",
            ),
            None => finding.help(format!(
                "if the migrations are right, change the model ({} is not a single SQL file, so GAUNTLET_BLESS=1 cannot write it)",
                model.name
            )),
        };
        finding.differences = failures;
        findings.push(finding);
    }
    if !notes.is_empty() {
        let mut finding = Finding::note("drift_note", "head and the model differ in form only")
            .at(name.as_deref());
        finding.differences = notes;
        findings.push(finding);
    }
}

/// A breach as a finding.
fn stated(breach: &Breach) -> Finding {
    let mut finding = Finding::failure(breach.topic.word(), &*breach.title);
    finding.file = Some(PathBuf::from(breach.place.file));
    finding.position = Some(Position { line: breach.place.line, column: breach.place.column });
    finding.object = Some(breach.object.clone());
    if let Some((expected, actual)) = &breach.values {
        finding.expected = Some(expected.clone());
        finding.actual = Some(actual.clone());
    }
    finding.facts.clone_from(&breach.facts);
    for (text, code) in &breach.help {
        finding = match code {
            Some(code) => finding.help_code(text, code),
            None => finding.help(text),
        };
    }
    finding
}

/// What of the models was set aside instead of run: one note for each rule.
pub(in crate::checks) async fn set_aside(cx: &Context<'_>) -> Outcome {
    const SHOWN: usize = 5;
    let models = cx.models().await.map_err(CheckError::Shared)?;
    let mut findings: Vec<Finding> = Vec::new();
    for aside in models.iter().flat_map(|model| &model.set_aside) {
        let title = format!("set aside from the model: {}", aside.why);
        let line = format!("{}  {}", aside.place, aside.statement);
        match findings.iter_mut().find(|finding| finding.title == title) {
            Some(finding) => finding.facts.push(line),
            None => findings.push(Finding::note("model_set_aside", title).fact(line)),
        }
    }
    for finding in &mut findings {
        let more = finding.facts.len().saturating_sub(SHOWN);
        if more > 1 {
            finding.facts.truncate(SHOWN);
            finding.facts.push(format!("and {more} more statements"));
        }
    }
    Ok(findings)
}
