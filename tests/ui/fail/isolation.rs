#[gauntlet::migration_suite(isolation = "schemas")]
mod misspelt {}

#[gauntlet::migration_suite(isolation = schema)]
mod without_quotes {}

fn main() {}
