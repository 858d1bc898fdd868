use gauntlet::Model;

struct Address {
    street: String,
}

#[derive(Model)]
struct User {
    id: i64,
    #[sqlx(flatten)]
    address: Address,
}

fn main() {}
