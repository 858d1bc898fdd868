#[gauntlet::migration_suite(suite = "shop")]
mod text {}

#[gauntlet::migration_suite(suite = 5_u8 + 6)]
mod number {}

fn main() {}
