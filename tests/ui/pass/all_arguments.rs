//! Every argument, and expressions that resolve where the attribute stands.

const FOLDER: &str = "tests/ui/migrations";

fn model() -> &'static str {
    "tests/ui/schema.sql"
}

#[gauntlet::migration_suite(
    db = gauntlet::db::auto(),
    migrations = FOLDER,
    model = model(),
    setup = "tests/ui/setup.sql",
    isolation = "database",
    irreversible = [2024_01_01i64],
    downgrade_floor = 20240101,
    strict = cfg!(any()),
    ignore_tables = ["spatial_ref_sys", "events_20??_*"],
    naming = gauntlet::naming::NamingRules::default(),
    crate = ::gauntlet,
)]
mod migrations {}

#[gauntlet::migration_suite(
    migrations = "tests/ui/migrations",
    irreversible = all,
    isolation = "schema",
    strict = true
)]
mod irreversible {}

#[cfg(not(test))]
fn main() {}
