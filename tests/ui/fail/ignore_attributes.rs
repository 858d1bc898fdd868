#[gauntlet::migration_suite(ignore(columns.compression, colums.compression, columns.compression, columns.0))]
mod migrations {}

fn main() {}
