//! Of the tables of generated schemas, at least 98 in 100 get rows; the others are reported with the reason.

use fastrand::Rng;
use gauntlet_runtime::fill::Filler;

use super::Place;
use super::schemas::schema;
use crate::support::oracle::{Extent, extent, load};
use gauntlet_runtime::runtime::block_on;

#[test]
fn nearly_all_tables_get_rows() {
    let schemas = if extent() == Extent::Sample { 20 } else { 300 };
    let (tables, without) = block_on(async {
        let mut place = Place::new().await;
        let (mut tables, mut without) = (0, Vec::new());
        for seed in 0..schemas {
            let name = format!("s{seed}");
            let script = schema(&mut Rng::with_seed(seed));
            let made = format!("CREATE SCHEMA {name}; SET search_path = {name}; {script}");
            load(&mut place.conn, &made)
                .await
                .unwrap_or_else(|e| panic!("schema {seed}: {e}\n{script}"));
            let mut filler = Filler::new();
            let filled = place.fill(&mut filler, &name).await;
            for (table, count) in place.counts(&name).await {
                tables += 1;
                let reason = filled.without.iter().find(|without| without.table == table);
                match reason {
                    Some(reason) => {
                        assert_eq!(count, 0, "schema {seed}: {table} has rows: {reason:?}");
                        without.push(format!("schema {seed}: {reason:?}\n{script}"));
                    }
                    None => assert!(
                        count > 0,
                        "schema {seed}: {table} has no rows and no reason\n{script}"
                    ),
                }
            }
            let drop = format!("DROP SCHEMA {name} CASCADE");
            if seed % 4 == 0 {
                // What it remembers of them leads to the same rows.
                let rows = place.rows(&name).await;
                load(&mut place.conn, &format!("{drop}; {made}")).await.unwrap();
                filler.forget_tables();
                let again = place.fill(&mut filler, &name).await;
                assert_eq!(again.rows, filled.rows, "schema {seed}\n{script}");
                assert_eq!(place.rows(&name).await, rows, "schema {seed}\n{script}");
            }
            load(&mut place.conn, &drop).await.unwrap();
        }
        place.close().await;
        (tables, without)
    });
    eprintln!("{} of {tables} tables got rows", tables - without.len());
    assert!(
        without.len() * 50 <= tables,
        "{} of {tables} tables got no rows:\n{}",
        without.len(),
        without.join("\n")
    );
}
