//! Every case on rows: whatever applies on empty tables is judged, and no row makes the check itself fail.

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::Status;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::suite::PopulatedRules;

use super::case::all;
use crate::support::database::server;
use crate::support::oracle::{Extent, extent, major};
use crate::support::{Case as Project, printed};

/// One case in so many is judged.
fn judged() -> usize {
    match extent() {
        Extent::Sample => 24,
        Extent::Servers => 6,
        Extent::Long => 2,
        Extent::All => 1,
    }
}

#[test]
fn what_applies_without_rows_is_judged_with_rows() {
    let major = major(&block_on(server()));
    let mut wrong = Vec::new();
    for (number, case) in all().into_iter().enumerate() {
        // What reaches out of its database would be seen by other tests; what one version leaves in its session for the next
        // one is for `stairway` to find.
        let apart = ["outside/", "sessions/"].iter().any(|folder| case.name.starts_with(folder));
        let isolated = case.isolations.contains(&Isolation::Database) && !apart;
        if number % judged() != 0 || !isolated || case.from > major {
            continue;
        }
        let of = |check| {
            let project = Project::new(check, &case.files);
            project
                .with(|suite| suite.populated(PopulatedRules::new().all()))
                .judge(Isolation::Database)
        };
        let populated = of(Check::Populated);
        if std::env::var_os("GAUNTLET_TEST_SHOW").is_some() {
            eprintln!("{}\n{}", case.name, printed(&populated));
        }
        if populated.status() == Status::Error && of(Check::Naming).status() != Status::Error {
            wrong.push(format!("{}\n{}", case.name, printed(&populated)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
