//! Judges the differ against pairs of schemas whose verdict is known.
//!
//! ```text
//! cargo run --release --example corpus -- FILE.jsonl...
//! ```
//!
//! Each line of a file is one JSON object:
//!
//! | key | value |
//! |---|---|
//! | `name` | what the pair is called |
//! | `a`, `b` | SQL that builds each side in an empty database |
//! | `pg_dump` | `same` or `differ`: whether `pg_dump --schema-only` tells the two apart, comments and blank lines aside |
//! | `roles` | optional: names of roles to make first. A role that a load error names is made too, and dropped at the end |
//!
//! Both sides are loaded into databases of their own and compared; each side is also compared with a second
//! load of itself, which must differ in nothing. For each pair `<name><TAB><verdict>` is printed, where
//! the verdict is `agree`, `missed` (`pg_dump` differs, the differ does not), `false` (the differ tells a
//! difference that is none, also between two loads of one side), or `load-error`; then the totals.
//! The exit status is 1 unless all agree. `-v` prints the differences too.
//!
//! The server is found as the tests find it: `GAUNTLET_DATABASE_URL`, `DATABASE_URL`, or an embedded one.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::Arc;

use gauntlet_runtime::catalog::{Catalog, DiffOptions, ReadOptions};
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::names::quote_ident;
use gauntlet_runtime::server::{Server, SourceContext, auto};
use serde::Deserialize;
use sqlx::AssertSqlSafe;

type Error = Box<dyn std::error::Error + Send + Sync>;

#[derive(Deserialize)]
struct Pair {
    name: String,
    a: String,
    b: String,
    pg_dump: Verdict,
    #[serde(default)]
    roles: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Same,
    Differ,
}

fn main() -> ExitCode {
    let (flags, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
    if files.is_empty() {
        eprintln!("usage: corpus [-v] FILE.jsonl...");
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("failed to start a runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(&files, flags.iter().any(|flag| flag == "-v"))) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("failed to run the corpus: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(files: &[String], verbose: bool) -> Result<bool, Error> {
    let context = SourceContext::default().with_environment(std::env::vars_os());
    let server = Server::shared(&auto(), &context).await?;
    let mut judge = Judge { server, made: BTreeSet::new(), verbose };
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        for line in std::fs::read_to_string(file)?.lines().filter(|line| !line.trim().is_empty()) {
            let pair: Pair = serde_json::from_str(line)?;
            let verdict = match judge.judge(&pair).await {
                Ok(verdict) => verdict,
                Err(error) => {
                    eprintln!("{}: {error}", pair.name);
                    "load-error"
                }
            };
            println!("{}\t{verdict}", pair.name);
            *totals.entry(verdict).or_default() += 1;
        }
    }
    judge.drop_roles().await;
    gauntlet_runtime::isolation::settle().await;
    for (verdict, count) in &totals {
        println!("{verdict}: {count}");
    }
    Ok(totals.keys().all(|verdict| *verdict == "agree"))
}

struct Judge {
    server: Arc<Server>,
    /// Roles that were made here.
    made: BTreeSet<String>,
    verbose: bool,
}

impl Judge {
    async fn judge(&mut self, pair: &Pair) -> Result<&'static str, Error> {
        for role in &pair.roles {
            self.make_role(role).await;
        }
        let a = self.load(&pair.a).await?;
        let b = self.load(&pair.b).await?;
        for (side, sql, catalog) in [("a", &pair.a, &a), ("b", &pair.b, &b)] {
            let again = self.load(sql).await?;
            let options = DiffOptions::new().partition_children(true);
            let differences = catalog.diff_with(&again, &options).differences;
            if !differences.is_empty() {
                for difference in &differences {
                    eprintln!("{}: two loads of {side} differ: {difference}", pair.name);
                }
                return Ok("false");
            }
            for seen in &catalog.not_compared {
                eprintln!("{}: not compared: {seen}", pair.name);
            }
        }
        // pg_dump does not leave out partition children.
        let options = DiffOptions::new().partition_children(true);
        let differences = a.diff_with(&b, &options).differences;
        if self.verbose {
            for difference in &differences {
                println!("  {difference}");
            }
        }
        Ok(match (pair.pg_dump, differences.is_empty()) {
            (Verdict::Same, true) | (Verdict::Differ, false) => "agree",
            (Verdict::Differ, true) => "missed",
            (Verdict::Same, false) => "false",
        })
    }

    /// Loads SQL into a database of its own; a role that it lacks is made, and it is loaded again.
    async fn load(&mut self, sql: &str) -> Result<Catalog, Error> {
        loop {
            let sandbox =
                Sandbox::create(&self.server, Some(Isolation::Database), "corpus").await?;
            let mut connection = sandbox.connect().await?;
            let loaded =
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await;
            let catalog = match &loaded {
                Ok(_) => Some(Catalog::read(&mut connection, &ReadOptions::database()).await?),
                Err(_) => None,
            };
            drop(connection);
            sandbox.close().await?;
            match (catalog, loaded) {
                (Some(catalog), _) => return Ok(catalog),
                (None, Err(error)) => match missing_role(&error) {
                    Some(role) if self.make_role(&role).await => {}
                    _ => return Err(error.into()),
                },
                (None, Ok(_)) => return Err("nothing was read".into()),
            }
        }
    }

    /// Whether the role was made now.
    async fn make_role(&mut self, role: &str) -> bool {
        let statement = format!("CREATE ROLE {}", quote_ident(role));
        let made = match self.server.connect().await {
            Ok(mut connection) => {
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.is_ok()
            }
            Err(_) => false,
        };
        if made {
            self.made.insert(role.to_owned());
        }
        made
    }

    async fn drop_roles(&self) {
        if let Ok(mut connection) = self.server.connect().await {
            for role in &self.made {
                let statement = format!("DROP ROLE {}", quote_ident(role));
                if let Err(error) =
                    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await
                {
                    eprintln!("failed to drop the role {role} again: {error}");
                }
            }
        }
    }
}

/// The role that a load error says does not exist.
fn missing_role(error: &sqlx::Error) -> Option<String> {
    let error = error.as_database_error()?;
    if error.code().as_deref() != Some("42704") {
        return None;
    }
    let message = error.message().strip_prefix("role \"")?;
    message.strip_suffix("\" does not exist").map(str::to_owned)
}
