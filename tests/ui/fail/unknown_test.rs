#[gauntlet::migration_suite]
#[gauntlet(skip("starway", "all", naming, "consistancy"))]
mod migrations {}

fn main() {}
