//! What sqlx itself does with a history, and what the tool says of it: `migrate run` and `migrate revert` through sqlx's
//! own `Migrator`, each on a connection of its own, for histories that leave all sorts of things in their sessions.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;
use std::sync::Arc;

use fastrand::Rng;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::finding::{Fact, Finding, Report, Severity};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::server::Server;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection as _, PgConnection};

use crate::support::database::server;
use crate::support::oracle::{Extent, extent};
use crate::support::{Project, embedded};

/// A step that failed: `2 down 42P01`.
type Failure = String;

/// What becomes of a history.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// Up, down, up of each version, each in a run of its own: the first failure of each version, as far as ups lead.
    alone: BTreeSet<Failure>,
    /// All versions in one run.
    together: Option<Failure>,
    /// After that run, each version reverted in a run of its own.
    way_down: Option<Failure>,
}

/// Names the run of sqlx to a process that a test starts: `run` or `revert`, and a version.
const COMMAND: &str = "GAUNTLET_TEST_SQLX";

/// Not a test when run as one: `sqlx migrate run` or `revert` in a process of its own.
#[test]
fn child() {
    let Ok(command) = std::env::var(COMMAND) else { return };
    let [command, version, url, folder] = command.split('\n').collect::<Vec<_>>()[..] else {
        panic!("a command is four lines")
    };
    let version: i64 = version.parse().unwrap();
    let error = block_on(async {
        let migrator = Migrator::new(std::path::PathBuf::from(folder)).await.unwrap();
        let mut conn = PgConnection::connect(url).await.unwrap();
        let result = match command {
            "run" => migrator.run_to(version, &mut conn).await,
            _ => migrator.undo(&mut conn, version - 1).await,
        };
        let _ = conn.close().await;
        result.err()
    });
    match error {
        None => println!("\nsaid: ok"),
        Some(MigrateError::ExecuteMigration(error, version)) => {
            println!("\nsaid: {version} {}", sqlstate(&error));
        }
        Some(MigrateError::Execute(error)) => println!("\nsaid: ? {}", sqlstate(&error)),
        Some(other) => panic!("{other}"),
    }
}

fn sqlstate(error: &sqlx::Error) -> String {
    let state = error.as_database_error().and_then(|e| e.code().map(String::from));
    state.unwrap_or_else(|| error.to_string())
}

/// A database, and sqlx with the history.
struct Production<'a> {
    sandbox: Sandbox,
    project: &'a Project,
}

impl<'a> Production<'a> {
    async fn new(server: &Arc<Server>, project: &'a Project) -> Production<'a> {
        let sandbox =
            Sandbox::create(server, Some(Isolation::Database), "production").await.unwrap();
        Production { sandbox, project }
    }

    /// A run of sqlx: `None` when it passes, else the version as far as sqlx names it, and the SQLSTATE.
    fn sqlx(&self, command: &str, version: i64) -> Option<(Option<i64>, String)> {
        let folder = self.project.path().join("migrations");
        let command = format!("{command}\n{version}\n{}\n{}", self.sandbox.url(), folder.display());
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "engines::like_sqlx::child", "--nocapture", "--test-threads=1"])
            .env(COMMAND, command)
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        let said = output.lines().find_map(|line| line.strip_prefix("said: "));
        match said.unwrap_or_else(|| panic!("{output}")) {
            "ok" => None,
            failure => {
                let (version, state) = failure.split_once(' ').unwrap();
                Some((version.parse().ok(), state.to_owned()))
            }
        }
    }

    /// `sqlx migrate run`, as far as this version.
    async fn run(&self, target: i64) -> Option<Failure> {
        let (version, state) = self.sqlx("run", target)?;
        let version = if let Some(version) = version {
            version
        } else {
            // sqlx does not name it: the one whose row has no time yet, or the next one, or the one that broke the session
            // so that the run cannot end; where a run has several, that is the last that removes prepared statements.
            let rows = self.rows().await;
            let stopped = rows.iter().find(|(_, time)| *time == -1).map(|(version, _)| *version);
            stopped.unwrap_or_else(|| rows.last().map_or(1, |(v, _)| (v + 1).min(target)))
        };
        Some(format!("{version} up {state}"))
    }

    /// `sqlx migrate revert` of the last version.
    fn revert(&self, version: i64) -> Option<Failure> {
        self.sqlx("revert", version).map(|(_, state)| format!("{version} down {state}"))
    }

    async fn rows(&self) -> Vec<(i64, i64)> {
        let mut conn: PgConnection = self.sandbox.connect().await.unwrap();
        let rows = "SELECT version, execution_time FROM public._sqlx_migrations ORDER BY version";
        sqlx::query_as(rows).fetch_all(&mut conn).await.unwrap()
    }
}

/// What sqlx does.
async fn by_sqlx(server: &Arc<Server>, project: &Project, versions: i64) -> Outcome {
    let mut alone = BTreeSet::new();
    // Each version from a database in which only ups have run.
    for version in 1..=versions {
        let production = Production::new(server, project).await;
        let mut below = None;
        for earlier in 1..version {
            below = below.or(production.run(earlier).await);
        }
        if below.is_some() {
            break;
        }
        if let Some(failure) = production.run(version).await {
            alone.insert(failure);
            break;
        }
        let reverted = production.revert(version);
        let again = if reverted.is_none() { production.run(version).await } else { None };
        alone.extend(reverted.or(again));
    }
    let production = Production::new(server, project).await;
    let together = production.run(versions).await;
    let mut way_down = None;
    if together.is_none() {
        for version in (1..=versions).rev() {
            way_down = way_down.or(production.revert(version));
            if way_down.is_some() {
                break;
            }
        }
    }
    Outcome { alone, together, way_down }
}

/// The failures of single steps that a report has, of these kinds.
fn failures(report: &Report, kinds: &[&str]) -> Vec<Failure> {
    let of_step = |finding: &&Finding| {
        finding.severity == Severity::Failure && kinds.contains(&&*finding.kind)
    };
    report
        .findings
        .iter()
        .filter(of_step)
        .map(|finding| {
            let state = finding.facts.iter().find_map(|fact| match fact {
                Fact::Database(message) => message.sqlstate.clone(),
                _ => None,
            });
            let down =
                finding.file.as_ref().is_some_and(|f| f.to_string_lossy().ends_with(".down.sql"));
            let direction = if down { "down" } else { "up" };
            let version = finding.version.as_ref().unwrap();
            format!("{} {direction} {}", version.id, state.unwrap_or_default())
        })
        .collect()
}

const ALONE: [&str; 5] =
    ["up_fails", "down_fails", "second_up_fails", "version_not_recorded", "fails_alone"];
const STEPS: [&str; 3] = ["up_fails", "down_fails", "version_not_recorded"];

/// What the tool says.
fn by_the_tool(project: &Project, sqlx: &Outcome) -> Outcome {
    let suite = || project.suite().db(embedded()).isolation(Isolation::Database);
    let stairway = suite().report(Check::Stairway);
    let up_to_date = suite().report(Check::DowngradeAllTheWay);
    // The walk goes on behind a version that passes only in one session; sqlx does not.
    let mut alone: Vec<Failure> = failures(&stairway, &ALONE);
    if let Some(end) = alone.iter().position(|failure| {
        failure.contains(" up ") && failures(&stairway, &["fails_alone"]).contains(failure)
    }) {
        alone.truncate(end + 1);
    }
    let steps = failures(&up_to_date, &STEPS);
    let one = |direction: &str| steps.iter().find(|failure| failure.contains(direction)).cloned();
    let (together, way_down) = (one(" up "), one(" down "));
    // What `stairway` says of a run of all versions must be the same.
    let by_stairway = failures(&stairway, &["fails_together"]).pop();
    if sqlx.alone.iter().all(|failure| !failure.contains(" up ")) {
        assert_eq!(by_stairway, together, "stairway and the way down disagree");
    }
    Outcome { alone: alone.into_iter().collect(), together, way_down }
}

#[track_caller]
fn agrees(files: &str) {
    let project = Project::new(files);
    let versions = i64::try_from(files.matches(".up.sql").count()).unwrap();
    let sqlx = block_on(async { by_sqlx(&server().await, &project, versions).await });
    let tool = by_the_tool(&project, &sqlx);
    assert_eq!(tool, sqlx, "left: the tool, right: sqlx, for\n{files}");
}

/// Statements that change a session, read one, or undo what others do. `N` is the number of the version.
const PIECES: [&str; 29] = [
    "SELECT 1;",
    "SET search_path TO pg_catalog;",
    "SET LOCAL search_path TO pg_catalog;",
    "SET search_path TO public;",
    "SELECT pg_catalog.set_config('search_path', '', false);",
    "SELECT set_config('search_path', '', true);",
    "SELECT set_config('search_path', '\"$user\", public', true);",
    "RESET search_path;",
    "SET ROLE pg_read_all_data;",
    "SET LOCAL ROLE pg_read_all_data;",
    "RESET ROLE;",
    "SET SESSION AUTHORIZATION pg_read_all_data;",
    "RESET SESSION AUTHORIZATION;",
    "SET app.tenant = 'a';",
    "SET LOCAL app.tenant = 'a';",
    "SELECT current_setting('app.tenant');",
    "CREATE TEMP TABLE helper (id int);",
    "CREATE TEMP TABLE helper (id int) ON COMMIT DROP;",
    "SELECT * FROM helper;",
    "DROP TABLE helper;",
    "CREATE TEMP SEQUENCE counter;",
    "PREPARE p AS SELECT 1;",
    "EXECUTE p;",
    "DEALLOCATE ALL;",
    "SET default_transaction_read_only = on;",
    "SET lock_timeout = '5s';",
    "SELECT nextval('public.numbers');",
    "SELECT currval('public.numbers');",
    "CREATE TABLE IF NOT EXISTS public.tN (id int);",
];

fn script(random: &mut Rng, version: usize) -> String {
    // sqlx sends a script without a transaction as one query, in which SET ends with the others.
    let mut script = if random.usize(..6) == 0 { "-- no-transaction\n" } else { "" }.to_owned();
    for _ in 0..=random.usize(..2) {
        script.push_str(&PIECES[random.usize(..PIECES.len())].replace('N', &version.to_string()));
        script.push('\n');
    }
    script
}

fn history(random: &mut Rng) -> String {
    let mut files = "--- 1_numbers.up.sql\nCREATE SEQUENCE numbers;\n".to_owned();
    files.push_str("--- 1_numbers.down.sql\nDROP SEQUENCE public.numbers;\n");
    for version in 2..=3 {
        let (up, down) = (script(random, version), script(random, version));
        write!(files, "--- {version}_v.up.sql\n{up}--- {version}_v.down.sql\n{down}").unwrap();
    }
    files
}

/// All of a list on request, else a part of it.
fn some<T>(all: impl Iterator<Item = T>, every: usize) -> impl Iterator<Item = T> {
    all.step_by(match extent() {
        Extent::Sample => every * 2,
        Extent::Long | Extent::Servers => every / 2,
        Extent::All => 1,
    })
}

#[test]
fn generated_histories_end_as_in_production() {
    let mut random = Rng::with_seed(15);
    let histories: Vec<String> = (0..40).map(|_| history(&mut random)).collect();
    for history in some(histories.iter(), 8) {
        agrees(history);
    }
}

#[test]
fn each_piece_ends_as_in_production() {
    for piece in some(PIECES.iter(), 5) {
        let piece = piece.replace('N', "2");
        agrees(&format!(
            "--- 1_numbers.up.sql\nCREATE SEQUENCE numbers;\n--- 1_numbers.down.sql\nDROP SEQUENCE public.numbers;\n\
             --- 2_v.up.sql\n{piece}\n--- 2_v.down.sql\nSELECT 1;\n--- 3_v.up.sql\n{piece}\nSELECT 2;\n--- 3_v.down.sql\n{piece}\n"
        ));
    }
}

#[test]
fn known_histories_end_as_in_production() {
    for history in HISTORIES {
        agrees(history);
    }
}

#[test]
fn a_run_that_does_not_find_its_table_is_foreseen() {
    let paths = [
        ("public, crm", false),
        ("crm, public", true),
        ("nowhere", true),
        ("\"$user\", public", false),
    ];
    for (path, is_lost) in paths {
        let set = format!("ALTER DATABASE %I SET search_path = {path}");
        let project = Project::new(&format!(
            "--- 1_crm.up.sql\nCREATE SCHEMA crm;\nDO $$ BEGIN EXECUTE format('{set}', current_database()); END $$;\n\
             --- 1_crm.down.sql\nSELECT 1;\n"
        ));
        let again = block_on(async {
            let production = Production::new(&server().await, &project).await;
            assert_eq!(production.run(1).await, None);
            production.sqlx("run", 1)
        });
        assert_eq!(again.is_some(), is_lost, "the second run of sqlx with {path}: {again:?}");
        let suite = project.suite().db(embedded()).isolation(Isolation::Database);
        let report = suite.report(Check::Stairway);
        let printed = report.findings.iter().any(|finding| finding.kind == "table_not_found");
        assert_eq!(printed, is_lost, "with {path}");
    }
}

/// Histories after faults that people reported.
const HISTORIES: [&str; 6] = [
    // The head of each pg_dump.
    "--- 1_baseline.up.sql
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.users (id int);
--- 1_baseline.down.sql
DROP TABLE public.users;
",
    // A down that reads what its up left.
    "--- 1_users.up.sql
CREATE TABLE users (id int);
CREATE TEMP TABLE backup AS SELECT * FROM users;
--- 1_users.down.sql
SELECT count(*) FROM backup;
DROP TABLE users;
",
    // Two versions that make the same temporary table.
    "--- 1_users.up.sql
CREATE TEMP TABLE staging (id int);
CREATE TABLE users (id int);
--- 1_users.down.sql
DROP TABLE users;
--- 2_teams.up.sql
CREATE TEMP TABLE staging (id int);
CREATE TABLE teams (id int);
--- 2_teams.down.sql
DROP TABLE teams;
",
    // A version that reads a setting of an earlier one.
    "--- 1_tenant.up.sql
SET app.tenant = 'a';
--- 1_tenant.down.sql
SELECT 1;
--- 2_users.up.sql
CREATE TABLE users (tenant text);
INSERT INTO users VALUES (current_setting('app.tenant'));
--- 2_users.down.sql
DROP TABLE users;
",
    // A role that may not write the row, and one that hands itself back.
    "--- 1_users.up.sql
CREATE TABLE users (id int);
SET ROLE pg_monitor;
RESET ROLE;
--- 1_users.down.sql
DROP TABLE users;
SET LOCAL ROLE pg_monitor;
",
    // Without a transaction, what ran stays.
    "--- 1_users.up.sql
-- no-transaction
SET search_path TO pg_catalog
--- 1_users.down.sql
SELECT 1;
",
];
