struct User {
    id: i64,
}

#[gauntlet::migration_suite(model = ("schema.sql", gauntlet::models![User]))]
mod migrations {}

fn main() {}
