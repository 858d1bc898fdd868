//! The commands as they are called, on a folder of their own, with what a terminal shows.

mod support;

use expect_test::expect;
use support::Folder;

/// Three versions: a table, a column whose down is right, an index.
fn shop() -> Folder {
    let folder = Folder::new();
    folder.write("migrations/1_users.up.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    folder.write("migrations/1_users.down.sql", "DROP TABLE users;\n");
    folder.write("migrations/2_email.up.sql", "ALTER TABLE users ADD email text;\n");
    folder.write("migrations/2_email.down.sql", "ALTER TABLE users DROP email;\n");
    folder
}

/// The same, and a version whose down forgets the index.
fn faulty() -> Folder {
    let folder = shop();
    folder.write(
        "migrations/3_phone.up.sql",
        "ALTER TABLE users ADD phone text;\nCREATE INDEX idx_users_email ON users (email);\n",
    );
    folder.write("migrations/3_phone.down.sql", "ALTER TABLE users DROP phone;\n");
    folder
}

#[test]
fn check_passes() {
    shop().run(&["check"]).assert(0, expect![[r#""#]]);
}

#[test]
fn check_finds_and_says_so() {
    faulty().run(&["check", "--only", "stairway"]).assert(1, expect![[r#""#]]);
}

#[test]
fn check_reads_the_settings_file() {
    let folder = faulty();
    folder.write("gauntlet.toml", "irreversible = [3]\nskip = \"naming\"\n");
    folder.run(&["check", "--quiet"]).assert(0, expect![[r#""#]]);
    folder.write("gauntlet.toml", "irreversibel = [3]\n");
    folder.run(&["check"]).assert(2, expect![[r#""#]]);
}

#[test]
fn a_check_that_is_not_known_is_refused() {
    shop().run(&["check", "--skip", "stairwey"]).assert(2, expect![[r#""#]]);
}

#[test]
fn a_folder_that_is_not_there_cannot_be_checked() {
    let run = Folder::new().run(&["check", "db/migrations", "--only", "single_head"]);
    run.assert(2, expect![[r#""#]]);
}

#[test]
fn check_annotates_the_lines_of_a_pull_request() {
    let folder = faulty();
    folder.write(".git/HEAD", "ref: refs/heads/main\n");
    folder.env("GITHUB_STEP_SUMMARY", "summary.md");
    folder.run(&["check", "--only", "stairway", "--format", "github"]).assert(1, expect![[r#""#]]);
    expect![[r#""#]].assert_eq(&folder.read("summary.md"));
}

#[test]
fn check_writes_junit() {
    faulty()
        .run(&["check", "--only", "stairway", "--only", "single_head", "--format", "junit"])
        .assert(1, expect![[r#""#]]);
}

#[test]
fn check_writes_a_line_of_json_for_each_check() {
    let run = faulty().run(&["check", "--only", "consistency", "--format", "json"]);
    let reports: Vec<gauntlet_runtime::finding::Report> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let checks: Vec<_> = reports.iter().map(|report| (&*report.check, report.status())).collect();
    expect![[r#""#]].assert_debug_eq(&checks);
}

#[test]
fn schema_writes_head() {
    shop().run(&["schema"]).assert(0, expect![[r#""#]]);
}

#[test]
fn diff_compares_files_folders_and_versions() {
    let folder = shop();
    folder
        .write("schema.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\n");
    folder.run(&["diff", "migrations", "migrations"]).assert(0, expect![[r#""#]]);
    folder.run(&["diff", "schema.sql", "migrations"]).assert(1, expect![[r#""#]]);
    folder.run(&["diff", "migrations@1", "migrations", "--sql"]).assert(1, expect![[r#""#]]);
    folder.run(&["diff", "migrations@7", "migrations"]).assert(2, expect![[r#""#]]);
    folder.run(&["diff", "nowhere.sql", "migrations"]).assert(2, expect![[r#""#]]);
}

#[test]
fn drift_compares_a_database_and_only_reads_it() {
    let folder = shop();
    folder.live(|db| {
        let url = db.url();
        folder.run(&["drift", &url]).assert(0, expect![[r#""#]]);
        db.execute("ALTER TABLE users ALTER email SET NOT NULL");
        db.execute("DELETE FROM _sqlx_migrations WHERE version = 1");
        folder.write("migrations/3_phone.up.sql", "ALTER TABLE users ADD phone text;\n");
        folder.write("migrations/3_phone.down.sql", "ALTER TABLE users DROP phone;\n");
        folder.run(&["drift", &url]).assert(1, expect![[r#""#]]);
    });
}

#[test]
fn an_interrupted_run_leaves_no_database() {
    let folder = shop();
    folder.write("migrations/3_slow.up.sql", "SELECT pg_sleep(60);\n");
    folder.write("migrations/3_slow.down.sql", "SELECT 1;\n");
    let run = folder.interrupt(&["check", "--only", "stairway"], "gauntlet_stairway");
    run.assert(130, expect![[r#""#]]);
    assert_eq!(folder.databases("gauntlet_stairway"), Vec::<String>::new());
}

#[test]
fn completions_are_written() {
    let run = Folder::new().run(&["completions", "bash"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("_cargo-gauntlet"), "{}", run.stdout);
}

#[test]
fn a_command_that_is_not_known_is_refused_with_the_one_that_was_meant() {
    Folder::new().run(&["chek"]).assert(2, expect![[r#""#]]);
}
