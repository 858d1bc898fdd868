#[gauntlet::migration_suite(
    irreversible = ["20240105", "add_status", -1, 99999999999999999999, 1.5, 7u8, 20240105, 2024_01_05],
    downgrade_floor = "0002_add_status",
)]
mod migrations {}

fn main() {}
