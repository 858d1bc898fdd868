#[gauntlet::migration_suite(ignore = "events_*", ignore(coments, "grants", grants, grants))]
mod migrations {}

fn main() {}
