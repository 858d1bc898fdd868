//! A pooler between the tests and the server: `PgBouncer`, where it is installed, as Debian's package is.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::server::Server;

use crate::support::area::{Area, is_root, open_to_all, run, wait_until};
use crate::support::database::UsersDatabase;
use crate::support::{Project, printed};

const PORT: u16 = 6432;

/// A pooler in a folder of its own; ends with the value.
struct Pooler(Child);

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn program() -> Option<PathBuf> {
    ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].iter().map(PathBuf::from).find(|p| p.is_file())
}

impl Pooler {
    /// Starts it before the server in the folder `sockets`.
    fn start(program: &Path, folder: &Path, sockets: &str, settings: &str) -> Pooler {
        std::fs::create_dir(folder).unwrap();
        open_to_all(folder);
        let shown = folder.display();
        let text = format!(
            "[databases]\n* = host={sockets} port=5432 user=postgres\n[pgbouncer]\nauth_type = any\nlisten_port = {PORT}\n\
             unix_socket_dir = {shown}\nlogfile = {shown}/log\n{settings}\n"
        );
        std::fs::write(folder.join("pgbouncer.ini"), text).unwrap();
        let mut command = Command::new(program);
        if is_root() {
            // It refuses root, too, and no other user gets to the server than its own.
            let owner = std::fs::metadata(sockets).unwrap();
            command.uid(owner.uid()).gid(owner.gid());
        }
        let child = command
            .arg(folder.join("pgbouncer.ini"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pooler = Pooler(child);
        let socket = folder.join(format!(".s.PGSQL.{PORT}"));
        wait_until("the pooler listens", || socket.exists());
        pooler
    }
}

/// What a check says of a pooler with these settings before a server.
fn check(name: &str, settings: &str, expected: Expect) {
    let Some(program) = program() else {
        println!("PgBouncer is not installed: nothing is tried");
        return;
    };
    let area = Area::new();
    let user = run(async {
        let source = gauntlet_runtime::server::embedded();
        let base = Server::shared(&source, &area.context()).await.unwrap();
        UsersDatabase::new(&base).await
    });
    let sockets = area.servers()[0].join("s");
    let folder = area.root.join(name);
    let pooler = Pooler::start(&program, &folder, &sockets.display().to_string(), settings);
    let project = Project::new("--- 1_users.sql\nCREATE TABLE users (id int PRIMARY KEY);\n");
    let host = folder.display().to_string().replace('/', "%2F");
    let database = user.url.rsplit_once('/').unwrap().1;
    let url = format!("postgres://postgres@{host}:{PORT}/{database}");
    let report = printed(&project.suite().db(url.clone()).report(Check::Stairway));
    drop(pooler);
    expected.assert_eq(&report.replace(&url, "URL"));
}

#[test]
fn a_pooler_as_it_is_installed() {
    check(
        "plain",
        "",
        expect![[r#"
        stairway could not run:

           connect to `db` (URL): unsupported startup parameter: extra_float_digits (SQLSTATE 08P01)
           this seems to be a connection pooler, such as PgBouncer: name the PostgreSQL behind it in the URL
             caused by: error returned from database: unsupported startup parameter: extra_float_digits
    "#]],
    );
}

const IGNORED: &str = "ignore_startup_parameters = extra_float_digits, options";

#[test]
fn a_pooler_in_transaction_mode() {
    check(
        "transaction",
        &format!("pool_mode = transaction\n{IGNORED}"),
        expect![[r#"
            stairway could not run:

               use `db` (URL): it is a connection pooler that gives several connections the same session, as PgBouncer does in transaction mode; name the PostgreSQL behind it in the URL
        "#]],
    );
}

/// Its sessions are those of the server, but their search paths are not those of a test's schema.
#[test]
fn a_pooler_that_drops_the_settings_of_a_connection() {
    check(
        "session",
        &format!("pool_mode = session\n{IGNORED}"),
        expect![[r#"
            stairway could not run:

               use `db` (URL): it is a connection pooler that does not pass on the settings of a connection, as PgBouncer does that ignores the startup parameter `options`; name the PostgreSQL behind it in the URL
        "#]],
    );
}
