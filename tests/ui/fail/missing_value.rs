#[gauntlet::migration_suite(strict, model =)]
mod migrations {}

fn main() {}
