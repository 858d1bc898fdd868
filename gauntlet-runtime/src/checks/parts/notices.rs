//! The notices of a version's scripts, with the findings that they explain: `relation "t" already exists, skipping`,
//! `drop cascades to view v`.

use crate::catalog::ObjectId;
use crate::engines::Step;
use crate::finding::{Fact, Finding, Severity};
use crate::history::Direction;

/// The notices of the steps of one version, in their order.
#[derive(Debug, Default)]
pub(in crate::checks) struct Notices(Vec<(Direction, String)>);

impl Notices {
    /// Takes note of a step.
    pub(in crate::checks) fn note(&mut self, step: &Step) {
        for text in &step.notices {
            let entry = (step.direction, text.clone());
            if !self.0.contains(&entry) {
                self.0.push(entry);
            }
        }
    }

    /// Adds to a failure the notices about its objects.
    pub(in crate::checks) fn explain(&self, finding: &mut Finding) {
        if finding.severity != Severity::Failure {
            return;
        }
        let explaining = self.0.iter().filter(|(_, text)| is_about(text, finding));
        let facts: Vec<Fact> = explaining
            .map(|(direction, text)| Fact::Notice { script: Some(*direction), text: text.clone() })
            .collect();
        finding.facts.extend(facts);
    }
}

/// Whether a notice names an object of a finding.
fn is_about(notice: &str, finding: &Finding) -> bool {
    if let Some((_, objects)) = notice.split_once("drop cascades to ") {
        // The detail, which lists several, does not come with the notice.
        return objects.ends_with("other objects") && !finding.differences.is_empty()
            || objects.rsplit(' ').next().is_some_and(|name| concerns(finding, name));
    }
    // Every second part stands between quotes.
    notice.split('"').skip(1).step_by(2).any(|name| concerns(finding, name))
}

fn concerns(finding: &Finding, name: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or(name);
    let is = |id: &ObjectId| id.name == name || id.parent.as_deref() == Some(name);
    finding.differences.iter().any(|difference| is(&difference.object))
        || finding.facts.iter().any(|fact| match fact {
            Fact::Database(error) => error.message.contains(&format!("\"{name}\"")),
            Fact::Difference { difference, .. } => is(&difference.object),
            _ => false,
        })
}
