//! Many tables in few versions: what `up_to_date` costs beyond the SQL that it runs, as a ratio to one full read of the
//! catalog.

use std::sync::Arc;
use std::thread;

use gauntlet::Check;
use gauntlet_runtime::catalog::{Catalog, ReadOptions};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::server::Server;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::history::{self, Version};
use crate::rounds::{Case, Taken, measure};

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
    let head = block_on(at_head(&server, &versions));
    let cases = vec![
        Case::new("the SQL of migrations and model", || plain(&server, &versions, &model)),
        Case::new(format!("{READINGS} full reads"), || read(&head)),
        Case::new("up_to_date alone", || crate::run(&suite(), Check::UpToDate)),
    ];
    let measured = measure(cases, runs, postmaster);
    measured.print();
    let beyond = |seconds: fn(&Taken) -> f64| {
        measured.median(seconds, |took| (took(2) - took(0)) / (took(1) / f64::from(READINGS)))
    };
    let (cpu, wall) = (beyond(Taken::cpu), beyond(Taken::wall));
    println!("beyond the SQL, of one full read: {cpu:.2} of cpu, {wall:.2} of wall time");
    block_on(async { head.close().await.expect("a drop") });
}

/// The ups in a database of their own and the model in another, at the same time, as the check does: two cores that
/// work together are not twice as fast as one.
fn plain(server: &Arc<Server>, versions: &[Version], model: &str) {
    thread::scope(|scope| {
        scope.spawn(|| {
            block_on(async {
                at_head(server, versions).await.close().await.expect("a drop");
            });
        });
        scope.spawn(|| {
            block_on(async {
                let sandbox = database(server).await;
                let mut conn = sandbox.connect().await.expect("a connection");
                conn.execute(AssertSqlSafe(model)).await.expect("a model that loads");
                conn.close().await.expect("an end");
                sandbox.close().await.expect("a drop");
            });
        });
    });
}

/// Reads the catalog at head, over a new connection each time, as the check does.
fn read(head: &Sandbox) {
    block_on(async {
        for _ in 0..READINGS {
            let mut conn = head.connect().await.expect("a connection");
            let catalog = Catalog::read(&mut conn, &ReadOptions::database()).await;
            assert!(!catalog.expect("a catalog").is_empty());
            conn.close().await.expect("an end");
        }
    });
}

async fn at_head(server: &Arc<Server>, versions: &[Version]) -> Sandbox {
    let sandbox = database(server).await;
    let mut conn = sandbox.connect().await.expect("a connection");
    for version in versions {
        crate::plain(&mut conn, &version.up).await.expect("an up that runs");
    }
    conn.close().await.expect("an end");
    sandbox
}

async fn database(server: &Arc<Server>) -> Sandbox {
    Sandbox::create(server, Some(Isolation::Database), "wide").await.expect("a database")
}
