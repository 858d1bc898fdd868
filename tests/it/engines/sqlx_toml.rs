//! `sqlx.toml`, compared with what sqlx itself records with the same settings.

use expect_test::{Expect, expect};
use gauntlet::{Result, TestDb};
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::engines::Sqlx;
use gauntlet_runtime::history::shipped::{Lock, git, lock};
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::runtime::block_on;
use sqlx::migrate::{Migrator, ResolveConfig, ResolveWith};

use crate::support::database::{UsersDatabase, server, texts};
use crate::support::{Project, Repository, embedded, printed};

const FILES: &str = r#"
--- .gitattributes
*.sql text eol=lf
--- sqlx.toml
[migrate]
table-name = 'ops."Applied"'
create-schemas = ["ops"]
migrations-dir = "db/migrations"
ignored-chars = [" ", "\n"]
--- db/migrations/1_users.up.sql
CREATE TABLE users (id bigint PRIMARY KEY);
--- db/migrations/1_users.down.sql
DROP TABLE users;
--- db/migrations/2_email.up.sql
ALTER TABLE users
    ADD COLUMN email text;
--- db/migrations/2_email.down.sql
ALTER TABLE users DROP COLUMN email;
"#;

/// What `sqlx::migrate!` makes of the settings.
async fn migrator(repository: &Repository, ignored: &[char]) -> Migrator {
    let mut config = ResolveConfig::new();
    config.ignore_chars(ignored.iter().copied());
    let folder = repository.path().join("db/migrations");
    let mut migrator = Migrator::new(ResolveWith(folder, config)).await.unwrap();
    migrator.dangerous_set_table_name("ops.\"Applied\"");
    migrator.create_schema("ops");
    migrator
}

#[track_caller]
fn shipped(repository: &Repository, expected: Expect) {
    expected.assert_eq(&repository.text(|suite| suite.shipped(git("main"))));
}

#[test]
fn a_database_of_sqlx_is_read_and_agrees() {
    let repository = Repository::new(FILES);
    block_on(async {
        let mut database = UsersDatabase::new(&server().await).await;
        let migrator = migrator(&repository, &[' ', '\n']).await;
        migrator.run(&mut database.admin).await.unwrap();
        let report = repository.suite().drift(&database.url).await;
        assert_eq!(printed(&report), "drift: ok\n");
    });
}

/// sqlx finds every version applied in what the tool has recorded.
#[test]
fn sqlx_starts_on_a_database_of_the_tool() {
    let repository = Repository::new(FILES);
    let migrator = block_on(migrator(&repository, &[' ', '\n']));
    let body = async |mut db: TestDb| -> Result<()> {
        db.upgrade().await?;
        migrator.run(db.conn()).await.unwrap();
        Ok(())
    };
    repository.suite().custom("test_db", body, Result::is_err).unwrap();
}

#[test]
fn every_check_runs_with_it() {
    let repository = Repository::new(FILES);
    repository.write("--- schema.sql\nCREATE TABLE users (id bigint PRIMARY KEY, email text);\n");
    for check in [Check::SingleHead, Check::Stairway, Check::UpToDate, Check::DowngradeAllTheWay] {
        let report =
            repository.suite().isolation(Isolation::Database).model("schema.sql").report(check);
        assert_eq!(printed(&report), format!("{}: ok\n", check.name()));
    }
    let report = repository.suite().isolation(Isolation::Schema).report(Check::Stairway);
    expect![[r#"
        stairway could not run:

           sqlx makes the schema ops before the first version, which a schema for each test cannot keep apart
             run with `isolation = "database"`, as a role that may create databases
    "#]].assert_eq(&printed(&report));
}

#[test]
fn the_lock_has_the_checksums_of_sqlx() {
    const FILE: &str = "db/gauntlet.lock";
    let repository = Repository::new(FILES);
    repository.text(|suite| suite.shipped(lock(FILE)).bless(true));
    let versions = Lock::parse(&repository.read(FILE), FILE.as_ref()).unwrap().into_versions();
    let listed: Vec<String> = versions
        .records()
        .iter()
        .map(|record| record.up.as_ref().unwrap().checksum.clone().unwrap())
        .collect();
    let recorded = block_on(async {
        let mut database = UsersDatabase::new(&server().await).await;
        migrator(&repository, &[' ', '\n']).await.run(&mut database.admin).await.unwrap();
        texts(
            &mut database.admin,
            "SELECT encode(checksum, 'hex') FROM ops.\"Applied\" ORDER BY version",
        )
        .await
    });
    assert_eq!(listed, recorded);
}

/// sqlx starts where only ignored characters have changed, and refuses where a different one has.
#[test]
fn ignored_characters_are_no_change() {
    let repository = Repository::new(FILES);
    repository
        .write("--- db/migrations/2_email.up.sql\nALTER TABLE users ADD COLUMN email text;\n\n");
    shipped(
        &repository,
        expect![[r#"
        shipped: ok
        shipped: note: compared 2 versions with main (…); none is new
    "#]],
    );
    repository
        .write("--- db/migrations/2_email.up.sql\nALTER TABLE users\n\tADD COLUMN email text;\n");
    shipped(
        &repository,
        expect![[r#"
        shipped: 1 finding

        1. 2_email has shipped, and its up script has changed in white space only
           --> db/migrations/2_email.up.sql
           at deployment: sqlx fails with VersionMismatch(2), and the service does not start

           help: bring the script back:

                 git restore --source=main -- db/migrations/2_email.up.sql

        note: compared 2 versions with main (…); none is new
    "#]],
    );
    let starts = block_on(async {
        let mut database = UsersDatabase::new(&server().await).await;
        repository.git("stash --quiet");
        migrator(&repository, &[' ', '\n']).await.run(&mut database.admin).await.unwrap();
        repository.git("stash pop --quiet");
        migrator(&repository, &[' ', '\n']).await.run(&mut database.admin).await
    });
    assert_eq!(
        starts.unwrap_err().to_string(),
        "migration 2 was previously applied but has been modified"
    );
}

#[test]
fn settings_that_have_changed_since() {
    let repository = Repository::new(FILES);
    let settings = repository.read("sqlx.toml");
    repository.write_bytes(
        "sqlx.toml",
        settings.replace(r#"[" ", "\n"]"#, r#"["\n"]"#).replace("Applied", "applied").as_bytes(),
    );
    shipped(
        &repository,
        expect![[r#"
        shipped: 2 findings

        1. 2 versions have shipped and are as they were, but their checksums leave out other characters now
           --> sqlx.toml
           at deployment: sqlx fails with VersionMismatch(1), and the service does not start

           help: leave out the same characters as before, or correct the checksums in every deployed database

        2. the applied versions are recorded in ops."Applied", and sqlx looks for them in ops."applied" now
           --> sqlx.toml
           at deployment: sqlx finds no applied version and runs every version again

           help: name the table ops."Applied" again, or copy it to ops."applied", with its rows, in every deployed database before the deployment

        note: compared 2 versions with main (…); none is new
    "#]],
    );
    std::fs::remove_file(repository.path().join("sqlx.toml")).unwrap();
    expect![[r#"
        shipped: 2 findings

        1. 2 versions have shipped and are as they were, but their checksums leave out other characters now
           --> db/migrations/1_users.up.sql
               db/migrations/2_email.up.sql
           at deployment: sqlx fails with VersionMismatch(1), and the service does not start

           help: leave out the same characters as before, or correct the checksums in every deployed database

        2. the applied versions are recorded in ops."Applied", and sqlx looks for them in _sqlx_migrations now
           at deployment: sqlx finds no applied version and runs every version again

           help: name the table ops."Applied" again, or copy it to _sqlx_migrations, with its rows, in every deployed database before the deployment

        note: compared 2 versions with main (…); none is new
    "#]].assert_eq(
        &repository.text(|suite| suite.migrations("db/migrations").shipped(git("main"))),
    );
}

#[test]
fn a_lock_from_before_ignored_characters() {
    const FILE: &str = "db/gauntlet.lock";
    let repository = Repository::new(FILES);
    let settings = repository.read("sqlx.toml");
    repository.write_bytes("sqlx.toml", settings.replace("ignored-chars", "other").as_bytes());
    repository.text(|suite| suite.shipped(lock(FILE)).bless(true));
    repository.write_bytes("sqlx.toml", settings.as_bytes());
    repository.write(&format!("--- .gitattributes\n{FILE} merge=union\n*.sql text eol=lf\n"));
    expect![[r#"
        shipped: 1 finding

        1. 2 versions have shipped and are as they were, but their checksums leave out other characters now
           --> sqlx.toml
           at deployment: sqlx fails with VersionMismatch(1), and the service does not start

           help: leave out the same characters as before, or correct the checksums in every deployed database

        note: compared 2 versions with db/gauntlet.lock; none is new
    "#]].assert_eq(&repository.text(|suite| suite.shipped(lock(FILE))));
}

#[test]
fn a_wrong_value() {
    let repository = Repository::new(FILES);
    repository.write("--- sqlx.toml\n[migrate]\ntable-name = \"x\"\nignored-chars = \"\\r\"\n");
    expect![[r#"
        single_head could not run:

           failed to read sqlx.toml:3:17: `ignored-chars` takes a list of texts
             ignored-chars = "\r"
    "#]]
    .assert_eq(&repository.text_of(&repository.suite().report(Check::SingleHead)));
}

/// The file of the folder's own crate, one that is named, and a table that is named.
#[test]
fn which_file_is_read() {
    let files = "
--- /core/Cargo.toml
--- /core/sqlx.toml
[migrate]
table-name = 'of_core'
--- /core/migrations/1_a.sql
CREATE TABLE a ();
--- /ci/other.toml
[migrate]
table-name = 'of_ci'
--- /sqlx.toml
[migrate]
table-name = 'of_the_crate'
--- 1_a.sql
CREATE TABLE a ();
";
    let project = Project::new(files);
    let table = |engine: Option<Sqlx>| -> String {
        let mut suite = project.suite().db(embedded()).isolation(Isolation::Database);
        if let Some(engine) = engine {
            suite = suite.migrations(engine);
        }
        let body = async |mut db: TestDb| db.engine().0.table().to_owned();
        suite.custom("test_db", body, |_| false)
    };
    assert_eq!(table(None), "public.of_the_crate");
    assert_eq!(table(Some(Sqlx::folder("core/migrations"))), "public.of_core");
    assert_eq!(
        table(Some(Sqlx::folder("core/migrations").config("ci/other.toml"))),
        "public.of_ci"
    );
    assert_eq!(table(Some(Sqlx::folder("core/migrations").table_name("mine"))), "public.mine");
}
