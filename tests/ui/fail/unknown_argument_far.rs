#[gauntlet::migration_suite(colour = 5)]
mod migrations {}

fn main() {}
