//! A PostgreSQL with a password, as a service container has one.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A server on a port of its own, stopped when it is dropped.
pub(crate) struct Service {
    programs: PathBuf,
    data: PathBuf,
    /// Where it listens.
    pub(crate) port: u16,
    _folder: tempfile::TempDir,
}

impl Service {
    pub(crate) fn start(programs: &Path, password: &str) -> Service {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        std::fs::write(folder.path().join("password"), password).unwrap();
        let service = Service { programs: programs.to_owned(), data, port, _folder: folder };
        if root() {
            service.command("chown", ["-R", "nobody"].map(OsStr::new), Some(service.folder()));
        }
        let (data, pwfile) = (service.data.clone(), service.folder().join("password"));
        service.program(
            "initdb",
            &[
                OsStr::new("-D"),
                data.as_os_str(),
                OsStr::new("-U"),
                OsStr::new("postgres"),
                OsStr::new("-A"),
                OsStr::new("scram-sha-256"),
                OsStr::new("--no-sync"),
                OsStr::new("--pwfile"),
                pwfile.as_os_str(),
            ],
        );
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
        );
        let log = service.folder().join("log");
        let mut start = ["-D".as_ref(), data.as_os_str(), "-w".as_ref(), "-l".as_ref()].to_vec();
        start.extend([log.as_os_str(), "-o".as_ref(), options.as_ref(), "start".as_ref()]);
        service.program("pg_ctl", &start);
        service
    }

    fn folder(&self) -> &Path {
        self.data.parent().unwrap()
    }

    fn program(&self, name: &str, arguments: &[&OsStr]) {
        let program = self.programs.join(name);
        if root() {
            let mut all =
                vec!["--reuid=nobody".as_ref(), "--clear-groups".as_ref(), program.as_os_str()];
            all.extend(arguments);
            self.command("setpriv", all, None);
        } else {
            self.command(program, arguments.iter().copied(), None);
        }
    }

    fn command<'a>(
        &self,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = &'a OsStr>,
        last: Option<&Path>,
    ) {
        let mut command = Command::new(program);
        command.args(arguments).args(last).current_dir("/");
        let log = std::fs::File::create(self.folder().join("out")).unwrap();
        let status = command.stdout(log).status().unwrap();
        assert!(status.success(), "{command:?}");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let data = self.data.clone();
        self.program(
            "pg_ctl",
            &[
                "-D".as_ref(),
                data.as_os_str(),
                "-m".as_ref(),
                "immediate".as_ref(),
                "stop".as_ref(),
            ],
        );
    }
}

/// Whether this process is root, as whom PostgreSQL does not run.
fn root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}
