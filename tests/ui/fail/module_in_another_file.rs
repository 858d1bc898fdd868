#[gauntlet::migration_suite]
mod elsewhere;

fn main() {}
