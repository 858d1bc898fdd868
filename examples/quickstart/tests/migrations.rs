//! The suite: the generated tests, and two that only this project can know.

// The structs of `src/models.rs`, with what is derived for tests.
#[allow(dead_code)]
#[path = "../src/models.rs"]
mod models;

use models::{Customer, Order, OrderLine, OrderStatus, OrderTotal, Product};

#[gauntlet::migration_suite(
    model = (
        "schema.sql",
        gauntlet::models![Customer, Product, Order, OrderLine, OrderTotal, OrderStatus],
    ),
)]
mod migrations {
    use gauntlet::{Result, TestDb};

    /// The backfill gives every customer a country.
    #[test]
    async fn backfill_fills_every_country(mut db: TestDb) -> Result<()> {
        db.upgrade_before("customer_country").await?;
        db.execute(
            "INSERT INTO customers (email, full_name)
             VALUES ('ann@example.de', 'Ann'), ('bob@example.com', 'Bob')",
        )
        .await?;
        db.upgrade_one().await?;
        let countries: Vec<(String, String)> =
            sqlx::query_as("SELECT full_name, country::text FROM customers ORDER BY full_name")
                .fetch_all(db.conn())
                .await?;
        assert_eq!(countries, [("Ann".into(), "DE".into()), ("Bob".into(), "US".into())]);
        Ok(())
    }

    /// The view adds up the lines of an order, and an order without lines costs nothing.
    #[test]
    async fn order_totals_add_up(mut db: TestDb) -> Result<()> {
        db.upgrade().await?;
        db.execute(
            "INSERT INTO customers (email, full_name, country) VALUES ('ann@example.de', 'Ann', 'DE');
             INSERT INTO products (sku, name, price) VALUES ('A-1', 'Anvil', 25), ('B-2', 'Bolt', 0.10);
             INSERT INTO orders (customer_id) SELECT id FROM customers;
             INSERT INTO order_lines SELECT o.id, p.id, p.id, 10, p.price FROM orders o, products p;
             INSERT INTO orders (customer_id) SELECT id FROM customers",
        )
        .await?;
        let totals: Vec<String> =
            sqlx::query_scalar("SELECT total::text FROM order_totals ORDER BY total")
                .fetch_all(db.conn())
                .await?;
        assert_eq!(totals, ["0", "251.00"]);
        Ok(())
    }
}
