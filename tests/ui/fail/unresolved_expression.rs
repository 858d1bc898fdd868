#[gauntlet::migration_suite(model = crate::no_such_model())]
mod migrations {}

fn main() {}
