#[gauntlet::migration_suite]
#[gauntlet(skip = "naming")]
#[gauntlet(only("stairway"))]
mod migrations {}

fn main() {}
