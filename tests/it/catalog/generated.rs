//! Generated schemas and generated changes: the differ says `same` exactly when `pg_dump` does.
//!
//! Everything follows from a seed, so that a failure names what to run again.

use fastrand::Rng;
use gauntlet_runtime::catalog::{Catalog, DiffOptions, ReadOptions};
use gauntlet_runtime::isolation::{Isolation, Sandbox};

use crate::support::area::run;
use crate::support::generated::{extra, schema};
use crate::support::oracle::{
    Extent, dump, essence, extent, load, major, pg_dump_for, reloaded, servers,
};

/// The number of pairs of schemas on each server.
fn pairs() -> u64 {
    if extent() == Extent::Sample { 4 } else { 12 }
}

/// The same schema, or one with a single statement left out, another, or more.
fn changed(random: &mut Rng, schema: &[String]) -> Vec<String> {
    let mut changed = schema.to_vec();
    let extras = changed.iter().position(|sql| !sql.starts_with("CREATE T")).unwrap_or(0);
    let extras = extras
        .max(changed.iter().rposition(|sql| sql.starts_with("CREATE TABLE")).unwrap_or(0) + 1);
    match random.usize(..4) {
        0 => {}
        1 => {
            let at = extras + random.usize(..changed.len() - extras);
            changed.remove(at);
        }
        2 => {
            let at = extras + random.usize(..changed.len() - extras);
            changed[at] = extra(random, 100 + at, 0, 1);
        }
        _ => changed.push(extra(random, 200, 0, 1)),
    }
    changed
}

#[test]
fn pg_dump_agrees_on_generated_schemas() {
    run(async {
        let options = DiffOptions::new().partition_children(true);
        let mut wrong = Vec::new();
        for server in servers().await {
            let Some(program) = pg_dump_for(&server) else {
                eprintln!("no pg_dump for PostgreSQL {}: not asked", major(&server));
                continue;
            };
            let model =
                Sandbox::create(&server, Some(Isolation::Database), "reloaded").await.unwrap();
            let mut empty = model.connect().await.unwrap();
            for seed in 0..pairs() {
                let mut random = Rng::with_seed(seed);
                let a = schema(&mut random);
                let b = changed(&mut random, &a);
                let mut sides = Vec::new();
                for statements in [&a, &b] {
                    let sandbox = Sandbox::create(&server, Some(Isolation::Database), "generated")
                        .await
                        .unwrap();
                    let mut conn = sandbox.connect().await.unwrap();
                    load(&mut conn, &statements.join(";\n")).await.unwrap();
                    let catalog = Catalog::read(&mut conn, &ReadOptions::database()).await.unwrap();
                    drop(conn);
                    let text = dump(&program, &sandbox).await;
                    sandbox.close().await.unwrap();
                    let problems = reloaded(&mut empty, &text, &catalog).await;
                    if !problems.is_empty() {
                        wrong.push(format!(
                            "seed {seed} on {}: once its dump is loaded {}",
                            major(&server),
                            problems.join("\n")
                        ));
                    }
                    sides.push((catalog, essence(&text)));
                }
                let same = sides[0].1 == sides[1].1;
                let differences = sides[0].0.diff_with(&sides[1].0, &options).differences;
                if same != differences.is_empty() {
                    wrong.push(format!(
                        "seed {seed} on {}: pg_dump says {}, we tell {differences:?}\n{b:#?}",
                        major(&server),
                        if same { "same" } else { "differ" },
                    ));
                }
            }
            drop(empty);
            model.close().await.unwrap();
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}
