struct Server;

#[gauntlet::migration_suite(db = Server, strict = Some(true))]
mod migrations {}

fn main() {}
