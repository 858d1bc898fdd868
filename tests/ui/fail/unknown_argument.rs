#[gauntlet::migration_suite(modle = "schema.sql")]
mod migrations {}

fn main() {}
