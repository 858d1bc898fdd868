#[gauntlet::test]
fn plain(_pool: crate::sqlx::PgPool) {}

#[gauntlet::test]
async fn url(_url: String) {}

#[gauntlet::test]
#[crate::tokio::test]
async fn twice(_db: gauntlet::TestDb) {}

mod sqlx {
    pub struct PgPool;
}

fn main() {}
