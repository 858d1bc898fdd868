//! What `GAUNTLET_BLESS=1` writes passes, and `pg_dump` sees no difference either: for generated heads, and for the heads
//! that the single changes of catalogs start from, which hold every kind of object.

use std::sync::Arc;

use fastrand::Rng;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::server::{Embedded, Server};

use crate::support::area::run;
use crate::support::generated::schema;
use crate::support::mutations::suites;
use crate::support::oracle::{Extent, extent, pg_dump_sees, servers_and_sources};
use crate::support::{Project, printed};

/// The heads: a name, and the versions that lead to each.
fn heads() -> Vec<(String, Vec<String>)> {
    let seeds = match extent() {
        Extent::Sample => 2,
        Extent::Long | Extent::Servers => 6,
        Extent::All => 40,
    };
    // Other ones than those of the differ's test.
    let generated = (100..100 + seeds).map(|seed| {
        let statements = schema(&mut Rng::with_seed(seed));
        // A few statements a version, as people write them.
        let versions = statements.chunks(4).map(|some| some.join(";\n") + ";\n").collect();
        (format!("seed {seed}"), versions)
    });
    let step = if extent() == Extent::Sample { 3 } else { 1 };
    let bases = suites().into_iter().step_by(step).map(|suite| {
        let name = suite.file.file_name().unwrap().to_string_lossy().into_owned();
        (name, vec![suite.base])
    });
    generated.chain(bases).collect()
}

#[test]
fn every_blessed_head_passes() {
    let wrong: Vec<String> = run(servers_and_sources())
        .iter()
        .flat_map(|(server, source)| {
            heads().into_iter().filter_map(move |(name, versions)| {
                let problem = judge(&versions, server, source)?;
                Some(format!("{name} on {}: {problem}", server.version()))
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{} heads differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Blesses a head; what differs from it afterwards.
fn judge(versions: &[String], server: &Arc<Server>, source: &Embedded) -> Option<String> {
    let mut files = String::new();
    for (at, version) in versions.iter().enumerate() {
        files += &format!("--- {}_part.sql\n{version}\n", at + 1);
    }
    let project = Project::new(&files);
    let suite = || {
        let suite = project.suite().db(source.clone()).isolation(Isolation::Database);
        suite.model("schema.sql").partitions(true)
    };
    let blessed = printed(&suite().bless(true).report(Check::UpToDate));
    if !blessed.starts_with("up_to_date: ok") {
        return Some(blessed);
    }
    let text = printed(&suite().report(Check::UpToDate));
    if text != "up_to_date: ok\n" {
        return Some(text);
    }
    let model = std::fs::read_to_string(project.path().join("schema.sql")).unwrap();
    run(pg_dump_sees(server, versions, &[model]))
}
