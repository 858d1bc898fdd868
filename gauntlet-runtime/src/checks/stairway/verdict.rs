//! What the down and the second up of a version come to, as findings.

use super::second_up::{Second, consequence, second_alone};
use super::walk::Walk;
use crate::catalog::Difference;
use crate::checks::parts::cosmetic::notes;
use crate::checks::parts::downs::{ADD_TO_DOWN, WHOLE_DOWN, behind, extensions_may_stay};
use crate::finding::{Finding, Sides};
use crate::history::Migration;

/// The attribute of a table whose foreign keys are not checked. A down that mends it leaves production as the up has made it.
const UNCHECKED: &str = "constraint_triggers";

impl Walk {
    /// One finding for what fails, whose consequence for the second up stands with it, and notes for what PostgreSQL
    /// itself cannot undo.
    pub(super) fn verdict(
        &mut self,
        migration: &Migration,
        residue: Vec<Difference>,
        second: Second,
        roles_left: Option<Finding>,
    ) -> Vec<Finding> {
        let runs_again = matches!(second, Second::Passes(_));
        let tolerable =
            |d: &Difference| !d.is_failure() || (runs_again && d.added_labels().is_some());
        let (tolerated, failures): (Vec<_>, Vec<_>) = residue.into_iter().partition(tolerable);
        let mut findings = Vec::new();
        if failures.is_empty() {
            match (roles_left, second) {
                (Some(mut finding), Second::Fails(error)) => {
                    finding.facts.extend(consequence(Second::Fails(error)));
                    findings.push(finding);
                }
                (roles_left, second) => {
                    findings.extend(second_alone(migration, second));
                    findings.extend(roles_left);
                }
            }
        } else {
            let title = format!("the down of {} does not restore the schema", migration.version());
            let mut finding = Finding::failure("residue", title).at_down(migration);
            finding.facts = consequence(second);
            let labels_only = failures.iter().all(|d| d.added_labels().is_some());
            let outside = migration.down().is_some_and(|down| !down.transactional);
            let (advice, sql) = if outside {
                // Such a script is often a single statement that allows none beside it.
                (WHOLE_DOWN, self.right_down())
            } else {
                let (before, after) = (self.tracker().at(0), self.tracker().at(2));
                let sql = self.basis.rules.mend_moments(&before, &after, &failures);
                (ADD_TO_DOWN, sql.map(|sql| behind(migration.down(), &sql)))
            };
            let is_unchecked =
                |d: &Difference| d.attribute.as_deref() == Some(UNCHECKED) && d.expected.is_none();
            if failures.iter().any(is_unchecked) {
                finding = finding.help(
                    "end the up with ENABLE TRIGGER ALL, or production goes on with foreign keys that nothing checks",
                );
            }
            let finding = finding.differences(Sides::BeforeAndAfterDown, failures);
            findings.push(if labels_only {
                finding.help(
                    "use ADD VALUE IF NOT EXISTS in the up script so that it can run again: PostgreSQL cannot remove a label",
                )
            } else {
                extensions_may_stay(finding.help_sql(advice, sql))
            });
            findings.extend(roles_left);
        }
        findings.extend(notes(migration, tolerated));
        findings
    }
}
