#[gauntlet::migration_suite]
#[gauntlet(skip("naming", "naming"))]
#[gauntlet(skip = "consistency")]
#[gauntlet(skip = "stairway")]
mod migrations {}

fn main() {}
