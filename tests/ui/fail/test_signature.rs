#[gauntlet::test]
fn plain(pool: crate::sqlx::PgPool) {}

#[gauntlet::test]
async fn url(url: String) {}

#[gauntlet::test]
#[crate::tokio::test]
async fn twice(db: gauntlet::TestDb) {}

mod sqlx {
    pub struct PgPool;
}

fn main() {}
