#[gauntlet::migration_suite(ignore_tables = "events_*")]
mod not_a_list {}

#[gauntlet::migration_suite(ignore_tables = ["", "events_*", 5, "events_*"])]
mod odd_globs {}

fn main() {}
