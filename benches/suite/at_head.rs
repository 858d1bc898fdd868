//! What it costs a test to get a database at head: as `#[gauntlet::test]` makes it, as `#[sqlx::test]` makes it (sqlx's own
//! code), and as a plain copy that is made and dropped. In one process on one, two and eight threads, and a process a test.
//! Each test has its database for 20 ms.

use std::cell::Cell;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use gauntlet::{Suite, TestDb};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::suite::Migrated;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::testing::{TestArgs, TestFn};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::history;

/// The number of tests of a run.
const TESTS: usize = 20;

/// What a test does with its database.
const WORK: Duration = Duration::from_millis(20);

/// The variable with the URL of the server, which sqlx reads.
const URL: &str = "DATABASE_URL";

/// The variable with the database that the plain copy is a copy of.
const ORIGINAL: &str = "GAUNTLET_BENCH_ORIGINAL";

/// How the tests are spread over processes and threads.
#[derive(Clone, Copy)]
enum Spread {
    Threads(usize),
    Processes,
}

/// How a test gets its database.
const WAYS: [(&str, &str); 5] = [
    ("gauntlet", "`#[gauntlet::test]`"),
    ("schema", "the same, in schema isolation"),
    ("gauntlet", "the same, of a new history"),
    ("sqlx", "`#[sqlx::test]`"),
    ("plain", "a plain copy"),
];

/// The milliseconds that one test took: until it had its database, and in all.
type Taken = (f64, f64);

/// With `only`, one of the [`WAYS`] by its first word.
pub(crate) fn bench(size: usize, runs: usize, only: Option<&str>) {
    let versions = history::generate(size, crate::SEED);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    crate::write(folder, &versions);
    let (server, _) = crate::server(folder);
    println!("\nN = {size}, {TESTS} tests, {runs} runs, {}", server.origin());
    let (admin, original) = block_on(async {
        let make = |label: &'static str| Sandbox::create(&server, Some(Isolation::Database), label);
        let (admin, original) = (make("admin").await.unwrap(), make("original").await.unwrap());
        let mut conn = original.connect().await.expect("a connection");
        for version in &versions {
            crate::plain(&mut conn, &version.up).await.expect("a script that runs");
        }
        conn.close().await.expect("an end");
        (admin, original)
    });
    let spreads = [Spread::Threads(1), Spread::Threads(2), Spread::Threads(8), Spread::Processes];
    let mut taken = vec![(Vec::<Taken>::new(), Vec::<f64>::new()); spreads.len() * WAYS.len()];
    for run in 0..=runs {
        for (at, spread) in spreads.iter().enumerate() {
            for (way, (name, title)) in WAYS.iter().enumerate() {
                if only.is_some_and(|only| only != *name) {
                    continue;
                }
                if title.contains("new") {
                    let text = format!("-- {run} {at}\nSELECT 1;\n");
                    let last = folder.join("migrations/99999999999999_last.up.sql");
                    std::fs::write(last, text).expect("a last version");
                }
                let of_run = uuid::Uuid::new_v4().to_string();
                let (processes, threads, tests) = match spread {
                    Spread::Threads(threads) => (1, *threads, TESTS),
                    Spread::Processes => (TESTS, 1, 1),
                };
                let begin = Instant::now();
                let mut times = Vec::new();
                for process in 0..processes {
                    let start = Instant::now();
                    let mut child = command(&admin.url(), original.name());
                    if let Spread::Processes = spread {
                        child.env("NEXTEST_RUN_ID", &of_run);
                    }
                    child.args(["--at-head-tests", *name]).arg(folder);
                    child.args([threads, tests, process].map(|number| number.to_string()));
                    let mut these = times_of(child);
                    if let Spread::Processes = spread {
                        for (_, whole) in &mut these {
                            *whole = milliseconds(start);
                        }
                    }
                    times.append(&mut these);
                }
                assert_eq!(times.len(), TESTS);
                if run > 0 {
                    let (all, walls) = &mut taken[at * WAYS.len() + way];
                    all.append(&mut times);
                    walls.push(milliseconds(begin));
                }
            }
        }
    }
    print(&spreads, &mut taken);
    block_on(async {
        original.close().await.expect("a drop");
        admin.close().await.expect("a drop");
    });
}

fn print(spreads: &[Spread], taken: &mut [(Vec<Taken>, Vec<f64>)]) {
    println!(
        "{:16} {:30} {:>8} {:>8} {:>8} {:>8} {:>9}",
        "ms", "", "ready", "worst", "whole", "worst", "all tests"
    );
    for (row, (times, walls)) in taken.iter_mut().enumerate() {
        if times.is_empty() {
            continue;
        }
        let spread = match spreads[row / WAYS.len()] {
            Spread::Threads(1) => "one thread".to_owned(),
            Spread::Threads(threads) => format!("{threads} threads"),
            Spread::Processes => "a process a test".to_owned(),
        };
        let (ready, ready_worst) = median_and_worst(times.iter().map(|time| time.0).collect());
        let (whole, whole_worst) = median_and_worst(times.iter().map(|time| time.1).collect());
        let (wall, _) = median_and_worst(walls.clone());
        println!(
            "{spread:16} {:30} {ready:8.1} {ready_worst:8.1} {whole:8.1} {whole_worst:8.1} {wall:9.0}",
            WAYS[row % WAYS.len()].1
        );
    }
}

fn median_and_worst(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() - 1])
}

fn command(url: &str, original: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the path of this program"));
    let name = std::env::var(crate::NAME).unwrap_or_else(|_| crate::server_name());
    command.env(crate::NAME, name).env(URL, url).env(ORIGINAL, original);
    command
}

/// The times that a process prints, a test a line.
fn times_of(mut child: Command) -> Vec<Taken> {
    let output = child.output().expect("this program starts once more");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let time = |line: &str| {
        let (ready, whole) = line.split_once(' ')?;
        Some((ready.parse().ok()?, whole.parse().ok()?))
    };
    text.lines().filter_map(time).collect()
}

/// Runs tests as a process of the benchmark, and prints how long each took.
pub(crate) fn tests(arguments: &[String]) {
    let start = Instant::now();
    let [way, folder, numbers @ ..] = arguments else { panic!("a way and a folder") };
    let number = |at: usize| numbers[at].parse::<usize>().expect("a number");
    let (threads, tests, process) = (number(0), number(1), number(2));
    let folder = Path::new(folder);
    let migrator = (way == "sqlx").then(|| migrator(folder));
    let (next, times) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let test = next.fetch_add(1, Ordering::Relaxed);
                    if test >= tests {
                        break;
                    }
                    // A process of its own begins earlier.
                    let begin = if tests == 1 { start } else { Instant::now() };
                    let test = process * tests + test;
                    let ready = match (&**way, migrator) {
                        ("gauntlet", _) => gauntlet_test(folder, Isolation::Database, test),
                        ("schema", _) => gauntlet_test(folder, Isolation::Schema, test),
                        ("sqlx", Some(migrator)) => sqlx_test(migrator, test),
                        _ => block_on(plain_copy(test)),
                    };
                    let taken = ((ready - begin).as_secs_f64() * 1e3, milliseconds(begin));
                    times.lock().unwrap().push(taken);
                }
            });
        }
    });
    for (ready, whole) in times.into_inner().unwrap() {
        println!("{ready} {whole}");
    }
}

fn milliseconds(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1e3
}

/// The versions that are applied, so that the database is used.
const APPLIED: &str = "SELECT count(*) FROM _sqlx_migrations";

/// As the expansion of `#[gauntlet::test]` runs it: with a suite that the tests of the process share.
fn gauntlet_test(folder: &Path, isolation: Isolation, test: usize) -> Instant {
    static SUITE: OnceLock<Suite> = OnceLock::new();
    let suite = SUITE.get_or_init(|| crate::bare(folder).isolation(isolation));
    let body = async |mut db: TestDb| {
        let ready = Instant::now();
        let applied: i64 = sqlx::query_scalar(APPLIED).fetch_one(db.conn()).await.unwrap();
        assert!(applied > 0);
        tokio::time::sleep(WORK).await;
        ready
    };
    suite.migrated(&format!("test{test}"), &Migrated::new(), body, |_| false)
}

fn migrator(folder: &Path) -> &'static Migrator {
    let migrator = block_on(Migrator::new(folder.join("migrations"))).expect("migrations");
    Box::leak(Box::new(migrator))
}

thread_local! {
    static READY: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// As the expansion of `#[sqlx::test]` runs it.
fn sqlx_test(migrator: &'static Migrator, test: usize) -> Instant {
    async fn body(pool: PgPool) {
        READY.set(Some(Instant::now()));
        let applied: i64 = sqlx::query_scalar(APPLIED).fetch_one(&pool).await.unwrap();
        assert!(applied > 0);
        tokio::time::sleep(WORK).await;
    }
    let path = format!("bench::test{test}");
    let mut args = TestArgs::new(Box::leak(path.into_boxed_str()));
    args.migrator(migrator);
    let body: fn(PgPool) -> _ = body;
    body.run_test(args);
    READY.get().expect("a test that ran")
}

/// The least that a database of one's own costs.
async fn plain_copy(test: usize) -> Instant {
    let url = std::env::var(URL).expect("a URL");
    let original = std::env::var(ORIGINAL).expect("a database");
    let options: PgConnectOptions = url.parse().expect("a URL");
    let name = format!("bench_copy_{test}");
    let mut admin = PgConnection::connect_with(&options).await.expect("a connection");
    let mut create = format!("CREATE DATABASE {name} TEMPLATE {original}");
    if admin.server_version_num().is_some_and(|version| version >= 150_000) {
        create.push_str(" STRATEGY file_copy");
    }
    admin.execute(AssertSqlSafe(create)).await.expect("a copy");
    let own = options.database(&name);
    let mut conn = PgConnection::connect_with(&own).await.expect("a connection");
    let ready = Instant::now();
    conn.execute("SELECT 1").await.expect("an answer");
    tokio::time::sleep(WORK).await;
    conn.close().await.expect("an end");
    // A backend needs a moment to end, and the server sleeps for 100 ms where it finds one.
    tokio::time::sleep(Duration::from_millis(2)).await;
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.execute(AssertSqlSafe(drop)).await.expect("a drop");
    admin.close().await.expect("an end");
    ready
}
