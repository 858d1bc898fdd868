//! Findings of `stairway` about an up: that it fails, that its down changes nothing, and what comes of running it again.

use crate::catalog::Difference;
use crate::checks::parts::downs::write_or_declare;
use crate::engines::StepError;
use crate::finding::{DatabaseMessage, Fact, Finding, Sides};
use crate::history::Migration;

/// What the server says of a relation, an object, a function, a schema or a column that is there already.
const ALREADY: [&str; 5] = ["42P07", "42710", "42723", "42P06", "42701"];

/// What came of the second up.
pub(super) enum Second {
    /// It runs, and this is how the schema differs from the one after the first up.
    Passes(Vec<Difference>),
    Fails(Box<StepError>),
}

pub(super) fn up_fails(migration: &Migration, error: &StepError, seeded: bool) -> Finding {
    let finding =
        Finding::step("up_fails", format!("the up of {} fails", migration.version()), error);
    if error.companion.is_some() {
        return finding.help("correct the seed, or use it at another version");
    }
    if !finding.help.is_empty() {
        return finding;
    }
    // Data exceptions and violated constraints.
    let of_rows = error
        .sqlstate
        .as_deref()
        .is_some_and(|code| code.starts_with("22") || code.starts_with("23"));
    finding.help(if seeded && of_rows {
        "correct the up script so that it works on such rows, or correct the seeds; if a deployed database has applied it already, leave it as it is and heal the rows where it is still to run"
    } else {
        "correct the up script: it fails in every database that has the versions before it"
    })
}

pub(super) fn changes_nothing(migration: &Migration, sql: Option<String>) -> Finding {
    let title = format!(
        "the down of {} changes nothing, although the up changed the schema",
        migration.version()
    );
    let finding = Finding::failure("down_changes_nothing", title).at_down(migration);
    write_or_declare(finding, migration, sql)
}

/// The effect of residue on the second up.
pub(super) fn consequence(second: Second) -> Vec<Fact> {
    match second {
        Second::Fails(error) => vec![
            Fact::step("the up then fails when it runs again", &error),
            Fact::Database(DatabaseMessage::of_step(&error).brief()),
        ],
        Second::Passes(differences) if differences.iter().any(Difference::is_failure) => {
            let mut facts =
                vec!["the up then creates a different schema when it runs again:".into()];
            let failures = differences.into_iter().filter(Difference::is_failure);
            let sides = Sides::FirstAndSecondUp;
            facts.extend(failures.map(|difference| Fact::Difference { sides, difference }));
            facts
        }
        Second::Passes(_) => Vec::new(),
    }
}

/// Findings about the second up when the down restored the schema.
pub(super) fn second_alone(migration: &Migration, second: Second) -> Vec<Finding> {
    let version = migration.version();
    let differences = match second {
        Second::Fails(error) => {
            let title = format!("the up of {version} fails when it runs again after its down");
            let still_there = error.sqlstate.as_deref().is_some_and(|code| ALREADY.contains(&code));
            return vec![Finding::step("second_up_fails", title, &error).help(if still_there {
                "let the down script drop it, or write IF NOT EXISTS in the up: what an argument ignores, or no check compares, is there as well"
            } else {
                "let the down script also restore the rows: the up needs some, or fails on some, that were not there before"
            })];
        }
        Second::Passes(differences) => differences,
    };
    let (failures, form): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(Difference::is_failure);
    let mut findings = Vec::new();
    if !failures.is_empty() {
        let title = format!(
            "the up of {version} creates a different schema when it runs again after its down"
        );
        findings.push(
            Finding::failure("second_up_differs", title)
                .at_up(migration)
                .differences(Sides::FirstAndSecondUp, failures)
                .help("check the up script for anything that depends on existing rows, the current time, or unused names"),
        );
    }
    if !form.is_empty() {
        let title = format!(
            "the up of {version} creates the same schema again except for cosmetic differences"
        );
        let note = Finding::note("second_up_form", title).at_up(migration);
        findings.push(note.differences(Sides::FirstAndSecondUp, form));
    }
    findings
}
