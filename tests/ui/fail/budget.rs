#[gauntlet::migration_suite(budget = 30)]
#[gauntlet(budget = "2s")]
#[gauntlet(budget(version = "add_status"))]
#[gauntlet(budget(version = "add_status", "2 parsecs"))]
#[gauntlet(budget(versoin = "add_status", "2s"))]
#[gauntlet(budgte(version = "add_status", "2s"))]
mod migrations {}

#[gauntlet::migration_suite(budget = "soon")]
mod second {}

fn main() {}
