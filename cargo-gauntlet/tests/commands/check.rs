//! `check`: verdicts, formats, the settings file.

use expect_test::expect;

use crate::folders::{faulty, shop};
use crate::support::Folder;

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
            locks ... ignored, no `shipped` given; `locks = "all"` checks every version
            populated ... ignored, no `shipped` given; `populated = "all"` checks every version
            interrupted ... ignored, no `shipped` given; `interrupted = "all"` checks every version
            queries ... ignored, no folder `.sqlx`, and no `queries` given
            compat ... ignored, no git ref given; `shipped = { git = "origin/main" }` or `compat = "v1.2.0"` names the one that is deployed

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
            what a finding means: cargo gauntlet explain residue
        "#]],
    );
}

#[test]
fn check_writes_a_page_to_look_at() {
    let folder = faulty();
    let arguments = ["check", "--quiet", "--report", "out/page.html"];
    // A folder that does not exist is not made, except for cargo's own.
    folder.run(&arguments).assert(
        2,
        expect![[r#"
        error: failed to write out/page.html: the folder out does not exist
    "#]],
    );
    assert!(!folder.path().join("out").exists());
    folder.run(&["check", "--quiet", "--only", "naming", "--report", "target/a/page.html"]);
    assert!(folder.read("target/a/page.html").contains("<html"));
    folder.write("out/.keep", "");
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
        error: failed to write out/page.html: it is not a report of gauntlet: remove it, or name another file
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

/// A history without a way back has no `stairway` to climb but for the time that the ups take.
#[test]
fn a_budget_is_judged_where_nothing_goes_down() {
    let folder = Folder::new();
    folder.write("migrations/1_slow.sql", "SELECT pg_sleep(0.3);");
    folder.write("gauntlet.toml", "budget = \"100ms\"\n");
    let checked = folder.run(&["check", "--only", "stairway", "-q"]);
    // The time that it took.
    let time = |text: &str| {
        let words = text.split_inclusive([' ', '\n']);
        let timed = |word: &str| word.trim_end().ends_with("ms") && word.contains('.');
        words.map(|word| if timed(word) { "[..] " } else { word }).collect::<String>()
    };
    checked.map(time).assert(1, expect![[r#"

        ---- stairway ----
        stairway: 1 finding

        1. the upgrade from base to head is over its budget of 100ms: it took [..]      [..]  1_slow

           help: make the migration faster, or allow more time (in gauntlet.toml):

                 budget = "60s"

        note: the only version has no down script, so there is no way back to check

           help: if the history only goes up, declare all of it irreversible; then only the ups are checked (in gauntlet.toml):

                 irreversible = "all"

        0 passed, 1 failed, 12 ignored
    "#]]);
    folder.write("gauntlet.toml", "budget = \"99s\"\n");
    folder.run(&["check", "--only", "stairway", "-q"]).assert(0, expect![[r#"

        ---- stairway ----
        stairway: note: the only version has no down script, so there is no way back to check

           help: if the history only goes up, declare all of it irreversible; then only the ups are checked (in gauntlet.toml):

                 irreversible = "all"
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
        error: there is no folder [folder]/db/migrations; name the folder of the migrations, or write the first one: cargo gauntlet new create_users
    "#]]);
}

#[test]
fn advice_is_written_as_the_settings_file_has_it() {
    let folder = shop();
    folder.write("schema.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    folder.write("gauntlet.toml", "baseline = \"schema.sql\"\n");
    folder.run(&["check", "--only", "naming", "--quiet"]).assert(2, expect![[r#"

        ---- naming ----
        naming could not run:

           `baseline`: the name of schema.sql does not begin with a version; say up to which one it goes: `baseline = { file = "schema.sql", at = 20240105 }`

        0 passed, 1 failed, 12 ignored
    "#]]);
    // What it proposes is read.
    folder.write(
        "gauntlet.toml",
        "locks = \"all\"\npopulated = \"all\"\ninterrupted = \"all\"\nskip = \"shipped\"\n",
    );
    folder.run(&["check", "--quiet"]).assert(
        0,
        expect![[r#"

        ---- locks ----
        locks: note: the up of 2_email takes a lock for a moment, and waits for it without a limit
           --> migrations/2_email.up.sql:1:1
           1 | ALTER TABLE users ADD email text
           it holds ACCESS EXCLUSIVE on table users: reads and writes wait
           while it waits for a transaction that uses the table, all that come after it wait as well

           help: give up after a time and deploy again, at the beginning of the script:

                 SET LOCAL lock_timeout = '2s';

        locks: note: judged 2 new versions

        ---- populated ----
        populated: note: judged 2 new versions

        ---- interrupted ----
        interrupted: note: judged 2 new versions
    "#]],
    );
}

#[test]
fn a_server_that_does_not_answer() {
    let dead = "postgres://nobody@127.0.0.1:1/none";
    shop().run(&["check", "--only", "stairway", "--quiet", "--db", dead]).assert(2, expect![[r#"

        ---- stairway ----
        stairway could not run:

           connect to `db` (postgres://nobody@127.0.0.1:1/none): Connection refused (os error 111)
           start that server and check the host; or, to test on a PostgreSQL that is started for the tests, name no server, so that one is started
             caused by: error communicating with database: Connection refused (os error 111)

        0 passed, 1 failed, 12 ignored
    "#]]);
}

#[test]
fn check_annotates_the_lines_of_a_pull_request() {
    let folder = faulty();
    folder.write(".git/HEAD", "ref: refs/heads/main\n");
    // What was judged is no annotation.
    folder.write("queries/all.sql", "SELECT id FROM users\n");
    folder.write("gauntlet.toml", "queries = \"queries/*.sql\"\n");
    folder.run(&["check", "--only", "queries", "--format", "github"]).assert(0, expect![""]);
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
            <testsuites name="cargo gauntlet" tests="13" failures="1" errors="0" time="..">
                <testsuite name="migrations" tests="13" failures="1" errors="0" time=".." skipped="11">
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
                    <testcase name="up_to_date" classname="migrations">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="check_constraints" classname="migrations">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="enum_values" classname="migrations">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="single_head" classname="migrations" time=".."/>
                    <testcase name="downgrade_all_the_way" classname="migrations">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="naming" classname="migrations">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="shipped" classname="migrations">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="locks" classname="migrations">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="populated" classname="migrations">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="interrupted" classname="migrations">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="queries" classname="migrations">
                        <skipped message="not in only(stairway, single_head)"/>
                    </testcase>
                    <testcase name="compat" classname="migrations">
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
