//! Many tables in few versions: what `up_to_date` costs beyond the SQL that it runs, as a ratio to one full read of the
//! catalog.

use std::sync::Arc;

use gauntlet::Check;
use gauntlet::catalog::{Catalog, ReadOptions};
use gauntlet::isolation::{Isolation, Sandbox};
use gauntlet::server::Server;
use gauntlet::suite::block_on;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::Figures;
use crate::history::{self, Version};

/// One reading is too short for a clock that ticks a hundred times a second.
const READINGS: u32 = 10;

pub(crate) fn bench(tables: usize, runs: usize) {
    let versions = history::wide(tables, crate::SEED);
    let folder = tempfile::tempdir().expect("a temporary folder");
    crate::write(folder.path(), &versions);
    let (server, postmaster) = crate::server(folder.path());
    let suite = || crate::suite(folder.path());
    crate::run(&suite().bless(true), Check::UpToDate);
    let model = std::fs::read_to_string(folder.path().join("schema.sql")).expect("the model");
    println!("\n{tables} tables in {} versions, {runs} runs, {}", versions.len(), server.origin());
    crate::heading();

    let sql = crate::median(runs, postmaster, || plain(&server, &versions, &model));
    sql.print("the SQL of migrations and model", None);
    let read = read(&server, &versions, runs, postmaster);
    read.print(&format!("{READINGS} full reads"), None);
    let check = crate::median(runs, postmaster, || crate::run(&suite(), Check::UpToDate));
    check.print("up_to_date alone", None);
    let one = read.cpu.total() / f64::from(READINGS);
    println!(
        "{:34} {:>44.2}",
        "  beyond the SQL, of one full read",
        (check.cpu.total() - sql.cpu.total()) / one
    );
}

/// The ups in a database of their own, then the model in another.
fn plain(server: &Arc<Server>, versions: &[Version], model: &str) {
    block_on(async {
        at_head(server, versions).await.close().await.expect("a drop");
        let sandbox = database(server).await;
        let mut conn = sandbox.connect().await.expect("a connection");
        conn.execute(AssertSqlSafe(model)).await.expect("a model that loads");
        conn.close().await.expect("an end");
        sandbox.close().await.expect("a drop");
    });
}

/// Reads the catalog at head, over a new connection each time, as the check does.
fn read(server: &Arc<Server>, versions: &[Version], runs: usize, postmaster: u32) -> Figures {
    let sandbox = block_on(at_head(server, versions));
    let figures = crate::median(runs, postmaster, || {
        block_on(async {
            for _ in 0..READINGS {
                let mut conn = sandbox.connect().await.expect("a connection");
                let catalog = Catalog::read(&mut conn, &ReadOptions::database()).await;
                assert!(!catalog.expect("a catalog").is_empty());
                conn.close().await.expect("an end");
            }
        });
    });
    block_on(async { sandbox.close().await.expect("a drop") });
    figures
}

async fn at_head(server: &Arc<Server>, versions: &[Version]) -> Sandbox {
    let sandbox = database(server).await;
    let mut conn = sandbox.connect().await.expect("a connection");
    for version in versions {
        crate::plain(&mut conn, &version.up).await;
    }
    conn.close().await.expect("an end");
    sandbox
}

async fn database(server: &Arc<Server>) -> Sandbox {
    Sandbox::create(server, Some(Isolation::Database), "wide").await.expect("a database")
}
