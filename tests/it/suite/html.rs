//! The page to look at: what a person reads on it, the processes that write it, and names that look like markup.
//!
//! How it looks and behaves in a browser is tested by `tests/browser/run`.

use std::fmt::Write as _;
use std::path::Path;
use std::thread;

use expect_test::expect;
use gauntlet_runtime::report::Document;

use super::json::run;
use crate::support::Project;

const HISTORY: &str = r#"
--- /Cargo.lock
--- 1_users.up.sql
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100) NOT NULL);
CREATE TABLE posts (id bigint PRIMARY KEY, author bigint NOT NULL REFERENCES users);
--- 1_users.down.sql
DROP TABLE posts, users;
--- 2_email.up.sql
ALTER TABLE users ALTER COLUMN email TYPE text;
CREATE INDEX idx_users_email ON users (email);
--- 2_email.down.sql
ALTER TABLE users ALTER COLUMN email TYPE varchar(50);
"#;

/// Runs a check of the project in a process of its own, as one of this run of a runner.
fn check(project: &Project, check: &str, runner: Option<&str>) {
    let mut settings = vec![("GAUNTLET_REPORT", Path::new("target/report.html"))];
    settings.extend(runner.map(|runner| ("NEXTEST_RUN_ID", Path::new(runner))));
    run(project.path(), check, &settings);
}

fn page(project: &Project) -> String {
    std::fs::read_to_string(project.path().join("target/report.html")).unwrap()
}

/// The texts of a page, a line for each element, without times.
fn texts(page: &str, folder: &Path) -> String {
    let body = page.split_once("<body>").unwrap().1;
    let body = body.split_once("<script").unwrap().0;
    let mut out = String::new();
    for line in body.replace("</td>", "</td> ").replace("</th>", "</th> ").lines() {
        let mut text = String::new();
        for part in line.split('<') {
            text += part.split_once('>').map_or(part, |(_, text)| text);
        }
        for (code, c) in
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        {
            text = text.replace(code, c);
        }
        let text = text.replace(&folder.display().to_string(), "[folder]");
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let words = words.into_iter().map(|word| if is_a_time(word) { "…" } else { word });
        let text = words.collect::<Vec<_>>().join(" ");
        // Which one is the slowest depends on what else the machine does.
        let text = match text.split_once("The slowest up is that of ") {
            Some((before, _)) => format!("{before}The slowest up is that of … with …"),
            None => text,
        };
        if !text.is_empty() {
            let _ = writeln!(out, "{text}");
        }
    }
    out
}

/// `1.2ms`, `12:30`, `2024-01-05`.
fn is_a_time(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    let number = word.trim_end_matches(char::is_alphabetic);
    let is_unit = ["ns", "µs", "ms", "s"].contains(&&word[number.len()..]);
    (is_unit && number.parse::<f64>().is_ok())
        || (word.len() >= 5
            && word.contains(['-', ':'])
            && word.chars().all(|c| c.is_ascii_digit() || c == '-' || c == ':'))
}

#[test]
fn processes_of_a_run_write_one_page() {
    let project = Project::new(HISTORY);
    let first = format!("html-{}-1", std::process::id());
    thread::scope(|scope| {
        for name in ["stairway", "single_head", "downgrade_all_the_way"] {
            let (project, first) = (&project, &first);
            scope.spawn(move || check(project, name, Some(first)));
        }
    });
    let whole = page(&project);
    let data = Document::parse(&whole).unwrap();
    assert_eq!(Document::parse(&data.render()).unwrap(), data);
    for check in ["stairway", "single_head", "downgrade_all_the_way"] {
        assert!(whole.contains(&format!("\"check\":\"{check}\"")), "{check} is missing");
    }
    // The next run does not see what the last one found.
    let second = format!("html-{}-2", std::process::id());
    check(&project, "single_head", Some(&second));
    expect![[r#"
        May I merge?
        Yes: the one check that ran passed
        Dark or light
        tests::migrations
        [folder], … … UTC
        Check Result Findings Notes Time
        single_head passed 0 0 …
        History
        2 versions.
        The versions
        Version State Up Down Changes
        1_users
        2_email
        Schema at head
        2 tables.
        Search + − Fit
        posts
        idbigint
        authorbigint
        users
        idbigint
        emailtext
        The tables as text
        posts
        id bigint NOT NULL, primary key
        author bigint NOT NULL
        (author) refers to users(id)
        users
        id bigint NOT NULL, primary key
        email text NOT NULL
        Written by gauntlet. The data of this page is the element #gauntlet-data at its end.
    "#]]
    .assert_eq(&texts(&page(&project), project.path()));
}

#[test]
fn a_process_of_its_own_is_a_run_of_its_own() {
    let project = Project::new(HISTORY);
    check(&project, "single_head", None);
    check(&project, "stairway", None);
    expect![[r#"
        May I merge?
        No: 1 of 1 check failed, with 1 finding
        Dark or light
        tests::migrations
        [folder], … … UTC
        Check Result Findings Notes Time
        stairway failed 1 0 …
        stairway failed
        1. the down of 2_email does not restore the schema
        migrations/2_email.down.sql
        the up then fails when it runs again: migrations/2_email.up.sql:2:1
        ERROR 42P07: relation "idx_users_email" already exists
        column users.email: type
        before the up after the down
        character varying(100) character varying(50)
        index idx_users_email on users: left behind
        CREATE INDEX idx_users_email ON users USING btree (email)
        Help: add to the down script, which may be edited even if it has shipped:
        DROP INDEX idx_users_email;
        -- rows whose email does not fit character varying(100) need another value first
        ALTER TABLE users ALTER COLUMN email TYPE character varying(100);Copy
        History
        2 versions.
        The time of each up, above the line, and of each down, below it. The slowest up is that of … with …
        The versions
        Version State Up Down Changes
        1_users … … table posts: createdtable users: created
        2_email finding … … column users.email: typeindex idx_users_email on users: created
        Schema at head
        2 tables.
        Search + − Fit
        posts
        idbigint
        authorbigint
        users
        idbigint
        emailtext
        The tables as text
        posts
        id bigint NOT NULL, primary key
        author bigint NOT NULL
        (author) refers to users(id)
        users
        id bigint NOT NULL, primary key
        email text NOT NULL
        Written by gauntlet. The data of this page is the element #gauntlet-data at its end.
    "#]].assert_eq(&texts(&page(&project), project.path()));
}

#[test]
fn names_never_become_markup() {
    let name = r#"</script><script>alert("1")</script><b a='&"#;
    let long = "ש".repeat(31);
    let quoted = name.replace('"', "\"\"");
    let project = Project::new(&format!(
        "--- /Cargo.lock\n--- 1_<b>&.up.sql\nCREATE TABLE \"{quoted}\" (\"{long}\" int);\n\
         CREATE INDEX \"<img src=x onerror=alert(1)>\" ON \"{quoted}\" (\"{long}\");\n\
         --- 1_<b>&.down.sql\nDROP INDEX \"<img src=x onerror=alert(1)>\";\n"
    ));
    check(&project, "stairway", None);
    let page = page(&project);
    let markup =
        page.replace(&escaped(name), "").replace(&escaped("<img src=x onerror=alert(1)>"), "");
    for part in ["<script>alert", "<img", "<b>", "<b a", "onerror=alert(1)>"] {
        assert!(!markup.contains(part), "{part} became markup");
    }
    assert_eq!(page.matches("<script").count(), 2, "the data and the script");
    assert!(page.contains(&escaped(name)) && page.contains(&long));
    // What a person copies is what was written.
    assert!(texts(&page, project.path()).contains(&format!("DROP TABLE \"{quoted}\"")));
    assert!(Document::parse(&page).is_ok());
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

#[test]
fn a_file_that_is_something_else_stays() {
    let project = Project::new(HISTORY);
    project.write("/target/report.html", b"<p>mine</p>");
    let settings = [("GAUNTLET_REPORT", Path::new("target/report.html"))];
    let output = run(project.path(), "single_head", &settings);
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    let text = text.replace(&project.path().display().to_string(), "[folder]");
    let line = text.lines().find(|line| line.contains("failed to write"));
    expect!["failed to write [folder]/target/report.html (GAUNTLET_REPORT): it is not a report of gauntlet: remove it, or name another file"].assert_eq(line.unwrap());
    assert_eq!(page(&project), "<p>mine</p>");
}
