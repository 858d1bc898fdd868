// The suites of both crates, on whatever sqlx the crate is: included by `tests/migrations.rs` of each, which names `TestDb`
// and `seed`.

#[path = "models.rs"]
#[allow(dead_code)]
mod models;

use gauntlet::Result;
use models::{Order, OrderStatus, Urgency};

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

#[gauntlet::migration_suite(model = gauntlet::models![Order, OrderStatus, Urgency])]
mod of_a_folder {
    use super::*;

    #[test]
    async fn old_orders_can_wait(mut db: TestDb) -> Result<()> {
        db.upgrade_to(1).await?;
        sqlx::query("INSERT INTO orders (id, status, total, tags) VALUES ($1, $2, $3, $4)")
            .bind(uuid::Uuid::nil())
            .bind(OrderStatus::Paid)
            .bind(rust_decimal::Decimal::new(995, 2))
            .bind(vec!["gift".to_owned()])
            .execute(db.conn())
            .await?;
        db.upgrade().await?;
        let order: Order = sqlx::query_as("SELECT * FROM orders").fetch_one(&db.pool()).await?;
        assert_eq!((order.status, order.urgency), (OrderStatus::Paid, Urgency::Low));
        assert_eq!(order.total.to_string(), "9.95");
        Ok(())
    }

    #[test]
    async fn an_error_of_sqlx_is_an_error_of_a_test(db: &mut TestDb) -> Result<()> {
        let query = async {
            sqlx::query("SELECT nothing").execute(db.conn()).await?;
            Ok(())
        };
        let result: Result<()> = query.await;
        assert!(result.unwrap_err().to_string().contains("\"nothing\" does not exist"));
        Ok(())
    }
}

#[gauntlet::migration_suite(migrations = &MIGRATOR)]
mod of_a_migrator {
    use super::*;

    #[test]
    async fn records_what_the_migrator_would_record(mut db: TestDb) -> Result<()> {
        db.upgrade().await?;
        let rows: Vec<(i64, String, Vec<u8>)> = sqlx::query_as(
            "SELECT version, description, checksum FROM _sqlx_migrations ORDER BY version",
        )
        .fetch_all(db.conn())
        .await?;
        let ups = MIGRATOR.iter().filter(|script| script.migration_type.is_up_migration());
        let expected = ups.map(|up| {
            (up.version, up.description.clone().into_owned(), up.checksum.clone().into_owned())
        });
        assert_eq!(rows, expected.collect::<Vec<_>>());
        // The engine itself sees nothing to do.
        MIGRATOR.run(&db.pool()).await.expect("the Migrator agrees");
        Ok(())
    }

    #[test]
    async fn seeds_are_code(mut db: TestDb) -> Result<()> {
        db.upgrade_to(1).await?;
        db.seed(seed(async |conn| {
            sqlx::query("INSERT INTO orders (id, status, total, tags) VALUES ($1, 'paid', 1, '{}')")
                .bind(uuid::Uuid::nil())
                .execute(&mut *conn)
                .await?;
            Ok(())
        }))
        .await?;
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(db.conn()).await?;
        assert_eq!(count, 1);
        Ok(())
    }
}

/// A struct that does not fit is found, also in types that sqlx knows only with a feature.
mod of_a_wrong_model {
    #[derive(gauntlet::Model)]
    #[model(table = "orders")]
    #[allow(dead_code)]
    struct Wrong {
        id: i64,
        status: String,
        total: f64,
        placed_at: chrono::NaiveDateTime,
        tags: Vec<i32>,
    }

    #[test]
    fn every_wrong_field_is_found() {
        let suite = gauntlet::Suite::new("wrong", env!("CARGO_MANIFEST_DIR"))
            .model(gauntlet::models![Wrong].allow(["*"]));
        let report = suite.report(gauntlet::Check::UpToDate);
        let text = gauntlet::report::render(&report);
        for field in ["id", "status", "total", "placed_at", "tags"] {
            assert!(text.contains(&format!("`Wrong::{field}`")), "no {field} in:\n{text}");
        }
    }
}
