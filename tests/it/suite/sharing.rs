//! Sharing among the processes of one nextest run, through the embedded server: head and the model, never an error.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use expect_test::expect;
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::isolation::{Isolation, Sandbox};
use gauntlet_runtime::server::{Server, embedded};
use gauntlet_runtime::suite::Suite;

use crate::support::area::{Area, run, wait_until};
use crate::support::{Project, printed};

/// The folder of the suite that a started process checks.
const FOLDER: &str = "GAUNTLET_TEST_FOLDER";
/// The check that it runs.
const CHECK: &str = "GAUNTLET_TEST_CHECK";
/// How its suite differs from the usual one.
const VARIANT: &str = "GAUNTLET_TEST_VARIANT";

#[derive(gauntlet::Model)]
#[model(table = "users")]
#[allow(dead_code, reason = "only what it says of the schema counts")]
struct User {
    id: i64,
    email: i32,
}

/// Not a test when run as one: the processes that the tests start.
#[test]
fn child() {
    let (Ok(folder), Ok(check)) = (std::env::var(FOLDER), std::env::var(CHECK)) else { return };
    let suite = Suite::new("tests::migrations", &folder);
    let suite = match std::env::var(VARIANT).as_deref() {
        Ok("structs") => suite.model(gauntlet::models![User]),
        Ok("schema") => suite.model("schema.sql").isolation(Isolation::Schema),
        _ => suite.model("schema.sql"),
    };
    let suite = if Path::new(&folder).join("setup.sql").exists() {
        suite.setup("setup.sql")
    } else {
        suite
    };
    println!("printed: {}(end)", printed(&suite.report(Check::named(&check).unwrap())));
}

/// A project whose migration, model and setup each leave a line in a file when they run.
struct Run {
    area: Area,
    project: Project,
    id: String,
    variant: &'static str,
    url: Option<String>,
}

impl Run {
    fn new() -> Run {
        let area = Area::new();
        let project = Project::new("--- /.crate\n");
        let run = Run { area, project, id: "one".into(), variant: "", url: None };
        let up = "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\n";
        run.project.write("1_users.up.sql", format!("{up}{}", run.leaves("up")).as_bytes());
        run.project.write("1_users.down.sql", b"DROP TABLE users;\n");
        run.project.write("/schema.sql", format!("{up}{}", run.leaves("model")).as_bytes());
        run
    }

    fn log(&self) -> PathBuf {
        self.area.root.join("log")
    }

    /// SQL that adds a line to the log, whatever becomes of its transaction.
    fn leaves(&self, what: &str) -> String {
        let log = self.log();
        format!(
            "DO $$ BEGIN COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; echo {what} >> {}'; END $$;\n",
            log.display()
        )
    }

    /// SQL that meets a script of another database: it says that it is there, and fails if the other does not come.
    fn meets(&self, own: &str, other: &str) -> String {
        let log = self.log();
        let wait = format!(
            "for i in $(seq 200); do grep -q {other} {0} && exit 0; sleep 0.1; done; exit 1",
            log.display()
        );
        format!("{}COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; {wait}';\n", self.leaves(own))
    }

    /// How often this ran since it was last asked.
    fn ran(&self, what: &str) -> usize {
        let text = std::fs::read_to_string(self.log()).unwrap_or_default();
        let (these, others): (Vec<_>, Vec<_>) = text.lines().partition(|line| *line == what);
        let rest: String = others.into_iter().flat_map(|line| [line, "\n"]).collect();
        if !these.is_empty() {
            std::fs::remove_file(self.log()).unwrap();
            std::fs::write(self.log(), rest).unwrap();
            crate::support::area::open_to_all(&self.log());
        }
        these.len()
    }

    fn command(&self, check: Check) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "suite::sharing::child", "--nocapture", "--test-threads=1"])
            .envs(self.area.environment())
            .env(FOLDER, self.project.path())
            .env(CHECK, check.name())
            .env(VARIANT, self.variant)
            .env_remove("GAUNTLET_DATABASE_URL")
            .env_remove("DATABASE_URL")
            .env("NEXTEST_RUN_ID", &self.id)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(url) = &self.url {
            command.env("DATABASE_URL", url);
        }
        command
    }

    /// The report of a check that runs in a process of its own.
    #[track_caller]
    fn check(&self, check: Check) -> String {
        let output = self.command(check).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (_, rest) = text.split_once("printed: ").unwrap_or_else(|| panic!("{text}"));
        rest.split_once("(end)").unwrap().0.trim_end().to_owned()
    }

    /// All the checks of head, each in a process, one after the other.
    #[track_caller]
    fn all_pass(&self) {
        for check in [Check::CheckConstraints, Check::EnumValues, Check::Naming, Check::UpToDate] {
            assert_eq!(self.check(check), format!("{}: ok", check.name()));
        }
    }
}

#[test]
fn processes_of_a_run_climb_once_and_load_the_model_once() {
    let mut run = Run::new();
    run.all_pass();
    assert_eq!((run.ran("up"), run.ran("model")), (1, 1));
    // The next run sees for itself, on the same server.
    run.id = "two".into();
    run.all_pass();
    assert_eq!((run.ran("up"), run.ran("model")), (1, 1));
    // So does every process that is part of no run.
    run.id = String::new();
    run.all_pass();
    assert_eq!((run.ran("up"), run.ran("model")), (4, 3));
    run.area.assert_gone();
}

#[test]
fn processes_that_start_at_once_wait_for_the_first() {
    let run = Run::new();
    let checks = [Check::Naming, Check::UpToDate, Check::EnumValues, Check::CheckConstraints];
    let started: Vec<_> = checks.iter().map(|c| run.command(*c).spawn().unwrap()).collect();
    for child in started {
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(": ok\n"), "{text}");
    }
    assert_eq!((run.ran("up"), run.ran("model")), (1, 1));
}

#[test]
fn in_one_process_head_is_reached_once() {
    let run = Run::new();
    let suite = run.project.suite().model("schema.sql");
    for check in [Check::Naming, Check::UpToDate] {
        assert_eq!(printed(&suite.report(check)), format!("{}: ok\n", check.name()));
    }
    assert_eq!((run.ran("up"), run.ran("model")), (1, 1));
}

#[test]
fn the_model_is_loaded_while_head_is_climbed_to() {
    let run = Run::new();
    run.project.write("2_meet.up.sql", run.meets("upwards", "loading").as_bytes());
    run.project.write("2_meet.down.sql", b"SELECT 1;\n");
    let users = "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\n";
    let model = format!("{users}{}", run.meets("loading", "upwards"));
    run.project.write("/schema.sql", model.as_bytes());
    assert_eq!(run.check(Check::UpToDate), "up_to_date: ok");
    run.area.assert_gone();
}

#[test]
fn what_has_changed_is_seen() {
    let mut run = Run::new();
    run.all_pass();
    assert_eq!((run.ran("up"), run.ran("model")), (1, 1));

    run.project.write("2_add_bio.up.sql", b"ALTER TABLE users ADD COLUMN bio text;\n");
    run.project.write("2_add_bio.down.sql", b"ALTER TABLE users DROP COLUMN bio;\n");
    let drift = run.check(Check::UpToDate);
    assert!(drift.contains("bio"), "{drift}");
    assert_eq!((run.ran("up"), run.ran("model")), (1, 0));
    // The report on a shared head and model is the same as on one's own, including the SQL of the repair.
    assert_eq!(run.check(Check::UpToDate), drift);
    assert_eq!((run.ran("up"), run.ran("model")), (0, 0));

    let model = std::fs::read_to_string(run.project.path().join("schema.sql")).unwrap();
    let model = model.replace("email text NOT NULL", "email text NOT NULL, bio text");
    run.project.write("/schema.sql", model.as_bytes());
    run.all_pass();
    assert_eq!((run.ran("up"), run.ran("model")), (0, 1));

    run.project.write("/setup.sql", b"CREATE DOMAIN email AS text;\n");
    run.all_pass();
    assert_eq!((run.ran("up"), run.ran("model")), (1, 1));
    run.project.write("/setup.sql", b"CREATE DOMAIN e_mail AS text;\n");
    run.all_pass();
    assert_eq!((run.ran("up"), run.ran("model")), (1, 1));

    run.variant = "schema";
    assert_eq!(run.check(Check::UpToDate), "up_to_date: ok");
    assert_eq!((run.ran("up"), run.ran("model")), (1, 1));
}

#[test]
fn structs_are_held_against_head_once() {
    let mut run = Run::new();
    run.variant = "structs";
    let first = run.check(Check::UpToDate);
    expect![[r#"
        up_to_date: 1 finding

        1. column users.email is text in the database, but `User::email` is `i32`, which sqlx reads from integer: reading the column fails at run time
           --> tests/it/suite/sharing.rs:27:5
             expected  integer
             actual    text

           help: if the database is right, give `email` a type that sqlx reads from text, such as `String`

           help: if the model is right, add a migration:

                 -- rows whose email does not fit integer need another value first
                 ALTER TABLE users ALTER COLUMN email TYPE integer USING email::integer;
    "#]].assert_eq(&format!("{first}\n"));
    assert_eq!(run.check(Check::UpToDate), first);
    assert_eq!(run.ran("up"), 1);
}

#[test]
fn an_error_is_found_by_every_process() {
    let run = Run::new();
    run.project.write("2_broken.up.sql", b"SELECT nothing;\n");
    let first = run.check(Check::Naming);
    assert!(first.contains("column \"nothing\" does not exist"), "{first}");
    assert_eq!(run.check(Check::Naming), first);
    assert_eq!(run.ran("up"), 2);
    assert!(run.check(Check::UpToDate).contains("\"nothing\""));
}

#[test]
fn the_lock_of_a_killed_process_is_free_and_nothing_is_left() {
    let run = Run::new();
    let slow = format!("{}SELECT pg_sleep(60);\n", run.leaves("slow"));
    run.project.write("2_slow.up.sql", slow.as_bytes());
    let mut first = run.command(Check::Naming).spawn().unwrap();
    wait_until("the first process climbs", || run.ran("slow") == 1);
    let mut second = run.command(Check::Naming).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(run.ran("slow"), 0, "the second does not wait");
    first.kill().unwrap();
    first.wait().unwrap();
    wait_until("the second process climbs", || run.ran("slow") == 1);
    second.kill().unwrap();
    second.wait().unwrap();
    run.area.assert_gone();
}

#[test]
fn on_a_server_of_the_users_nothing_is_shared() {
    let mut this = Run::new();
    let url = run(async {
        let server = Server::shared(&embedded(), &this.area.context()).await.unwrap();
        let sandbox = Sandbox::create(&server, Some(Isolation::Database), "users").await.unwrap();
        let url = sandbox.url();
        sandbox.keep().await.unwrap();
        url
    });
    this.url = Some(url);
    this.all_pass();
    assert_eq!((this.ran("up"), this.ran("model")), (4, 3));
    for server in this.area.servers() {
        let left = std::fs::read_dir(&server).unwrap().map(|entry| entry.unwrap().file_name());
        let names: Vec<_> = left.map(|name| name.to_string_lossy().into_owned()).collect();
        assert!(!names.iter().any(|name| name.starts_with("head-")), "{names:?}");
        std::fs::remove_file(server.join("keep")).unwrap();
    }
}
