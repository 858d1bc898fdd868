//! The commands as they are called, on a folder of their own, with what a terminal shows.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

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

/// A folder with a version that takes a minute.
fn slow(folder: Folder) -> Folder {
    folder.write("migrations/3_slow.up.sql", "SELECT pg_sleep(60);\n");
    folder.write("migrations/3_slow.down.sql", "SELECT 1;\n");
    folder
}

#[test]
fn check_passes() {
    shop().run(&["check"]).assert(
        0,
        expect![[r#"
            migrations
            stairway ... ok (.. s)
            up_to_date ... ignored, no model given
            check_constraints ... ignored, no model given
            enum_values ... ignored, no model given
            single_head ... ok (.. s)
            downgrade_all_the_way ... ok (.. s)
            naming ... ok (.. s)
            shipped ... ignored, no `shipped` given
            locks ... ignored, no `shipped` given; `locks = all` checks every version
            populated ... ignored, no `shipped` given; `populated = all` checks every version
            interrupted ... ignored, no `shipped` given; `interrupted = all` checks every version
            queries ... ignored, no folder `.sqlx`, and no `queries` given
            compat ... ignored, no git ref given; `shipped = git("origin/main")` or `compat = "v1.2.0"` names the one that is deployed

            4 passed, 0 failed, 9 ignored
        "#]],
    );
}

#[test]
fn check_finds_and_says_so() {
    faulty().run(&["check", "--only", "stairway"]).assert(
        1,
        expect![[r#"
            migrations
            stairway ... FAILED (.. s)
            up_to_date ... ignored, not in only(stairway)
            check_constraints ... ignored, not in only(stairway)
            enum_values ... ignored, not in only(stairway)
            single_head ... ignored, not in only(stairway)
            downgrade_all_the_way ... ignored, not in only(stairway)
            naming ... ignored, not in only(stairway)
            shipped ... ignored, not in only(stairway)
            locks ... ignored, not in only(stairway)
            populated ... ignored, not in only(stairway)
            interrupted ... ignored, not in only(stairway)
            queries ... ignored, not in only(stairway)
            compat ... ignored, not in only(stairway)

            ---- stairway ----
            stairway: 1 finding

            1. the down of 3_phone does not restore the schema
               --> migrations/3_phone.down.sql
               the up then fails when it runs again: migrations/3_phone.up.sql:2:1
               ERROR 42P07: relation "idx_users_email" already exists

               index idx_users_email on users: left behind
                 CREATE INDEX idx_users_email ON users USING btree (email)

               help: add to the down script, which may be edited even if it has shipped:

                     DROP INDEX idx_users_email;

            0 passed, 1 failed, 12 ignored
        "#]],
    );
}

#[test]
fn check_writes_a_page_to_look_at() {
    let folder = faulty();
    let arguments = ["check", "--quiet", "--report", "out/page.html"];
    assert_eq!(folder.run(&arguments).code, 1);
    let page = folder.read("out/page.html");
    for text in [
        "<h1 class=\"failed\">No<span>: 1 of 4 checks failed, with 1 finding</span></h1>",
        "DROP INDEX idx_users_email;",
        "<td colspan=\"4\">ignored: <bdi>no model given</bdi></td>",
        "aria-label=\"Table users: 3 columns, 0 neighbours\"",
        "<bdi>3_phone</bdi>",
        "<bdi>index idx_users_email on users: created</bdi>",
    ] {
        assert!(page.contains(text), "{text} is missing:\n{page}");
    }
    // A second run replaces the page, whatever the first one found.
    folder.write(
        "migrations/3_phone.down.sql",
        "ALTER TABLE users DROP phone;\nDROP INDEX idx_users_email;\n",
    );
    assert_eq!(folder.run(&arguments).code, 0);
    let page = folder.read("out/page.html");
    assert!(
        page.contains("<h1 class=\"passed\">Yes<span>: all 4 checks passed</span></h1>"),
        "{page}"
    );
    folder.write("out/page.html", "mine");
    folder.run(&arguments).assert(2, expect![[r#"
        error: failed to write out/page.html: it is not a report of this version of gauntlet: remove it, or name another file
    "#]]);
    assert_eq!(folder.read("out/page.html"), "mine");
}

#[test]
fn check_reads_the_settings_file() {
    let folder = faulty();
    folder.write(
        "gauntlet.toml",
        "irreversible = [3]\nskip = [\"naming\", \"downgrade_all_the_way\"]\n",
    );
    folder.run(&["check", "--quiet"]).assert(0, expect![""]);
    folder.write("gauntlet.toml", "irreversibel = [3]\n");
    folder.run(&["check"]).assert(2, expect![[r#"
        error: gauntlet.toml: unknown setting `irreversibel`, did you mean `irreversible`?
        valid: migrations, model, db, setup, as_role, isolation, irreversible, downgrade_floor, baseline, shipped, strict, partitions, ignore, ignore_tables, naming, locks, populated, interrupted, queries, compat, seeds, budget, timeout, skip, only
    "#]]);
}

#[test]
fn a_check_that_is_not_known_is_refused() {
    shop().run(&["check", "--skip", "stairwey"]).assert(2, expect![[r#"
        error: unknown test `stairwey`, did you mean `stairway`?
        valid: stairway, up_to_date, check_constraints, enum_values, single_head, downgrade_all_the_way, naming, shipped, locks, populated, interrupted, queries, compat, consistency, safety
    "#]]);
}

#[test]
fn a_folder_that_is_not_there_cannot_be_checked() {
    let run = Folder::new().run(&["check", "db/migrations", "--only", "single_head"]);
    run.assert(2, expect![[r#"
        db/migrations
        stairway ... ignored, not in only(single_head)
        up_to_date ... ignored, not in only(single_head)
        check_constraints ... ignored, not in only(single_head)
        enum_values ... ignored, not in only(single_head)
        single_head ... ERROR (.. s)
        downgrade_all_the_way ... ignored, not in only(single_head)
        naming ... ignored, not in only(single_head)
        shipped ... ignored, not in only(single_head)
        locks ... ignored, not in only(single_head)
        populated ... ignored, not in only(single_head)
        interrupted ... ignored, not in only(single_head)
        queries ... ignored, not in only(single_head)
        compat ... ignored, not in only(single_head)

        ---- single_head ----
        single_head could not run:

           failed to read the migrations folder [folder]/db/migrations: No such file or directory (os error 2)
             name the folder with `migrations = "..."`, relative to the crate's Cargo.toml

        0 passed, 1 failed, 12 ignored
    "#]]);
}

#[test]
fn check_annotates_the_lines_of_a_pull_request() {
    let folder = faulty();
    folder.write(".git/HEAD", "ref: refs/heads/main\n");
    folder.env("GITHUB_STEP_SUMMARY", "summary.md");
    folder.run(&["check", "--only", "stairway", "--format", "github"]).assert(1, expect![[r#"
        ::error file=migrations/3_phone.down.sql,title=stairway%3A the down of 3_phone does not restore the schema::   --> migrations/3_phone.down.sql%0A   the up then fails when it runs again: migrations/3_phone.up.sql:2:1%0A   ERROR 42P07: relation "idx_users_email" already exists%0A%0A   index idx_users_email on users: left behind%0A     CREATE INDEX idx_users_email ON users USING btree (email)%0A%0A   help: add to the down script, which may be edited even if it has shipped:%0A%0A         DROP INDEX idx_users_email;
    "#]]);
    expect![[r####"
        ### Migrations: migrations

        | check | result |
        |---|---|
        | stairway | **failed** |
        | up_to_date | ignored, not in only(stairway) |
        | check_constraints | ignored, not in only(stairway) |
        | enum_values | ignored, not in only(stairway) |
        | single_head | ignored, not in only(stairway) |
        | downgrade_all_the_way | ignored, not in only(stairway) |
        | naming | ignored, not in only(stairway) |
        | shipped | ignored, not in only(stairway) |
        | locks | ignored, not in only(stairway) |
        | populated | ignored, not in only(stairway) |
        | interrupted | ignored, not in only(stairway) |
        | queries | ignored, not in only(stairway) |
        | compat | ignored, not in only(stairway) |

        <details><summary>stairway</summary>

        ```text
        stairway: 1 finding

        1. the down of 3_phone does not restore the schema
           --> migrations/3_phone.down.sql
           the up then fails when it runs again: migrations/3_phone.up.sql:2:1
           ERROR 42P07: relation "idx_users_email" already exists

           index idx_users_email on users: left behind
             CREATE INDEX idx_users_email ON users USING btree (email)

           help: add to the down script, which may be edited even if it has shipped:

                 DROP INDEX idx_users_email;
        ```

        </details>
    "####]]
    .assert_eq(&folder.read("summary.md"));
}

#[test]
fn check_writes_junit() {
    faulty()
        .run(&["check", "--only", "stairway", "--only", "single_head", "--format", "junit"])
        .assert(1, expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="cargo gauntlet" tests="13" failures="1" errors="0">
                <testsuite name="migrations" tests="13" disabled="11" errors="0" failures="1">
                    <testcase name="stairway" classname="migrations" time="..">
                        <failure message="the down of 3_phone does not restore the schema">stairway: 1 finding

            1. the down of 3_phone does not restore the schema
               --&gt; migrations/3_phone.down.sql
               the up then fails when it runs again: migrations/3_phone.up.sql:2:1
               ERROR 42P07: relation &quot;idx_users_email&quot; already exists

               index idx_users_email on users: left behind
                 CREATE INDEX idx_users_email ON users USING btree (email)

               help: add to the down script, which may be edited even if it has shipped:

                     DROP INDEX idx_users_email;
            </failure>
                    </testcase>
                    <testcase name="up_to_date">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="check_constraints">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="enum_values">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="single_head" classname="migrations" time="..">
                    </testcase>
                    <testcase name="downgrade_all_the_way">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="naming">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="shipped">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="locks">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="populated">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="interrupted">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="queries">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="compat">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                </testsuite>
            </testsuites>
        "#]]);
}

#[test]
fn check_writes_a_line_of_json_for_each_check() {
    let run = faulty().run(&["check", "--only", "consistency", "--format", "json"]);
    let reports: Vec<gauntlet_runtime::finding::Report> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let checks: Vec<_> = reports.iter().map(|report| (&*report.check, report.status())).collect();
    expect![[r#"
        [
            (
                "stairway",
                Failed,
            ),
            (
                "single_head",
                Passed,
            ),
            (
                "downgrade_all_the_way",
                Passed,
            ),
        ]
    "#]]
    .assert_debug_eq(&checks);
}

#[test]
fn schema_writes_head() {
    shop().run(&["schema"]).assert(0, expect![[r#"
        -- The schema to which the migrations lead. Written by `GAUNTLET_BLESS=1 cargo test`; review it, do not edit it.

        CREATE TABLE users (
            id bigint NOT NULL,
            email text,
            CONSTRAINT users_pkey PRIMARY KEY (id)
        );
    "#]]);
}

#[test]
fn diff_compares_files_folders_and_versions() {
    let folder = shop();
    folder
        .write("schema.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\n");
    folder.run(&["diff", "migrations", "migrations"]).assert(
        0,
        expect![[r#"
        the schemas are equal
    "#]],
    );
    folder.run(&["diff", "schema.sql", "migrations"]).assert(
        1,
        expect![[r#"
        migrations differs from schema.sql

           column users.email: nullability
             expected  NOT NULL
             actual    NULL
    "#]],
    );
    folder.run(&["diff", "migrations@1", "migrations", "--sql"]).assert(
        1,
        expect![[r#"
        ALTER TABLE users ADD COLUMN email text;
    "#]],
    );
    folder.run(&["diff", "migrations@7", "migrations"]).assert(
        2,
        expect![[r#"
        error: no version fits "7"; the nearest are:
          2_email
          1_users
    "#]],
    );
    folder.run(&["diff", "nowhere.sql", "migrations"]).assert(2, expect![[r#"
        error: nowhere.sql is neither a file, nor a folder of migrations, nor a URL that begins with postgres://
    "#]]);
}

#[test]
fn drift_compares_a_database_and_only_reads_it() {
    let folder = shop();
    folder.live(|db| {
        let url = db.url();
        folder.run(&["drift", &url]).assert(
            0,
            expect![[r#"
            the database is what its migrations make
        "#]],
        );
        db.execute("ALTER TABLE users ALTER email SET NOT NULL");
        db.execute("UPDATE _sqlx_migrations SET version = 9 WHERE version = 2");
        folder.write("migrations/3_phone.up.sql", "ALTER TABLE users ADD phone text;\n");
        folder.write("migrations/3_phone.down.sql", "ALTER TABLE users DROP phone;\n");
        folder.run(&["drift", &url]).assert(
            1,
            expect![[r#"
                drift: 2 findings

                1. the database has version 9, which the history does not have

                   help: bring its script back, or deploy the program that knows it: one that does not refuses to start

                2. the schema of the database differs from the one that its migrations make

                   column users.email: not made by the migrations
                     text NOT NULL

                note: 2 versions are not applied yet
            "#]],
        );
    });
}

#[test]
fn an_interrupted_run_leaves_no_database() {
    let folder = slow(shop());
    let (run, database) = folder.interrupt(&["check", "--only", "stairway"]);
    run.assert(
        130,
        expect![[r#"
        error: interrupted; the databases of this run are removed
    "#]],
    );
    assert!(!folder.databases().contains(&database), "{database} is still there");
}

#[test]
fn clean_removes_what_no_living_run_has() {
    let folder = slow(Folder::with_own_server());
    let nothing = || {
        expect![[r#"
            nothing is left of killed runs
        "#]]
    };
    folder.run(&["clean"]).assert(0, nothing());
    let database = folder.kill(&["check", "--only", "stairway"]);
    assert!(folder.databases().contains(&database));
    folder.wake();
    folder.wait_until_unused(&database);
    let run = folder.run(&["clean"]);
    assert_eq!((run.code, run.stdout), (0, format!("removed {database}\n")));
    assert!(!folder.databases().contains(&database));
    folder.run(&["clean"]).assert(0, nothing());
}

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
    folder.write("gauntlet.toml", "model = \"schema.sql\"\n");
    folder.run(&["new", "Index the e-mail", "--from-model"]).assert(
        0,
        expect![[r#"
        wrote migrations/3_index_the_e_mail.up.sql
        wrote migrations/3_index_the_e_mail.down.sql
    "#]],
    );
    expect![[r#"
        ALTER TABLE users ALTER COLUMN email SET DEFAULT ''::text;
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
    folder.run(&["check", "--only", "consistency", "--quiet"]).assert(0, expect![[""]]);
    folder.run(&["new", "again", "--from-model"]).assert(
        0,
        expect![[r#"
        head equals the model: there is nothing to write
    "#]],
    );
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

#[test]
fn explain_says_what_a_finding_means() {
    let folder = Folder::new();
    folder.run(&["explain", "residue"]).assert(
        0,
        expect![[r#"
        residue

        The schema after the down is not the one before the up.

        -- 2_email.up.sql
        ALTER TABLE users ADD email text;
        CREATE INDEX idx_users_name ON users (name);
        -- 2_email.down.sql
        ALTER TABLE users DROP email;        -- the index stays

        Add the statements of the finding to the down script.
    "#]],
    );
    let all = folder.run(&["explain"]);
    assert!(all.code == 0 && all.stdout.lines().any(|line| line == "residue"), "{}", all.stdout);
    assert_eq!(folder.run(&["explain", "residu"]).code, 2);
}

#[test]
fn completions_are_written() {
    let run = Folder::new().run(&["completions", "bash"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("cargo__gauntlet"), "{}", run.stdout);
}

#[test]
fn a_command_that_is_not_known_is_refused_with_the_one_that_was_meant() {
    Folder::new().run(&["chek"]).assert(
        2,
        expect![[r#"
        error: unrecognized subcommand 'chek'

          tip: some similar subcommands exist: 'schema', 'check'

        Usage: cargo gauntlet <COMMAND>

        For more information, try '--help'.
    "#]],
    );
}
