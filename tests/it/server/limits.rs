//! A server that is full, too small, read only, in recovery, or that has limits of its own: an error about the server that
//! names version and file, never a finding. And a machine whose usual places are full or closed.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check::Stairway;
use gauntlet_runtime::server::{Embedded, Server, embedded};
use gauntlet_runtime::suite::Suite;
use regex_lite::Regex;
use sqlx::{Connection as _, PgConnection};

use crate::support::area::{Area, is_root, open_to_all, run, wait_until};
use crate::support::database::{UsersDatabase, execute};
use crate::support::{Project, printed};

/// A table, and a second version with this up.
fn project(up: &str) -> Project {
    Project::new(&format!(
        "
--- 1_users.up.sql
CREATE TABLE users (id int, email text);
--- 1_users.down.sql
DROP TABLE users;
--- 2_large.up.sql
{up}
--- 2_large.down.sql
DELETE FROM users;
"
    ))
}

/// What a person reads, without what differs between runs and versions of the server.
fn said(suite: &Suite) -> String {
    let report = suite.report(Stairway);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let text = printed(&report);
    let differs = |line: &&str| {
        !["caused by: ", "CONTEXT: ", "PL/pgSQL "]
            .iter()
            .any(|word| line.trim_start().starts_with(word))
    };
    let lines: Vec<&str> = text.lines().filter(differs).collect();
    let named = Regex::new("file \"[^\"]+\": .+").unwrap();
    named.replace_all(&(lines.join("\n") + "\n"), "FILE: …").into_owned()
}

/// The text of a suite on a server behind a URL, after statements of its administrator.
fn on_a_server(source: &Embedded, statements: &[&str], up: &str, expected: &Expect) {
    let area = Area::new();
    let (server, user) = run(async {
        let server = Server::shared(source, &area.context()).await.unwrap();
        let mut user = UsersDatabase::new(&server).await;
        for statement in statements {
            execute(&mut user.admin, *statement).await;
        }
        if !statements.is_empty() {
            execute(&mut user.admin, "SELECT pg_reload_conf()").await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        (server, user)
    });
    let text = said(&project(up).suite().db(user.url.clone()));
    expected.assert_eq(&text);
    drop(server);
}

#[test]
fn no_locks_are_left() {
    let source = embedded().setting("max_locks_per_transaction", "10");
    let up = "DO $$ BEGIN FOR i IN 1 .. 20000 LOOP EXECUTE 'CREATE TABLE t' || i || ' (a int)'; END LOOP; END $$;";
    on_a_server(
        &source.setting("max_connections", "20"),
        &[],
        up,
        &expect![[r#"
            stairway could not run:

               the server is out of memory or locks in the middle of the up of 2_large
                 --> migrations/2_large.up.sql:1:4
                 ERROR 53200: out of shared memory
                 HINT: You might need to increase max_locks_per_transaction.
                 this says nothing of the migrations: give it more of what it names, and run the test again
        "#]],
    );
}

#[test]
fn a_server_that_is_read_only() {
    let read_only = "ALTER SYSTEM SET default_transaction_read_only = on";
    on_a_server(
        &embedded(),
        &[read_only],
        "SELECT 1;",
        &expect![[r#"
            stairway could not run:

               create the database `gauntlet_…`: cannot execute CREATE DATABASE in a read-only transaction (SQLSTATE 25006)
               name a server that can be written to: this one is a standby, or has default_transaction_read_only
        "#]],
    );
}

#[test]
fn a_limit_of_the_server_for_statements() {
    let limit = "ALTER SYSTEM SET statement_timeout = '1s'";
    on_a_server(
        &embedded(),
        &[limit],
        "CREATE TABLE t (a int);\nSELECT pg_sleep(3);",
        &expect![[r#"
            stairway could not run:

               a time limit of the server ended the statement in the middle of the up of 2_large
                 --> migrations/2_large.up.sql:2:1
                 ERROR 57014: canceling statement due to statement timeout
                 this says nothing of the migrations: take `statement_timeout` from the role, the database or the server of the tests; where production has it too, SET it in the script
        "#]],
    );
}

/// The limit of the script itself is its own affair.
#[test]
fn a_limit_of_the_script() {
    let up = "SET LOCAL statement_timeout = '100ms';\nSELECT pg_sleep(3);";
    let report = project(up).suite().report(Stairway);
    let kinds: Vec<&str> = report.findings.iter().map(|finding| &*finding.kind).collect();
    assert_eq!(kinds, ["up_fails"]);
}

/// Tells a started test binary the folder of the suite that it checks.
const FOLDER: &str = "GAUNTLET_TEST_LIMITS";

/// Not a test when run as one: a process on an embedded server of its own.
#[test]
fn process() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    println!("said: {}", said(&Suite::new("tests::migrations", folder).db(embedded())));
}

/// What a process says of which a shell says where and with what limits it runs.
fn under(script: &str, up: &str) -> String {
    let (area, project) = (Area::new(), project(up));
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-ec", &format!("{script}\nexec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "server::limits::process", "--nocapture"])
        .envs(area.environment())
        .env(FOLDER, project.path())
        .env("AREA", &area.root)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let said = text.split_once("said: ").map_or(&*text, |(_, said)| said);
    said.split("\ntest ").next().unwrap_or(said).to_owned()
}

#[test]
fn the_disk_is_full() {
    if !is_root() {
        return;
    }
    let script = "mount -t tmpfs -o size=120m,mode=1777 gauntlet-test \"$AREA\"";
    // Without WAL, for which a server that has no room may stop altogether.
    let up =
        "CREATE UNLOGGED TABLE large AS SELECT repeat('x', 1000) FROM generate_series(1, 200000);";
    expect![[r#"
        stairway could not run:

           the server's disk is full in the middle of the up of 2_large
             --> migrations/2_large.up.sql:1:1
             ERROR 53100: could not extend FILE: …
             HINT: Check free disk space.
             this says nothing of the migrations: make room on it, and run the test again
    "#]]
    .assert_eq(&under(script, up));
}

#[test]
fn the_memory_is_used_up() {
    if !is_root() {
        return;
    }
    let up = "INSERT INTO users SELECT 1, repeat(repeat('x', 1000), 900000);";
    expect![[r#"
        stairway could not run:

           the server is out of memory or locks in the middle of the up of 2_large
             --> migrations/2_large.up.sql:1:1
             ERROR 53200: out of memory
             DETAIL: Failed on request of size 900000004 in memory context "MessageContext".
             this says nothing of the migrations: give it more of what it names, and run the test again
    "#]]
    .assert_eq(&under("export MALLOC_ARENA_MAX=1; ulimit -v 1500000", up));
}

/// Where the embedded server and what it remembers cannot stand, another place is found.
#[test]
fn places_that_are_full_or_closed() {
    if !is_root() {
        return;
    }
    let usual = "unset GAUNTLET_RUNTIME_DIR";
    for script in [
        // What runs is not in the folder of the server.
        "mount -t tmpfs -o noexec,mode=1777 gauntlet-test \"$AREA\"",
        &format!("mount -t tmpfs -o size=2m gauntlet-test /dev/shm\n{usual}"),
        &format!("mount -t tmpfs -o mode=0755 gauntlet-test /dev/shm\n{usual}"),
        &format!("mount -t tmpfs -o ro gauntlet-test /dev/shm\n{usual}"),
        "mkdir \"$AREA/home\"\nmount -t tmpfs -o ro gauntlet-test \"$AREA/home\"\nexport HOME=\"$AREA/home\"",
        "mkdir \"$AREA/home\"\nmount -t tmpfs -o size=1m gauntlet-test \"$AREA/home\"\nexport HOME=\"$AREA/home\"",
        "export HOME=/nonexistent",
        "unset HOME",
    ] {
        assert_eq!(under(script, "SELECT 1;"), "stairway: ok\n", "{script}");
    }
}

/// A server that waits for the WAL of another one, and ends together with the test.
struct Standby {
    process: Child,
    folder: PathBuf,
}

impl Standby {
    fn start(area: &Area) -> Standby {
        // The programs of the server that the suite would start.
        let server = run(Server::shared(&embedded(), &area.context())).unwrap();
        let program = area.processes().into_iter().find_map(|(_, line)| {
            let program = PathBuf::from(line.split(' ').next()?);
            program.ends_with("bin/postgres").then_some(program)
        });
        let bindir = program.unwrap().parent().unwrap().to_owned();
        drop(server);
        let folder = area.root.join("standby");
        std::fs::create_dir(&folder).unwrap();
        open_to_all(&folder);
        let as_nobody = || {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "SIGQUIT"]);
            if is_root() {
                command.args(["--reuid=nobody", "--clear-groups"]);
            }
            command.current_dir("/").stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let data = folder.join("data");
        let made = as_nobody()
            .arg(bindir.join("initdb"))
            .args(["--auth=trust", "--no-sync", "-U", "postgres", "-D"])
            .arg(&data)
            .status();
        assert!(made.unwrap().success());
        std::fs::write(data.join("standby.signal"), "").unwrap();
        let process = as_nobody()
            .arg(bindir.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-c", "listen_addresses=", "-c", "hot_standby=on"])
            .spawn()
            .unwrap();
        let standby = Standby { process, folder };
        wait_until("the standby answers", || run(PgConnection::connect(&standby.url())).is_ok());
        standby
    }

    fn url(&self) -> String {
        let folder = self.folder.to_str().unwrap().replace('/', "%2F");
        format!("postgres://postgres@{folder}:5432/postgres")
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

#[test]
fn a_server_in_recovery() {
    let area = Area::new();
    let standby = Standby::start(&area);
    let project = project("SELECT 1;");
    let suite = project.suite().db(standby.url());
    expect![[r#"
        stairway could not run:

           create the database `gauntlet_…`: cannot execute CREATE DATABASE in a read-only transaction (SQLSTATE 25006)
           name a server that can be written to: this one is a standby, or has default_transaction_read_only
    "#]].assert_eq(&said(&suite).replace(area.root.to_str().unwrap(), "AREA"));
}
