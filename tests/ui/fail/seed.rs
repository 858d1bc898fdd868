#[gauntlet::migration_suite]
#[gauntlet(seed = "seeds/users.sql")]
#[gauntlet(seed(file = "seeds/users.sql"))]
#[gauntlet(seed(version = "add_status"))]
#[gauntlet(seed(verison = "add_status", file = "seeds/users.sql"))]
#[gauntlet(seed(version = 20240101, at = 20240102, file = "seeds/users.sql"))]
#[gauntlet(seed(version = "add_status", file = "a.sql", sql = "SELECT 1"))]
#[gauntlet(seed(version = "", file = 5))]
mod migrations {}

fn main() {}
