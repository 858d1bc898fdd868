#[gauntlet::migration_suite(model = "schema.sql" strict = true)]
mod migrations {}

fn main() {}
