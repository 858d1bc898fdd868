//! Two migrators at the same time: the second waits while the first one works.

use super::states::States;
use crate::catalog::{Catalog, Difference};
use crate::error::Result;
use crate::finding::{Fact, Finding, Severity, Sides};
use crate::history::Migration;
use crate::isolation::Isolation;
use crate::stage::{Both, Sessions};

/// The kind of the note that says that they were not tried.
pub(crate) const NOT_TRIED: &str = "not_tried";

/// What the server says of a deadlock.
const DEADLOCK: &str = "40P01";

/// Runs the new versions twice at the same time. In a schema of their own, the tests of others would wait for the lock.
pub(super) async fn run(
    walk: &mut States<'_, '_>,
    new: &[&Migration],
    old: usize,
    head: &Catalog,
) -> Result<Option<Finding>> {
    let mut stage = walk.ascent.stage(old).await?;
    if stage.sandbox().isolation() == Isolation::Schema || stage.changes_server() {
        stage.close(false).await;
        let title = "two migrators at the same time were not tried: that takes a database of its own, and scripts that change nothing outside of it";
        return Ok(Some(Finding::note(NOT_TRIED, title)));
    }
    stage.sessions(Sessions::PerRun);
    let result = async {
        let both = stage.run_twice(new).await?;
        Ok((both, stage.catalog().await?))
    };
    let result: Result<(Option<Both>, Catalog)> = result.await;
    stage.close(false).await;
    let (both, reached) = result?;
    let engine = walk.cx.settings().engine.name();
    let Some(both) = both else {
        let title = format!(
            "two migrators at the same time were not tried: {engine} takes no lock that keeps them apart"
        );
        return Ok(Some(Finding::note(NOT_TRIED, title)));
    };
    let differences = walk.cx.diff_databases(head, &reached);
    let differs = differences.iter().any(Difference::is_failure);
    Ok(match both {
        Both { first: Some(mut error), second } => {
            // The numbers of processes.
            (error.detail, error.hint) = (None, None);
            let title = format!(
                "{} fails where a second migrator waits for the lock of {engine}",
                error.version
            );
            let mut finding = Finding::step("second_migrator", title, &error);
            finding.severity = Severity::Note;
            finding.help.clear();
            if error.sqlstate.as_deref() == Some(DEADLOCK) {
                finding.facts.push(Fact::from(
                    "it waits for every older snapshot, also that of the second one, which waits for the lock",
                ));
            }
            finding.facts.push(Fact::from(match &second {
                Some(_) => {
                    "the second one has the lock then, and fails with what the first has left"
                }
                None => "the second one has the lock then, and applies the version",
            }));
            Some(finding.help(
                "run the migrations in one place before the program is replaced, not in each of its instances",
            ))
        }
        Both { first: None, second: Some(error) } => {
            let title =
                format!("of two migrators at the same time, the second fails at {}", error.version);
            Some(Finding::step("second_migrator_fails", title, &error))
        }
        Both { first: None, second: None } if differs => {
            let title = "two migrators at the same time lead to another schema than one";
            let finding = Finding::failure("two_migrators_differ", title);
            Some(finding.differences(Sides::UndisturbedAndAgain, differences))
        }
        Both { first: None, second: None } => None,
    })
}
