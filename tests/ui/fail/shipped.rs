#[gauntlet::migration_suite(shipped = "origin/main")]
mod a {}

#[gauntlet::migration_suite(shipped = "migrations/gauntlet.lock")]
mod b {}

#[gauntlet::migration_suite(shipped = git())]
mod c {}

#[gauntlet::migration_suite(shipped = git(5))]
mod d {}

#[gauntlet::migration_suite(shipped = -5)]
mod e {}

#[gauntlet::migration_suite(shipped)]
mod f {}

#[gauntlet::migration_suite(shipped())]
mod g {}

#[gauntlet::migration_suite(shipped(git = "main", lock = "x.lock"))]
mod h {}

#[gauntlet::migration_suite(shipped(lock = "x.lock", folder = "db"))]
mod i {}

#[gauntlet::migration_suite(shipped(git = "main", git = "main", heald = [5], healed = 5))]
mod j {}

fn main() {}
