use gauntlet::Model;

#[derive(Model)]
#[model(tabel = "users", complete = true, index = "email")]
#[model(primary_key(idd), table, check = 5)]
struct User {
    #[model(primary_keys, default = now(), references("a"), unique = true, type = "")]
    id: i64,
    #[model(nullable, not_null)]
    email: String,
    #[sqlx(skip)]
    #[model(unique)]
    cached: String,
    #[model]
    plain: String,
}

#[derive(Model)]
#[model(table = "colours")]
enum Colour {
    Red(i32),
}

fn main() {}
