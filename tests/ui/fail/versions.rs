#[gauntlet::migration_suite(
    irreversible = ["", true, -1, 99999999999999999999, 1.5, 7u8, 20240105, 2024_01_05],
    downgrade_floor = " ",
)]
mod migrations {}

fn main() {}
