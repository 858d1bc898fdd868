//! Tables at head that no struct mentions, in a suite whose whole model is structs.
//!
//! A struct whose table does not exist is reported where the struct is compared with head.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Kind};
use crate::context::Context;
use crate::finding::{Fact, Finding};
use crate::model::{ModelSet, Models};

pub(in crate::checks) fn findings(cx: &Context<'_>, head: &Catalog) -> Vec<Finding> {
    let Some(set) = cx.settings().model.as_ref() else { return Vec::new() };
    // A whole schema mentions every table, or reports it as a difference.
    let wanted = set.wholes().is_empty() && set.stated().iter().any(|m| !m.tables().is_empty());
    let mut used: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); set.stated().len()];
    let mut forgotten = Vec::new();
    for (id, _) in head.compared(&cx.settings().diff) {
        if !matches!(id.kind, Kind::Table | Kind::ForeignTable) {
            continue;
        }
        let name = id.qualified_name();
        let mentions = |models: &Models| models.tables().iter().any(|t| is(&t.table, &name, head));
        if set.stated().iter().any(mentions) {
            continue;
        }
        let mut allowed = false;
        for (models, used) in set.stated().iter().zip(&mut used) {
            let globs = models.allows(&name);
            allowed |= !globs.is_empty();
            used.extend(globs);
        }
        if !allowed {
            forgotten.push(name);
        }
    }
    let mut findings = Vec::new();
    if wanted && !forgotten.is_empty() {
        findings.push(unmentioned(&forgotten, set));
    }
    for (models, used) in set.stated().iter().zip(&used) {
        let idle = models.allowed().iter().enumerate().filter(|(i, _)| !used.contains(i));
        findings.extend(idle.map(|(_, glob)| {
            let title = format!("the rule `allow([{glob:?}])` of {} allows nothing", models.name());
            Finding::note("idle_ignore_rule", title)
                .help("remove the rule, or correct its spelling")
        }));
    }
    findings
}

fn is(stated: &str, name: &str, head: &Catalog) -> bool {
    stated == name
        || stated.strip_prefix(head.home.as_str()).and_then(|rest| rest.strip_prefix('.'))
            == Some(name)
}

fn unmentioned(forgotten: &[String], set: &ModelSet) -> Finding {
    let title = match forgotten {
        [one] => format!("table {one} exists at head but no model mentions it"),
        many => format!("{} tables exist at head but no model mentions them", many.len()),
    };
    let mut finding = Finding::failure("table_without_model", title);
    if forgotten.len() > 1 {
        finding.facts.extend(forgotten.iter().map(|name| Fact::Object(format!("table {name}"))));
    }
    let globs: Vec<String> = forgotten.iter().map(|name| format!("{name:?}")).collect();
    let name = set.stated().last().map_or("models![...]", Models::name);
    finding
        .help("derive `gauntlet::Model` on the struct that reads it, and list the struct in `models!`")
        .help_rust("or, if no struct should, allow it", format!("{name}.allow([{}])", globs.join(", ")))
}
