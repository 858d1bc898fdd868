#[gauntlet::migration_suite(checks = nnoe)]
mod misspelt {}

#[gauntlet::migration_suite(checks = [])]
mod empty {}

#[gauntlet::migration_suite(checks = ["stairwya", naming, "consistency", "single_head"])]
mod list {}

#[gauntlet::migration_suite(checks = "naming")]
mod no_list {}

#[gauntlet::migration_suite(checks = "none")]
mod quoted {}

#[gauntlet::migration_suite(checks = stairway)]
mod word {}

fn main() {}
