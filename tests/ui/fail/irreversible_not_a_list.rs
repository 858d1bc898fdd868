#[gauntlet::migration_suite(irreversible = 20240105)]
mod number {}

#[gauntlet::migration_suite(irreversible = "all")]
mod quoted {}

#[gauntlet::migration_suite(irreversible = every)]
mod word {}

fn main() {}
