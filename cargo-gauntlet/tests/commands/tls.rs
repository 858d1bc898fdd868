//! Servers with TLS and without it, over TCP: what `sslmode` and `sslrootcert` say holds as in libpq.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::{Expect, expect};
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::server::{Server, SourceContext};

use crate::support::Folder;

/// A PostgreSQL that listens on a port, stopped when it is dropped.
struct Listening {
    programs: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
}

impl Listening {
    /// `rules` are the lines of `pg_hba.conf`.
    fn start(rules: &str, settings: &str) -> Listening {
        let context = SourceContext::new(env!("CARGO_MANIFEST_DIR"));
        let usual =
            block_on(Server::shared(&gauntlet_runtime::server::embedded(), &context)).unwrap();
        let programs = usual.origin().split_once('(').unwrap().1.trim_end_matches(')');
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let listening = Listening { programs: PathBuf::from(programs), folder, port };
        // An authority, and a certificate of its for `localhost`.
        listening.program("openssl", "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt");
        listening.program("openssl", "req -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout server.key -out server.csr");
        listening.program("openssl", "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -days 2 -copy_extensions copy -out server.crt");
        if root() {
            assert!(
                Command::new("chown")
                    .args(["-R", "nobody"])
                    .arg(listening.folder.path())
                    .status()
                    .unwrap()
                    .success()
            );
        }
        listening.server("initdb", "-D data -U postgres -A trust --no-sync");
        std::fs::write(listening.path("data/pg_hba.conf"), rules).unwrap();
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off {settings}"
        );
        let mut start = listening.command("pg_ctl");
        start.args(["-D", "data", "-w", "-l", "log", "-o", &options, "start"]);
        listening.run(&mut start);
        listening
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self, rest: &str) -> String {
        format!("postgres://postgres@localhost:{}/postgres{rest}", self.port)
    }

    /// One of PostgreSQL's programs, as another user than root.
    fn command(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        if !root() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--clear-groups"]).arg(program);
        command
    }

    fn server(&self, name: &str, arguments: &str) {
        self.run(self.command(name).args(arguments.split(' ')));
    }

    fn program(&self, name: &str, arguments: &str) {
        self.run(Command::new(name).args(arguments.split(' ')));
    }

    /// The server must not hold the pipes of a test open.
    fn run(&self, command: &mut Command) {
        let printed = || {
            std::fs::File::options().create(true).append(true).open(self.path("printed")).unwrap()
        };
        let command = command.current_dir(self.folder.path()).stdout(printed()).stderr(printed());
        let status = command.status().unwrap();
        let printed = std::fs::read_to_string(self.path("printed")).unwrap();
        assert!(status.success(), "{command:?}\n{printed}");
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.server("pg_ctl", "-D data -m immediate stop");
    }
}

fn root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// What the command prints on this URL.
#[track_caller]
fn prints(server: &Listening, rest: &str, expected: &Expect) {
    let folder = Folder::new();
    folder.write("migrations/1_users.up.sql", "CREATE TABLE users (id int PRIMARY KEY);\n");
    folder.write("migrations/1_users.down.sql", "DROP TABLE users;\n");
    let run = folder.run(&["check", "--only", "stairway", "--quiet", "--db", &server.url(rest)]);
    let text = format!("{}{}", run.stdout, run.stderr).replace(&server.port.to_string(), "PORT");
    let text = text.replace(&*Path::new(server.folder.path()).to_string_lossy(), "FOLDER");
    // The cause names a line in the source of the server, which its version decides.
    let cause = |line: &&str| !line.trim_start().starts_with("caused by: ");
    let text = text.lines().filter(cause).fold(String::new(), |text, line| text + line + "\n");
    expected.assert_eq(&text);
}

#[test]
fn a_server_that_wants_tls() {
    let server = Listening::start(
        "hostssl all all 127.0.0.1/32 trust\n",
        "-c ssl=on -c ssl_cert_file=../server.crt -c ssl_key_file=../server.key",
    );
    let passes = expect![[r#""#]];
    prints(&server, "?sslmode=require", &passes);
    let authority = server.path("ca.crt").display().to_string().replace('/', "%2F");
    for rest in ["", "?sslmode=prefer", &format!("?sslmode=verify-full&sslrootcert={authority}")] {
        prints(&server, rest, &passes);
    }
    prints(
        &server,
        "?sslmode=disable",
        &expect![[r#"

        ---- stairway ----
        stairway could not run:

           connect to `db` (postgres://postgres@localhost:PORT/postgres?sslmode=disable): no pg_hba.conf entry for host "127.0.0.1", user "postgres", database "postgres", no encryption (SQLSTATE 28000)
           this server wants TLS: write `sslmode=require` in the URL, and give the sqlx of this crate a feature for it, such as `tls-rustls`; `cargo gauntlet` has it

        0 passed, 1 failed, 12 ignored
    "#]],
    );
    prints(
        &server,
        "?sslmode=verify-full",
        &expect![[r#"

        ---- stairway ----
        stairway could not run:

           connect to `db` (postgres://postgres@localhost:PORT/postgres?sslmode=verify-full): invalid peer certificate: UnknownIssuer
           name the certificate of its authority by `sslrootcert`; with `sslmode=require` the connection is encrypted, and the server's certificate is not checked

        0 passed, 1 failed, 12 ignored
    "#]],
    );
}

#[test]
fn a_server_without_tls() {
    let server = Listening::start("host all all 127.0.0.1/32 trust\n", "");
    prints(&server, "", &expect![[r#""#]]);
    prints(
        &server,
        "?sslmode=require",
        &expect![[r#"

        ---- stairway ----
        stairway could not run:

           connect to `db` (postgres://postgres@localhost:PORT/postgres?sslmode=require): error occurred while attempting to establish a TLS connection: server does not support TLS
           take `sslmode` out of the URL, and PGSSLMODE out of the environment, or set it to `prefer`

        0 passed, 1 failed, 12 ignored
    "#]],
    );
}
