//! `init` and `new`: the first suite, the next migration.

use expect_test::expect;

use crate::folders::shop;
use crate::support::Folder;

#[test]
fn init_writes_the_first_suite() {
    let folder = shop();
    folder.run(&["init"]).assert(
        2,
        expect![[r#"
        error: there is no Cargo.toml here; run it in the crate that owns the migrations
    "#]],
    );
    folder.write(
        "Cargo.toml",
        "[package]\nname = \"shop\"\nversion = \"0.1.0\"\n[dependencies]\nsqlx = \"0.8\"\n",
    );
    folder.write(".github/dependabot.yml", "version: 2\n");
    folder.run(&["init"]).assert(0, expect![[r#"
        found 2 versions in the folder migrations, all with a way back
        wrote tests/migrations.rs
        wrote schema.sql
        wrote .github/workflows/migrations.yml
        next: add to Cargo.toml

            [dev-dependencies]
            migration-gauntlet = { version = "0.1", default-features = false, features = ["sqlx-0_8"] }

        then run: cargo test --test migrations
    "#]]);
    expect![[r#"
        //! The migrations, tested on a PostgreSQL: `cargo test --test migrations`.

        #[gauntlet::migration_suite(model = "schema.sql")]
        mod migrations {}
    "#]]
    .assert_eq(&folder.read("tests/migrations.rs"));
    expect![[r#"
        -- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

        CREATE TABLE users (
            id bigint NOT NULL,
            email text,
            CONSTRAINT users_pkey PRIMARY KEY (id)
        );
    "#]].assert_eq(&folder.read("schema.sql"));
    folder.write("schema.sql", "-- mine\n");
    folder.run(&["init"]).assert(0, expect![[r#"
        found 2 versions in the folder migrations, all with a way back
        kept tests/migrations.rs, which exists already
        kept schema.sql, which exists already
        kept .github/workflows/migrations.yml, which exists already
        next: add to Cargo.toml

            [dev-dependencies]
            migration-gauntlet = { version = "0.1", default-features = false, features = ["sqlx-0_8"] }

        then run: cargo test --test migrations
    "#]]);
    assert_eq!(folder.read("schema.sql"), "-- mine\n");
}

/// Of a crate that only goes up, in a repository whose branch has been pushed.
#[test]
fn init_knows_what_has_shipped() {
    let folder = Folder::new();
    folder.write("db/1_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    folder.write(
        "Cargo.toml",
        "[package]\nname = \"shop\"\n[dev-dependencies]\nmigration-gauntlet = \"0.1\"\n",
    );
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "a"],
        &["update-ref", "refs/remotes/origin/trunk", "HEAD"],
        &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"],
    ] {
        let mut git = std::process::Command::new("git");
        assert!(git.args(arguments).current_dir(folder.path()).status().unwrap().success());
    }
    folder.run(&["init", "db"]).assert(
        0,
        expect![[r#"
        found 1 version in the folder db, none with a way back; shipped: origin/trunk
        wrote tests/migrations.rs
        wrote schema.sql
        next: run: cargo test --test migrations
    "#]],
    );
    expect![[r#"
        //! The migrations, tested on a PostgreSQL: `cargo test --test migrations`.

        #[gauntlet::migration_suite(migrations = "db", model = "schema.sql", irreversible = all, shipped = git("origin/trunk"))]
        mod migrations {}
    "#]].assert_eq(&folder.read("tests/migrations.rs"));
    folder.write("empty/.keep", "");
    folder.run(&["init", "empty"]).assert(
        2,
        expect![[r#"
        error: the folder empty holds no migration yet
    "#]],
    );
}

#[test]
fn new_writes_the_next_migration_from_the_model() {
    let folder = shop();
    folder.write(
        "schema.sql",
        "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL DEFAULT '');\n\
         CREATE INDEX users_email_idx ON users (email);\n",
    );
    folder.run(&["new", "Index the e-mail", "--from-model"]).assert(
        2,
        expect![[r#"
        error: no model given; name a SQL file with the schema that you want: --model FILE
    "#]],
    );
    // Beside Cargo.toml it is the one that `init` writes.
    folder.write("Cargo.toml", "[package]\nname = \"shop\"\n");
    folder.run(&["new", "Index the e-mail", "--from-model"]).assert(
        0,
        expect![[r#"
        wrote migrations/3_index_the_e_mail.up.sql
        wrote migrations/3_index_the_e_mail.down.sql
    "#]],
    );
    expect![[r#"
        ALTER TABLE users ALTER COLUMN email SET DEFAULT ''::text;
        -- rows in which email is null need a value first
        ALTER TABLE users ALTER COLUMN email SET NOT NULL;
        CREATE INDEX users_email_idx ON users (email);
    "#]]
    .assert_eq(&folder.read("migrations/3_index_the_e_mail.up.sql"));
    expect![[r#"
        ALTER TABLE users ALTER COLUMN email DROP DEFAULT;
        DROP INDEX users_email_idx;
        ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
    "#]]
    .assert_eq(&folder.read("migrations/3_index_the_e_mail.down.sql"));
    // What it wrote passes, and leads to the model.
    folder.write("gauntlet.toml", "model = \"schema.sql\"\n");
    folder.run(&["check", "--only", "consistency", "--quiet"]).assert(0, expect![[""]]);
    folder.run(&["new", "again", "--from-model"]).assert(
        0,
        expect![[r#"
        head equals the model: there is nothing to write
    "#]],
    );
}

/// What is written is one version, so it is said where it has to be two.
#[test]
fn new_says_where_its_script_is_two_versions() {
    let with = |default: &str| {
        let folder = Folder::new();
        let schema = |labels: &str, default: &str| {
            format!(
                "CREATE TYPE mood AS ENUM ({labels});\nCREATE TABLE users (mood mood DEFAULT '{default}');\n"
            )
        };
        folder.write("migrations/1_users.sql", &schema("'ok'", "ok"));
        folder.write("schema.sql", &schema("'ok', 'bad'", default));
        folder
    };
    let used = with("bad");
    used.run(&["new", "mood", "--model", "schema.sql"]).assert(
        0,
        expect![[r#"
        wrote migrations/2_mood.sql
        a label is added and used: move the statement with the comment to a version of its own
    "#]],
    );
    expect![[r#"
        -- in a version of its own: no transaction can use 'bad' that has added it, and a statement below does
        ALTER TYPE mood ADD VALUE 'bad';
        ALTER TABLE users ALTER COLUMN mood SET DEFAULT 'bad'::mood;
    "#]].assert_eq(&used.read("migrations/2_mood.sql"));
    with("ok").run(&["new", "mood", "--model", "schema.sql"]).assert(
        0,
        expect![[r#"
        wrote migrations/2_mood.sql
    "#]],
    );
}

#[test]
fn what_new_writes_says_what_rows_need() {
    let folder = Folder::new();
    folder.write("migrations/1_users.sql", "CREATE TABLE users (id int, email text, nick text);\n");
    folder.write(
        "schema.sql",
        "CREATE TABLE users (id int, email varchar(20), nick text UNIQUE, phone text NOT NULL);\n",
    );
    assert_eq!(folder.run(&["new", "next", "--model", "schema.sql"]).code, 0);
    expect![[r#"
        -- rows whose email does not fit character varying(20) need another value first
        ALTER TABLE users ALTER COLUMN email TYPE character varying(20) USING email::character varying(20);
        -- a table with rows needs a value for phone: add a DEFAULT, or fill it before NOT NULL
        ALTER TABLE users ADD COLUMN phone text NOT NULL;
        -- rows that have the same nick need other values first
        ALTER TABLE users ADD CONSTRAINT users_nick_key UNIQUE (nick);
    "#]].assert_eq(&folder.read("migrations/2_next.sql"));
}

#[test]
fn the_first_migration_of_a_folder() {
    let folder = Folder::new();
    let folder_missing = expect![[r#"
        error: there is no folder [folder]/migrations; name the folder of the migrations, or write the first one: cargo gauntlet new create_users
    "#]];
    let missing = folder.run(&["check"]);
    assert_eq!(missing.code, 2);
    folder_missing.assert_eq(&missing.stderr);
    folder.write("Cargo.toml", "[package]\nname = \"shop\"\n");
    folder.run(&["init"]).assert(2, expect![[r#"
        error: there is no folder [folder]/migrations; name the folder of the migrations, or write the first one: cargo gauntlet new create_users
    "#]]);
    let made = folder.run(&["new", "create_users"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert_eq!(std::fs::read_dir(folder.path().join("migrations")).unwrap().count(), 2);
}

#[test]
fn new_writes_empty_files_in_the_form_of_the_folder() {
    let folder = Folder::new();
    folder.write("db/0001_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    folder.run(&["new", "orders", "db"]).assert(
        0,
        expect![[r#"
        wrote db/0002_orders.sql
    "#]],
    );
    assert_eq!(folder.read("db/0002_orders.sql"), "-- Add the migration here\n");
    folder.write("gauntlet.toml", "migrations = [\"db\", \"jobs\"]\n");
    folder.write("jobs/0001_jobs.sql", "CREATE TABLE jobs (id bigint PRIMARY KEY);\n");
    folder.run(&["new", "more"]).assert(
        2,
        expect![[r#"
        error: the migrations are in several folders; name the one for the new migration
    "#]],
    );
    folder.run(&["new", "more", "jobs"]).assert(
        0,
        expect![[r#"
        wrote jobs/0002_more.sql
    "#]],
    );
}
