//! Single changes of one object each: the differ sees them all, and `pg_dump` agrees.
//!
//! The data are those of [`mutations`](crate::support::mutations). Write the expected lines with `GAUNTLET_UPDATE=1`.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use gauntlet_runtime::catalog::{
    Catalog, Change, DiffOptions, Difference, Kind, ReadOptions, Severity,
};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::server::Server;
use sqlx::{Connection as _, PgConnection};

use crate::support::area::run;
use crate::support::mutations::{Suite, drop_subscription, suites};
use crate::support::oracle::{
    dump, essence, load, major, on_each_server, pg_dump_for, reloaded, servers,
};

/// A difference without its values, which are the server's words and change with its version.
fn printed(difference: &Difference) -> String {
    let mut text = difference.object.to_string();
    match (&difference.change, &difference.attribute) {
        (Change::Missing, _) => text.push_str(": missing"),
        (Change::Extra, _) => text.push_str(": extra"),
        (Change::Renamed(name), _) => write!(text, ": renamed {name}").unwrap(),
        (_, Some(attribute)) => write!(text, ": {attribute}").unwrap(),
        _ => text.push_str(": ?"),
    }
    if difference.severity == Severity::Note {
        text.push_str(" (note)");
    }
    text
}

/// Partition children are compared, as `pg_dump` writes them.
fn diff(base: &Catalog, changed: &Catalog) -> Vec<Difference> {
    base.diff_with(changed, &DiffOptions::new().partition_children(true)).differences
}

#[test]
fn every_mutation_is_reported_and_nothing_else() {
    run(async {
        let mut wrong = Vec::new();
        for server in servers().await {
            for suite in suites() {
                judge(&server, &suite, &mut wrong).await;
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    });
}

/// Each change in a transaction of its own that is rolled back.
async fn judge(server: &Arc<Server>, suite: &Suite, wrong: &mut Vec<String>) {
    let sandbox = Sandbox::create(server, Some(Isolation::Database), "mutations").await.unwrap();
    let mut conn = sandbox.connect().await.unwrap();
    let options = ReadOptions::database();
    load(&mut conn, &suite.base)
        .await
        .unwrap_or_else(|error| panic!("{}: {error}", suite.file.display()));
    let base = Catalog::read(&mut conn, &options).await.unwrap();
    assert_eq!(base.not_compared, [], "{}", suite.file.display());
    let mut recorded = suite.base.trim_end().to_owned();
    for mutation in &suite.mutations {
        let place = || {
            format!(
                "{} on {}: {}",
                suite.file.file_name().unwrap().display(),
                major(server),
                mutation.name
            )
        };
        let mut lines = mutation.expected.clone();
        if mutation.applies(server) {
            let mut transaction = conn.begin().await.unwrap();
            match load(&mut transaction, &mutation.sql).await {
                Ok(()) => {
                    let changed = Catalog::read(&mut transaction, &options).await.unwrap();
                    lines = diff(&base, &changed).iter().map(printed).collect();
                }
                Err(_) if mutation.has("[may-lack]") => {}
                Err(error) => wrong.push(format!("{}: {error}", place())),
            }
            transaction.rollback().await.unwrap();
            if lines.is_empty() != mutation.is_same() {
                wrong.push(format!("{}: {} differences", place(), lines.len()));
            } else if lines != mutation.expected && !updating() {
                wrong.push(format!(
                    "{}:\n    expected {:#?}\n    printed {lines:#?}",
                    place(),
                    mutation.expected
                ));
            }
        }
        write!(recorded, "\n=== {}\n{}", mutation.name, mutation.sql).unwrap();
        for line in &lines {
            write!(recorded, "\n--> {line}").unwrap();
        }
    }
    if updating() {
        std::fs::write(&suite.file, recorded + "\n").unwrap();
    }
    drop_subscription(&mut conn).await;
    drop(conn);
    sandbox.close().await.unwrap();
}

fn updating() -> bool {
    std::env::var_os("GAUNTLET_UPDATE").is_some()
}

#[test]
fn pg_dump_agrees_on_every_mutation() {
    run(async {
        let wrong = on_each_server(|server| async move {
            let mut wrong = Vec::new();
            match pg_dump_for(&server) {
                Some(program) => {
                    for suite in suites() {
                        ask_oracle(&server, &program, &suite, &mut wrong).await;
                    }
                }
                None => eprintln!("no pg_dump for PostgreSQL {}: not asked", major(&server)),
            }
            wrong
        })
        .await;
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    });
}

/// Changes that do not survive a dump, and why.
const NOT_DUMPED: &[(&str, &str)] = &[
    ("constraint whose index a failed build left behind", "what is not valid is not dumped"),
    ("index that a failed build left behind", "what is not valid is not dumped"),
    ("table constraint triggers disabled [ours]", "triggers of foreign keys are not dumped"),
    (
        "table constraint triggers of the other side disabled [ours]",
        "triggers of foreign keys are not dumped",
    ),
    ("table security label", "needs a label provider that is loaded into the server"),
    ("column security label", "needs a label provider that is loaded into the server"),
    (
        "foreign data wrapper validator",
        "the options are older than the validator that refuses them",
    ),
    ("extension comment [ours]", "this extension is made by the server"),
    ("extension schema [ours]", "this extension is made by the server"),
    ("subscription enabled [ours]", "subscriptions are dumped disabled"),
];

/// Checks that `pg_dump` distinguishes each change from the base, as the data say, and that the catalog that its
/// file makes differs in nothing: a model that was dumped must raise no false alarm.
async fn ask_oracle(server: &Arc<Server>, program: &Path, suite: &Suite, wrong: &mut Vec<String>) {
    let base = Sandbox::create(server, Some(Isolation::Database), "oracle").await.unwrap();
    let mut conn = base.connect().await.unwrap();
    load(&mut conn, &suite.base).await.unwrap();
    drop(conn);
    let before = essence(&dump(program, &base).await);
    drop_subscription(&mut base.connect().await.unwrap()).await;
    let model = Sandbox::create(server, Some(Isolation::Database), "reloaded").await.unwrap();
    let mut empty = model.connect().await.unwrap();
    for mutation in suite.sample().filter(|mutation| mutation.applies(server)) {
        let (sandbox, mut conn) = copy(server, &base, &suite.base).await;
        match load(&mut conn, &mutation.sql).await {
            Ok(()) => {
                let after = dump(program, &sandbox).await;
                let same = essence(&after) == before;
                if same != (mutation.is_same() || mutation.has("[ours]")) {
                    wrong.push(format!(
                        "{} on {}: {}: pg_dump says {}",
                        suite.file.file_name().unwrap().display(),
                        major(server),
                        mutation.name,
                        if same { "same" } else { "differ" }
                    ));
                }
                let original = Catalog::read(&mut conn, &ReadOptions::database()).await.unwrap();
                let problems = reloaded(&mut empty, &after, &original).await;
                // A newer `pg_dump` takes what PUBLIC may do in the schema public of 15 for that of 14.
                let lost = NOT_DUMPED.iter().any(|(n, _)| *n == mutation.name)
                    // Without `--create`, it leaves out what belongs to the database itself.
                    || mutation.name.starts_with("database ")
                    || (major(server) == 14 && mutation.name == "schema public grant");
                if problems.is_empty() == lost {
                    wrong.push(format!(
                        "{} on {}: {}: once its dump is loaded {}",
                        suite.file.file_name().unwrap().display(),
                        major(server),
                        mutation.name,
                        if lost { "nothing differs".to_owned() } else { problems.join("\n") }
                    ));
                }
            }
            Err(_) if mutation.has("[may-lack]") => {}
            Err(error) => wrong.push(format!("{}: {error}", mutation.name)),
        }
        drop_subscription(&mut conn).await;
        drop(conn);
        sandbox.close().await.unwrap();
    }
    drop(empty);
    model.close().await.unwrap();
    base.close().await.unwrap();
}

/// A copy of the base. Subscriptions are not copied with their database, so those are loaded again.
async fn copy(server: &Arc<Server>, base: &Sandbox, sql: &str) -> (Sandbox, PgConnection) {
    if sql.contains("SUBSCRIPTION") {
        let sandbox = Sandbox::create(server, Some(Isolation::Database), "oracle").await.unwrap();
        let mut conn = sandbox.connect().await.unwrap();
        load(&mut conn, sql).await.unwrap();
        return (sandbox, conn);
    }
    let sandbox = Sandbox::create_from(server, base.database_name(), "oracle").await.unwrap();
    let conn = sandbox.connect().await.unwrap();
    (sandbox, conn)
}

#[test]
fn every_kind_and_attribute_has_a_mutation() {
    let printed: Vec<String> =
        suites().into_iter().flat_map(|suite| suite.mutations).flat_map(|m| m.expected).collect();
    let mut without = Vec::new();
    for kind in Kind::ALL {
        for attribute in gauntlet_runtime::catalog::attributes_of(*kind) {
            let seen = printed.iter().any(|line| {
                line.strip_prefix(kind.singular())
                    .and_then(|rest| rest.strip_suffix(" (note)").unwrap_or(rest).rsplit_once(": "))
                    .is_some_and(|(_, name)| attribute.matches(name))
            });
            let everywhere = ["security_label.", "depends_on_extension."];
            if !seen && !everywhere.contains(&attribute.name) {
                without.push(format!("{}.{}", kind.plural(), attribute.name));
            }
        }
    }
    let attributes = |kind: &Kind| gauntlet_runtime::catalog::attributes_of(*kind).count();
    eprintln!(
        "{} kinds, {} attributes, {} mutations",
        Kind::ALL.len(),
        Kind::ALL.iter().map(attributes).sum::<usize>(),
        suites().iter().map(|suite| suite.mutations.len()).sum::<usize>()
    );
    let known: Vec<&str> = include_str!("mutations/without.txt").lines().collect();
    let unknown: Vec<&String> = without
        .iter()
        .filter(|name| !known.iter().any(|line| line.split(' ').next() == Some(name)))
        .collect();
    assert!(unknown.is_empty(), "no mutation changes {unknown:#?}");
}
