#[gauntlet::migration_suite(crate = "gauntlet")]
mod migrations {}

fn main() {}
