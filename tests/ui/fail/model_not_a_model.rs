struct User {
    id: i64,
}

#[gauntlet::migration_suite(model = ("schema.sql", gauntlet::models![User]))]
mod migrations {}

#[gauntlet::migration_suite(model = 5 + 5)]
mod more {}

fn main() {}
