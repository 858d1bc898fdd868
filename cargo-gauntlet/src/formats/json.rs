//! `json`: the lines of `GAUNTLET_JSON`, one for each check that ran.

use gauntlet_runtime::report::Format;

use super::Run;

pub(super) fn render(run: &Run) -> String {
    run.reports().map(|report| (Format::JSON.render)(report)).collect()
}
