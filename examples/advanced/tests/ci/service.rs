//! A PostgreSQL with a password, as a service container has one.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A server on a port of its own, stopped when it is dropped.
pub(crate) struct Service {
    programs: PathBuf,
    folder: tempfile::TempDir,
    /// Where it listens.
    pub(crate) port: u16,
}

impl Service {
    pub(crate) fn start(programs: &Path, password: &str) -> Service {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        std::fs::write(folder.path().join("password"), password).unwrap();
        let service = Service { programs: programs.to_owned(), folder, port };
        if root() {
            let folder = service.folder.path();
            run(Command::new("chown").args(["-R", "nobody"]).arg(folder), folder);
        }
        let arguments = "-D data -U postgres -A scram-sha-256 --no-sync --pwfile password";
        service.program("initdb", &arguments.split(' ').collect::<Vec<_>>());
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
        );
        service.program("pg_ctl", &["-D", "data", "-w", "-l", "log", "-o", &options, "start"]);
        service
    }

    /// Runs one of PostgreSQL's programs in the folder, as another user than root.
    fn program(&self, name: &str, arguments: &[&str]) {
        let program = self.programs.join(name);
        let mut command = Command::new("setpriv");
        if root() {
            command.args(["--reuid=nobody", "--clear-groups"]).arg(program);
        } else {
            command = Command::new(program);
        }
        run(command.args(arguments), self.folder.path());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.program("pg_ctl", &["-D", "data", "-m", "immediate", "stop"]);
    }
}

/// Runs a command that has to succeed. The server must not hold the pipes of a test open.
fn run(command: &mut Command, folder: &Path) {
    let printed = std::fs::File::options().create(true).append(true).open(folder.join("printed"));
    let status = command.current_dir(folder).stdout(printed.unwrap()).status().unwrap();
    assert!(status.success(), "{command:?}");
}

/// Whether this process is root, as whom PostgreSQL does not run.
fn root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}
