#[gauntlet::migration_suite(model = "schema.sql", strict = true, model = "other.sql")]
mod migrations {}

fn main() {}
