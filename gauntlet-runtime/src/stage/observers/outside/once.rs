//! From the findings about single steps to findings for a reader: each once, without what follows from another.

use crate::catalog::{Change, Difference, Kind};
use crate::finding::Finding;
use std::collections::{BTreeMap, BTreeSet};

/// The kind of a finding about what a step certainly did outside of its schema.
pub(super) const OUTSIDE_SCHEMA: &str = "outside_schema";

/// The findings about several steps, each once. A schema that the history creates is one finding: what is done in it later
/// follows from that.
pub(crate) fn once(all: &[Finding]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    // The schemas that were made, each with the place of the finding that says so, and the later steps.
    let mut made: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for finding in all {
        let same = |f: &Finding| f.title == finding.title && f.differences == finding.differences;
        if findings.iter().any(same) {
            continue;
        }
        let follows = |difference: &Difference| {
            let id = &difference.object;
            let schema = if id.kind == Kind::Schema { Some(&id.name) } else { id.schema.as_ref() };
            schema.filter(|schema| made.contains_key(*schema)).cloned()
        };
        // Of what another session may have done nothing follows.
        if finding.kind == OUTSIDE_SCHEMA {
            let followed: Option<BTreeSet<String>> =
                finding.differences.iter().map(follows).collect();
            if let Some(schemas) = followed {
                for schema in schemas {
                    if let Some((_, steps)) = made.get_mut(&schema) {
                        *steps += 1;
                    }
                }
                continue;
            }
            let extra = finding.differences.iter().filter(|d| d.change == Change::Extra);
            for schema in extra.filter(|d| d.object.kind == Kind::Schema) {
                made.entry(schema.object.name.clone()).or_insert((findings.len(), 0));
            }
        }
        findings.push(finding.clone());
    }
    for (schema, (at, steps)) in made {
        match steps {
            0 => {}
            1 => findings[at]
                .facts
                .push(format!("one more step works in the schema {schema}").into()),
            _ => findings[at]
                .facts
                .push(format!("{steps} more steps work in the schema {schema}").into()),
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{ObjectId, Severity};
    use crate::finding::Sides;

    fn change(change: Change, kind: Kind, schema: Option<&str>, name: &str) -> Difference {
        let id = ObjectId {
            kind,
            schema: schema.map(str::to_owned),
            parent: None,
            name: name.to_owned(),
        };
        Difference {
            object: id,
            change,
            attribute: None,
            expected: None,
            actual: None,
            severity: Severity::Failure,
        }
    }

    fn steps(first: Finding) -> Vec<Finding> {
        let made = change(Change::Extra, Kind::Schema, None, "app");
        let table = change(Change::Extra, Kind::Table, Some("app"), "users");
        let later = Finding::failure(OUTSIDE_SCHEMA, "the up of 2 reaches out of its schema");
        vec![
            first.differences(Sides::Outside, vec![made]),
            later.differences(Sides::Outside, vec![table]),
        ]
    }

    #[test]
    fn what_is_done_in_a_schema_that_a_step_made_follows_from_that() {
        let first = Finding::failure(OUTSIDE_SCHEMA, "the up of 1 reaches out of its schema");
        let findings = once(&steps(first));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].facts, ["one more step works in the schema app".into()]);
    }

    #[test]
    fn nothing_follows_from_what_another_session_may_have_done() {
        let first = Finding::note("outside_changed", "while the up of 1 ran, something changed");
        let all = steps(first);
        let titles = |findings: &[Finding]| -> Vec<String> {
            findings.iter().map(|finding| finding.title.clone()).collect()
        };
        assert_eq!(titles(&once(&all)), titles(&all));
    }
}
