//! Passwords: used where libpq would use them, and shown nowhere.

use std::sync::{Arc, Mutex};

use gauntlet_runtime::checks::Check;
use gauntlet_runtime::env::Env;
use gauntlet_runtime::finding::{Leftover, Sink};
use gauntlet_runtime::isolation::{Isolation, settle};
use gauntlet_runtime::report::Format;
use gauntlet_runtime::suite::Suite;

use crate::support::area::run;
use crate::support::database::{UsersDatabase, execute, server};
use crate::support::{Project, printed};

const SECRET: &str = "s3cr%40t%2Fx";

/// What a run says while it runs.
#[derive(Debug, Default)]
struct Said(Mutex<String>);

impl Sink for Said {
    fn report(&self, text: &str) {
        self.0.lock().unwrap().push_str(text);
    }

    fn show(&self, line: Option<&str>) {
        self.report(line.unwrap_or_default());
    }

    fn shows(&self) -> bool {
        true
    }
}

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
        let said = said.0.lock().unwrap().clone();
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
