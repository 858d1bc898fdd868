#[gauntlet::migration_suite(model("schema.sql"))]
mod migrations {}

fn main() {}
