//! The engine `NAME` under the checks.

use gauntlet_runtime::checks::Check::{DowngradeAllTheWay, SingleHead, Stairway};
use gauntlet_runtime::engines::TYPE;

use crate::support::Case;

// TODO: compare with the tool itself: the same table, the same rows, the same failures.
#[test]
fn a_good_history_passes() {
    let files = "--- 1_users.up.sql\nCREATE TABLE users (id int PRIMARY KEY);\n\
                 --- 1_users.down.sql\nDROP TABLE users;\n";
    for check in [SingleHead, Stairway, DowngradeAllTheWay] {
        let suite = |suite: gauntlet_runtime::Suite| suite.migrations(TYPE::folder("migrations"));
        Case::new(check, files).with(suite).expect_ok();
    }
}
