//! The cost of the suite, as a ratio to the plain SQL of the same history on the same server in the same run.
//!
//! ```sh
//! cargo bench --bench suite                 # N = 50, 200, 500, 1000, and 2000 tables
//! cargo bench --bench suite -- 50 200 --runs 5
//! cargo bench --bench suite -- --tables 2000
//! cargo bench --bench suite -- --variants 50 200 500
//! cargo bench --bench suite -- --at-head 200
//! cargo bench --bench suite -- --at-head --only gauntlet 200
//! GAUNTLET_BENCH_SEGMENTS=1 cargo bench --bench suite -- --variants --only plain 500
//! GAUNTLET_BENCH_SEGMENTS=4 GAUNTLET_BENCH_IN_TURN=1 cargo bench --bench suite -- --variants --only plain 500
//! GAUNTLET_BENCH_ISOLATION=schema cargo bench --bench suite -- --variants --only seeds 160
//! ```
//!
//! For each N: (a) the floor: up, down and up of every version, then every version down, as plain scripts in transactions
//! on one connection and nothing else; (b) the whole suite, its tests on as many threads as there are cores, as
//! `cargo test` runs them; (c) each test alone; (d) a process a test, as nextest runs them. CPU seconds of client and
//! server: of the run with the median of both, whose wall seconds are printed too, and the spread of all runs. A run goes
//! through all of them, and a ratio is the median of those within single runs, so that a machine that becomes slower
//! for some minutes does not change it. The model is the schema at head, as `GAUNTLET_BLESS=1` writes it. With
//! `--tables`: what `up_to_date` costs beyond the SQL that it runs, as a ratio to one full read of a catalog with so
//! many tables. With `--variants`: `stairway` over histories with faulty downs, labels, renames, roles, large bodies,
//! partitions and seeds, with counts of what it does. With `--at-head`: what a test pays for a database at head. `GAUNTLET_BENCH_OTHER` is this program in another build (`cargo build
//! --benches`), measured in the same turns; `GAUNTLET_BENCH_URL` is a server to use instead of the embedded one: it has to
//! be on this machine.

mod at_head;
mod cpu;
mod events;
mod history;
mod rounds;
mod variants;
mod wide;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gauntlet::{Check, Seed, Suite, db};
use gauntlet_runtime::isolation::{Isolation, Sandbox, settle};
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::server::{Server, SourceContext};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::history::Version;
use crate::rounds::{Case, measure};

const SEED: u64 = 20_240_101;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if let Some(i) = arguments.iter().position(|a| a == "--one") {
        return one(&arguments[i + 1], Path::new(&arguments[i + 2]));
    }
    if let Some(i) = arguments.iter().position(|a| a == "--any") {
        return any(
            &arguments[i + 1],
            Path::new(&arguments[i + 2]),
            arguments.get(i + 3).is_some(),
        );
    }
    if let Some(i) = arguments.iter().position(|a| a == "--whole") {
        whole_suite(Path::new(&arguments[i + 1]));
        println!("{}", peak_memory_mib());
        return;
    }
    if let Some(i) = arguments.iter().position(|a| a == "--at-head-tests") {
        return at_head::tests(&arguments[i + 1..]);
    }
    let mut runs = 3;
    let mut sizes = Vec::new();
    let mut tables = 0;
    let (mut variants, mut at_head, mut only) = (false, false, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--runs" => {
                runs = rest.next().and_then(|n| n.parse().ok()).expect("--runs takes a number");
            }
            "--tables" => {
                tables = rest.next().and_then(|n| n.parse().ok()).expect("--tables takes a number");
            }
            "--variants" => variants = true,
            "--at-head" => at_head = true,
            "--only" => only = rest.next().map(String::as_str),
            size => sizes.push(size.parse().expect("an argument is a number of versions")),
        }
    }
    if at_head {
        for size in sizes {
            at_head::bench(size, runs, only);
        }
        return;
    }
    if variants {
        for size in sizes {
            variants::bench(size, runs, only);
        }
        return;
    }
    if sizes.is_empty() && tables == 0 {
        (sizes, tables) = (vec![50, 200, 500, 1000], 2000);
    }
    for size in sizes {
        bench(size, runs);
    }
    if tables > 0 {
        wide::bench(tables, runs);
    }
}

fn bench(size: usize, runs: usize) {
    let versions = history::generate(size, SEED);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    write(folder, &versions);
    let (server, postmaster) = server(folder);
    run(&suite(folder).bless(true), Check::UpToDate);
    println!("\nN = {size}, {runs} runs, {}", server.origin());

    let alone = |check: Check| {
        Case::new(format!("{} alone", check.name()), move || run(&suite(folder), check))
    };
    let mut cases = vec![
        Case::new("floor: up, down, up", || floor(&server, &versions, Floor::Stairway)),
        alone(Check::Stairway).of(&[0]),
        Case::new("floor: ascent and descent", || floor(&server, &versions, Floor::UpAndDown)),
        alone(Check::DowngradeAllTheWay).of(&[2]),
        Case::new("whole suite, one process", || whole_suite(folder)).of(&[0, 2]),
        Case::new("whole suite, a process a test", || processes(folder)).of(&[0, 2]),
    ];
    let with_a_floor = [Check::Stairway, Check::DowngradeAllTheWay];
    let others = Check::ALL.iter().filter(|check| !with_a_floor.contains(check));
    cases.extend(others.map(|check| alone(*check)));
    let measured = measure(cases, runs, postmaster);
    measured.print();
    println!("a process a test, of one process: {:.2}", measured.ratio(5, &[4]));
    println!("peak memory of a process that runs the suite: {} MiB", peak_of_a_process(folder));
}

fn write(folder: &Path, versions: &[Version]) {
    let migrations = folder.join("migrations");
    std::fs::create_dir(&migrations).expect("a folder for the migrations");
    for version in versions {
        let stem = format!("{}_{}", version.number, version.name);
        std::fs::write(migrations.join(format!("{stem}.up.sql")), &version.up).expect("an up");
        std::fs::write(migrations.join(format!("{stem}.down.sql")), &version.down).expect("a down");
    }
}

/// One file for each version that has a seed.
fn write_seeds(folder: &Path, seeds: &[(i64, String)]) {
    let into = folder.join("seeds");
    std::fs::create_dir(&into).expect("a folder for the seeds");
    for (version, rows) in seeds {
        std::fs::write(into.join(format!("{version}.sql")), rows).expect("a seed");
    }
}

/// A suite on the server to use.
fn bare(folder: &Path) -> Suite {
    let suite = Suite::new("bench", folder);
    match std::env::var(URL) {
        Ok(_) => suite.db(db::env(URL)),
        Err(_) => suite.db(source()),
    }
}

fn suite(folder: &Path) -> Suite {
    let mut suite = bare(folder).model("schema.sql");
    if std::env::var(ISOLATION).is_ok_and(|isolation| isolation == "schema") {
        suite = suite.isolation(Isolation::Schema);
    }
    if let Some(segments) = std::env::var(SEGMENTS).ok().and_then(|segments| segments.parse().ok())
    {
        suite = suite.segments(segments);
    }
    if std::env::var_os(IN_TURN).is_some() {
        suite = suite.segments_in_turn();
    }
    let seeds = std::fs::read_dir(folder.join("seeds")).into_iter().flatten().flatten();
    for path in seeds.map(|entry| entry.path()) {
        let version = path.file_stem().and_then(|stem| stem.to_str()?.parse::<i64>().ok());
        suite = suite.seed_at(version.expect("a version"), Seed::file(path));
    }
    suite
}

/// A server that nobody else uses: its CPU seconds are counted. A source with other settings is another server.
fn source() -> db::Embedded {
    let name = std::env::var(NAME).unwrap_or_else(|_| server_name());
    db::embedded().setting("cluster_name", name)
}

fn server_name() -> String {
    format!("bench{}", std::process::id())
}

/// The variable with the URL of a server to use instead of the embedded one.
const URL: &str = "GAUNTLET_BENCH_URL";

/// The variable with the isolation, if it is not the default.
const ISOLATION: &str = "GAUNTLET_BENCH_ISOLATION";

/// The variable with the number of segments of `stairway`, if that is not to be the default.
const SEGMENTS: &str = "GAUNTLET_BENCH_SEGMENTS";

/// The variable with which the segments are walked one after the other: the counts then say how long each took, and when it
/// could begin.
const IN_TURN: &str = "GAUNTLET_BENCH_IN_TURN";

/// The variable that names the server to the processes of (d).
const NAME: &str = "GAUNTLET_BENCH_SERVER";

fn run(suite: &Suite, check: Check) {
    let report = suite.report(check);
    assert!(
        report.status() == gauntlet_runtime::finding::Status::Passed,
        "{}",
        gauntlet_runtime::report::render(&report)
    );
}

fn whole_suite(folder: &Path) {
    let suite = suite(folder);
    let (checks, next) = (by_name(), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(|| {
                while let Some(check) = checks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run(&suite, *check);
                }
            });
        }
    });
}

/// The checks in the order in which libtest and nextest start them.
fn by_name() -> Vec<Check> {
    let mut checks = Check::ALL.to_vec();
    checks.sort_by_key(|check| check.name());
    checks
}

fn one(name: &str, folder: &Path) {
    let check = Check::ALL.iter().find(|c| c.name() == name).expect("a check's name");
    run(&suite(folder), *check);
}

/// A check that may fail.
fn any(name: &str, folder: &Path, count: bool) {
    let check = Check::ALL.iter().find(|c| c.name() == name).expect("a check's name");
    if count {
        events::count();
    }
    let report = suite(folder).report(*check);
    block_on(settle());
    let failures = report
        .findings
        .iter()
        .filter(|f| f.severity == gauntlet_runtime::finding::Severity::Failure)
        .count();
    if count {
        println!("{failures} findings, {}", events::counts());
    }
}

fn processes(folder: &Path) {
    let own = std::env::current_exe().expect("the path of this program");
    let name = format!("bench{}", std::process::id());
    // What nextest calls one run: its processes share, those of two runs do not.
    let run = uuid::Uuid::new_v4().to_string();
    let (checks, next) = (by_name(), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(|| {
                while let Some(check) = checks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let status = Command::new(&own)
                        .env(NAME, &name)
                        .env("NEXTEST_RUN_ID", &run)
                        .arg("--one")
                        .arg(check.name())
                        .arg(folder)
                        .status();
                    assert!(status.is_ok_and(|s| s.success()), "{} fails", check.name());
                }
            });
        }
    });
}

#[derive(Clone, Copy)]
enum Floor {
    Stairway,
    UpAndDown,
}

fn floor(server: &std::sync::Arc<Server>, versions: &[Version], what: Floor) {
    block_on(async {
        let sandbox =
            Sandbox::create(server, Some(Isolation::Database), "floor").await.expect("a database");
        let mut conn = sandbox.connect().await.expect("a connection");
        for version in versions {
            let scripts: &[&str] = match what {
                Floor::Stairway => &[&version.up, &version.down, &version.up],
                Floor::UpAndDown => &[&version.up],
            };
            for script in scripts {
                plain(&mut conn, script).await.expect("a script that runs");
            }
        }
        if let Floor::UpAndDown = what {
            for version in versions.iter().rev() {
                plain(&mut conn, &version.down).await.expect("a down that runs");
            }
        }
        conn.close().await.expect("an end");
        sandbox.close().await.expect("a drop");
        let mut conn = server.connect().await.expect("a connection");
        conn.execute(DROP_ROLES).await.expect("a drop");
    });
}

/// The roles of a generated history outlive its database.
const DROP_ROLES: &str = r"DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT rolname FROM pg_roles WHERE rolname LIKE 'gauntlet\_bench\_%' LOOP EXECUTE 'DROP ROLE ' || name; END LOOP;
END $$";

/// A script in a transaction, which is rolled back where the script fails.
async fn plain(conn: &mut sqlx::PgConnection, script: &str) -> sqlx::Result<()> {
    let mut tx = conn.begin().await?;
    tx.execute(AssertSqlSafe(script)).await?;
    tx.commit().await
}

fn server(folder: &Path) -> (std::sync::Arc<Server>, u32) {
    block_on(async {
        // As the suite sees it: which servers are found depends on the folder.
        let context = SourceContext::new(folder).with_environment(std::env::vars_os());
        let server = match std::env::var(URL) {
            Ok(_) => Server::shared(&db::env(URL), &context).await,
            Err(_) => Server::shared(&source(), &context).await,
        };
        let server = server.expect("a server");
        let mut conn = server.connect().await.expect("a connection");
        let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
            .fetch_one(&mut conn)
            .await
            .expect("a pid");
        let backend = u32::try_from(backend).expect("a pid is positive");
        (server, cpu::parent(backend).expect("the postmaster"))
    })
}

fn cores() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

/// The cost of one process that runs all tests of the suite, without what this process did before.
fn peak_of_a_process(folder: &Path) -> String {
    let own = std::env::current_exe().expect("the path of this program");
    let name = format!("bench{}", std::process::id());
    let output = Command::new(own).env(NAME, name).arg("--whole").arg(folder).output();
    let output = output.expect("this program starts once more");
    assert!(output.status.success(), "the suite fails");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn peak_memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}
