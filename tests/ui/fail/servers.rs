#[gauntlet::migration_suite(db())]
mod none {}

#[gauntlet::migration_suite(db(
    pg15 = gauntlet::db::embedded().version(15),
    pg15 = gauntlet::db::embedded(),
    number = 15,
    nothing,
    crate = gauntlet::db::embedded(),
    two = optional(gauntlet::db::auto(), gauntlet::db::embedded()),
))]
mod several {}

#[gauntlet::migration_suite(db = gauntlet::db::auto(), db(pg15 = gauntlet::db::embedded()))]
mod twice {}

fn main() {}
