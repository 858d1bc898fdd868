#[gauntlet::migration_suite]
fn migrations() {}

#[gauntlet::migration_suite(modle = "schema.sql")]
pub struct Migrations;

fn main() {}
