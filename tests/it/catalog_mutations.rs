//! Single changes of one object each, as data: the differ sees them all, and `pg_dump` agrees.
//!
//! A file under `mutations/` holds the SQL of a base, then one section for each change:
//!
//! ```text
//! === name [flags]
//! SQL of the change
//! --> column t.a: type
//! ```
//!
//! The lines behind `-->` are the differences that must be told, each with object and attribute, in order.
//! Write them with `GAUNTLET_UPDATE=1`. Flags: `[>=15]` needs that server, `[may-lack]` is passed over
//! where the server was built without it, `[ours]` is seen by us alone. A name that begins with `same:`
//! must differ in nothing.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gauntlet::catalog::{Catalog, Change, DiffOptions, Difference, Kind, ReadOptions, Severity};
use gauntlet::isolation::{Isolation, Sandbox};
use gauntlet::names::quote_ident;
use gauntlet::server::Server;
use sqlx::{Connection as _, PgConnection};

use crate::area::run;
use crate::oracle::{data_files, dump, load, major, pg_dump_for, servers};

pub(crate) struct Suite {
    file: PathBuf,
    pub(crate) base: String,
    pub(crate) mutations: Vec<Mutation>,
}

pub(crate) struct Mutation {
    pub(crate) name: String,
    pub(crate) sql: String,
    expected: Vec<String>,
}

impl Mutation {
    pub(crate) fn applies(&self, server: &Server) -> bool {
        let Some((_, rest)) = self.name.split_once("[>=") else { return true };
        let from: u32 = rest.split(']').next().unwrap_or_default().parse().expect("a version");
        major(server) >= from
    }

    fn has(&self, flag: &str) -> bool {
        self.name.contains(flag)
    }

    fn is_same(&self) -> bool {
        self.name.starts_with("same:")
    }
}

pub(crate) fn suites() -> Vec<Suite> {
    data_files("mutations", "sql")
        .into_iter()
        .map(|file| {
            let text = std::fs::read_to_string(&file).unwrap();
            let mut sections = text.split("\n=== ");
            let base = sections.next().unwrap_or_default().to_owned();
            let mutations = sections.map(mutation).collect();
            Suite { file, base, mutations }
        })
        .collect()
}

fn mutation(section: &str) -> Mutation {
    let (name, body) = section.split_once('\n').unwrap_or((section, ""));
    let (told, sql): (Vec<&str>, Vec<&str>) =
        body.lines().partition(|line| line.starts_with("--> "));
    Mutation {
        name: name.to_owned(),
        sql: sql.join("\n").trim_end().to_owned(),
        expected: told.into_iter().map(|line| line[4..].to_owned()).collect(),
    }
}

/// A difference without its values, which are the server's words and change with its version.
fn told(difference: &Difference) -> String {
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
fn every_mutation_is_told_and_nothing_else() {
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
                    lines = diff(&base, &changed).iter().map(told).collect();
                }
                Err(_) if mutation.has("[may-lack]") => {}
                Err(error) => wrong.push(format!("{}: {error}", place())),
            }
            transaction.rollback().await.unwrap();
            if lines.is_empty() != mutation.is_same() {
                wrong.push(format!("{}: {} differences", place(), lines.len()));
            } else if lines != mutation.expected && !updating() {
                wrong.push(format!(
                    "{}:\n    expected {:#?}\n    told {lines:#?}",
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
        let mut wrong = Vec::new();
        for server in servers().await {
            match pg_dump_for(&server) {
                Some(program) => {
                    for suite in suites() {
                        ask_oracle(&server, &program, &suite, &mut wrong).await;
                    }
                }
                None => eprintln!("no pg_dump for PostgreSQL {}: not asked", major(&server)),
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    });
}

/// Whether `pg_dump` tells each change from the base, as the data say.
async fn ask_oracle(server: &Arc<Server>, program: &Path, suite: &Suite, wrong: &mut Vec<String>) {
    let base = Sandbox::create(server, Some(Isolation::Database), "oracle").await.unwrap();
    let mut conn = base.connect().await.unwrap();
    load(&mut conn, &suite.base).await.unwrap();
    drop(conn);
    let before = dump(program, &base).await;
    drop_subscription(&mut base.connect().await.unwrap()).await;
    for mutation in suite.mutations.iter().filter(|mutation| mutation.applies(server)) {
        let (sandbox, mut conn) = copy(server, &base, &suite.base).await;
        match load(&mut conn, &mutation.sql).await {
            Ok(()) => {
                let same = dump(program, &sandbox).await == before;
                if same != (mutation.is_same() || mutation.has("[ours]")) {
                    wrong.push(format!(
                        "{} on {}: {}: pg_dump says {}",
                        suite.file.file_name().unwrap().display(),
                        major(server),
                        mutation.name,
                        if same { "same" } else { "differ" }
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

/// A database with a subscription cannot be dropped, and a subscription with a slot asks its publisher.
pub(crate) async fn drop_subscription(conn: &mut PgConnection) {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT subname::text FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid \
         WHERE d.datname = current_database()",
    )
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    for name in names {
        let name = quote_ident(&name);
        load(conn, &format!("ALTER SUBSCRIPTION {name} DISABLE; ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"))
            .await
            .unwrap();
        load(conn, &format!("DROP SUBSCRIPTION {name}")).await.unwrap();
    }
}

#[test]
fn every_kind_and_attribute_has_a_mutation() {
    let told: Vec<String> =
        suites().into_iter().flat_map(|suite| suite.mutations).flat_map(|m| m.expected).collect();
    let mut without = Vec::new();
    for kind in Kind::ALL {
        for attribute in gauntlet::catalog::attributes_of(*kind) {
            let seen = told.iter().any(|line| {
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
    let known: Vec<&str> = include_str!("mutations/without.txt").lines().collect();
    let unknown: Vec<&String> = without
        .iter()
        .filter(|name| !known.iter().any(|line| line.split(' ').next() == Some(name)))
        .collect();
    assert!(unknown.is_empty(), "no mutation changes {unknown:#?}");
}
