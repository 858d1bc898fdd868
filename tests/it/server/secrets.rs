//! Passwords: used where libpq would use them, and shown nowhere.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use expect_test::{Expect, expect};
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::env::Env;
use gauntlet_runtime::finding::Leftover;
use gauntlet_runtime::isolation::{Isolation, settle};
use gauntlet_runtime::report::Format;
use gauntlet_runtime::server::{Server, auto, embedded};
use gauntlet_runtime::suite::Suite;

use crate::support::area::{Area, run};
use crate::support::database::{UsersDatabase, execute, server, texts};
use crate::support::{Project, Said, printed};
use sqlx::Connection as _;

const SECRET: &str = "s3cr%40t%2Fx";

/// A password, as it is in a URL and as it is typed.
fn shows(text: &str) -> bool {
    text.contains("s3cr")
}

/// A down that fails, a database that is kept, and a server that does not answer: of what a run prints, nothing has the password.
#[test]
fn a_password_in_a_url_is_in_no_report() {
    let project = Project::new(
        "
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE user;
",
    );
    let mut user = run(async { UsersDatabase::new(&server().await).await });
    let url = user.url.replace("postgres@", &format!("postgres:{SECRET}@"));
    assert!(shows(&url));
    let nowhere = format!("postgres://ann:{SECRET}@127.0.0.1:9/shop?sslpassword={SECRET}");
    let suites: [Box<dyn Fn(Suite) -> Suite>; 4] = [
        Box::new(|suite| suite.db(url.clone()).isolation(Isolation::Database)),
        Box::new(|suite| suite.db(url.clone()).isolation(Isolation::Schema)),
        Box::new(|suite| suite.db(nowhere.clone())),
        Box::new(|suite| suite.db(nowhere.replace("postgres:", "mysql:"))),
    ];
    for with in suites {
        let env = Env::process().var("GAUNTLET_KEEP", "1");
        let name = "tests::migrations".to_owned();
        let said = Arc::new(Said::default());
        let suite =
            with(Suite::with_front(name, project.path().to_owned(), env, Arc::clone(&said) as _));
        let report = suite.report(Check::Stairway);
        assert!(report.error.is_some() || !report.findings.is_empty());
        let formats = Format::ALL.iter().map(|format| (format.render)(&report));
        let said = said.text();
        let debug = [said, printed(&report), format!("{report:?}"), format!("{suite:?}")];
        for text in formats.chain(debug) {
            assert!(!shows(&text), "{text}");
        }
        for kept in &report.leftovers {
            // The line that is printed opens what is kept.
            if let Leftover::Kept { psql, remove, .. } = kept {
                let line = format!("{psql} -XAtc 'SELECT 1'");
                let output = std::process::Command::new("/bin/sh").args(["-c", &line]).output();
                assert_eq!(output.unwrap().stdout, b"1\n", "{line}");
                run(execute(&mut user.admin, remove.clone()));
            }
        }
    }
    run(settle());
}

/// Tells a started test binary the folder of the suite that it checks.
const FOLDER: &str = "GAUNTLET_TEST_SECRETS";

/// Not a test when run as one: a process with the variables of libpq.
#[test]
fn process() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let suite = Suite::new("tests::migrations", folder).db(auto());
    let report = suite.report(Check::Stairway);
    println!("said: {}", printed(&report));
    for format in Format::ALL {
        println!("\nas a format: {}", (format.render)(&report));
    }
    println!("{report:?} {suite:?}");
}

/// A server that lets `ann` in with a password, a project, and a home without files.
struct Asked {
    area: Area,
    project: Project,
    sockets: String,
    database: String,
    _server: Arc<Server>,
}

impl Asked {
    fn new() -> Asked {
        let area = Area::new();
        let project = Project::new(
            "
--- 1_users.up.sql
CREATE TABLE users (id int PRIMARY KEY);
--- 1_users.down.sql
DROP TABLE users;
",
        );
        std::fs::create_dir(area.root.join("home")).unwrap();
        run(async {
            let server = Server::shared(&embedded(), &area.context()).await.unwrap();
            let mut user = UsersDatabase::new(&server).await;
            execute(&mut user.admin, "CREATE ROLE ann LOGIN CREATEDB PASSWORD 's3cr@t/x'").await;
            let rules = texts(&mut user.admin, "SHOW hba_file").await.remove(0);
            std::fs::write(rules, "local all ann scram-sha-256\nlocal all all trust\n").unwrap();
            execute(&mut user.admin, "SELECT pg_reload_conf()").await;
            let sockets = server.options().get_socket().unwrap().display().to_string();
            let database =
                texts(&mut user.admin, "SELECT current_database()::text").await.remove(0);
            // The rules hold once the server has read them.
            let open = user.url.replace("postgres@", "ann@");
            for _ in 0..500 {
                if sqlx::PgConnection::connect(&open).await.is_err() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            Asked { area, project, sockets, database, _server: server }
        })
    }

    /// Writes a file that only its owner may read, as libpq demands, and returns its path.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.area.root.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    }

    /// The URL, with what is behind the database.
    fn url(&self, rest: &str) -> String {
        let sockets = self.sockets.replace('/', "%2F");
        format!("postgres://ann@{sockets}:5432/{}{rest}", self.database.replace(' ', "%20"))
    }

    /// What a process with these variables says; nothing of what it prints has the password.
    #[track_caller]
    fn check(&self, url: &str, variables: &[(&str, &str)], expected: &Expect) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        let output = command
            .args(["--exact", "server::secrets::process", "--nocapture"])
            .envs(self.area.environment())
            .env("GAUNTLET_DATABASE_URL", url)
            .env("HOME", self.area.root.join("home"))
            .env(FOLDER, self.project.path())
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(!text.contains("s3cr") && !text.contains("wr0ng"), "{text}");
        let said = text.split_once("said: ").map_or(&*text, |(_, said)| said);
        let said = said.split("\nas a format: ").next().unwrap_or(said);
        // The cause names a line in the source of the server, which its version decides.
        let said: String = said
            .lines()
            .filter(|line| !line.trim_start().starts_with("caused by: "))
            .fold(String::new(), |said, line| said + line + "\n");
        expected.assert_eq(
            &format!("{}\n", said.trim_end())
                .replace(&self.sockets.replace('/', "%2F"), "SOCKETS")
                .replace(&self.area.root.display().to_string(), "ROOT")
                .replace(&self.database.replace(' ', "%20"), "DATABASE"),
        );
    }
}

/// As in libpq: a variable, a file that it names, a file at home, a service; and with a wrong password in each.
#[test]
fn a_password_is_found_where_libpq_finds_it() {
    let asked = Asked::new();
    let passed = expect!["stairway: ok\n"];
    let failed = expect![[r#"
        stairway could not run:

           connect to GAUNTLET_DATABASE_URL (postgres://ann@SOCKETS:5432/DATABASE): password authentication failed for user "ann" (SQLSTATE 28P01)
           correct the user or the password; in a user or password, write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F, % as %25
    "#]];
    let failed_service = expect![[r#"
        stairway could not run:

           connect to GAUNTLET_DATABASE_URL (postgres://?host=SOCKETS&port=5432&dbname=DATABASE&user=ann&password=***): password authentication failed for user "ann" (SQLSTATE 28P01)
           correct the user or the password; in a user or password, write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F, % as %25
    "#]];
    let url = asked.url("");
    let home = |name: &str| format!("home/{name}");
    for (password, expected, of_service) in
        [("s3cr@t/x", &passed, &passed), ("wr0ng", &failed, &failed_service)]
    {
        asked.check(&url, &[("PGPASSWORD", password)], expected);

        let line = format!("*:*:*:ann:{password}\n");
        let file = asked.file("passwords", &line);
        asked.check(&url, &[("PGPASSFILE", &file)], expected);
        let file = asked.file(&home(".pgpass"), &line);
        asked.check(&url, &[], expected);
        std::fs::remove_file(file).unwrap();

        let service = format!(
            "[shop]\nhost={}\nport=5432\ndbname={}\nuser=ann\npassword={password}\n",
            asked.sockets, asked.database
        );
        let file = asked.file("services", &service);
        asked.check("postgres://", &[("PGSERVICE", "shop"), ("PGSERVICEFILE", &file)], of_service);
        asked.file(&home(".pg_service.conf"), &service);
        asked.check("postgres://?service=shop", &[], of_service);
    }
}

/// A service that does not exist, a file of passwords that others may read, and TLS that the server does not have.
#[test]
fn what_libpq_would_not_use_is_not_used() {
    let asked = Asked::new();
    asked.check(&asked.url("?service=shpo"), &[], &expect![[r#"
        stairway could not run:

           use GAUNTLET_DATABASE_URL: there is no service `shpo` in ROOT/home/.pg_service.conf; write a section [shpo] there, or correct the name (postgres://ann@SOCKETS:5432/DATABASE?service=shpo)
           in a user or password, write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F, % as %25
    "#]]);
    let file = asked.file("passwords", "*:*:*:ann:s3cr@t/x\n");
    std::fs::set_permissions(Path::new(&file), std::fs::Permissions::from_mode(0o644)).unwrap();
    asked.check(&asked.url(""), &[("PGPASSFILE", &file)], &expect![[r#"
        stairway could not run:

           connect to GAUNTLET_DATABASE_URL (postgres://ann@SOCKETS:5432/DATABASE): password authentication failed for user "ann" (SQLSTATE 28P01)
           correct the user or the password; in a user or password, write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F, % as %25
    "#]]);
    // There is no TLS on a socket, so nothing is to be demanded of it.
    for mode in ["disable", "require", "verify-full"] {
        let tls = [("PGPASSWORD", "s3cr@t/x"), ("PGSSLMODE", mode)];
        asked.check(&asked.url(""), &tls, &expect!["stairway: ok\n"]);
        let url = asked.url(&format!("?sslmode={mode}"));
        asked.check(&url, &tls[..1], &expect!["stairway: ok\n"]);
    }
}
