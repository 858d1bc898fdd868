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
    shipped = 20240102,
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

#[gauntlet::migration_suite(
    checks = none,
    shipped(lock = "migrations/gauntlet.lock", healed = [2024_01_01])
)]
mod of_lock {}

#[gauntlet::migration_suite(
    migrations = "tests/ui/migrations",
    checks = ["shipped"],
    shipped = git("HEAD")
)]
#[gauntlet(skip = "shipped", reason = "a package has no repository")]
mod of_git {}

#[gauntlet::migration_suite(checks = none, shipped = gauntlet::shipped::git("v1").healed([5]))]
mod of_expression {}
