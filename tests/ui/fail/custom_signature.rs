#[gauntlet::migration_suite]
mod migrations {
    use gauntlet::TestDb;

    #[test]
    fn not_async(db: TestDb) {
        drop(db);
    }

    #[test]
    async fn two(a: TestDb, b: TestDb) {
        drop((a, b));
    }

    #[test]
    async fn shared(_db: &TestDb) {}

    #[test]
    async fn generic<T>(_db: TestDb) {}

    #[test]
    async fn method(self) {}

    #[test]
    async fn pool(_pool: crate::sqlx::PgPool) {}

    #[test]
    async fn number(_number: u32) {}

    #[test]
    async fn tuple((_a, _b): (TestDb, TestDb)) {}

    #[test]
    async fn borrowed_connection(_conn: &mut crate::sqlx::PgConnection) {}
}

mod sqlx {
    pub struct PgPool;
    pub struct PgConnection;
}

fn main() {}
