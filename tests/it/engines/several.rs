//! Several histories in one database, compared with what sqlx does with one `Migrator` for each.

use expect_test::{Expect, expect};
use gauntlet::{Result, TestDb};
use gauntlet_runtime::checks::Check;
use gauntlet_runtime::engines::{Sqlx, merged};
use gauntlet_runtime::history::shipped::{git, lock};
use gauntlet_runtime::isolation::Isolation;
use gauntlet_runtime::runtime::block_on;
use gauntlet_runtime::suite::Suite;
use sqlx::migrate::Migrator;

use crate::support::database::{UsersDatabase, server, texts};
use crate::support::{Repository, printed};

const FILES: &str = "
--- .gitattributes
*.sql text eol=lf
--- jobs/sqlx.toml
[migrate]
table-name = 'jobs_migrations'
--- core/migrations/1_users.up.sql
CREATE TABLE users (id bigint PRIMARY KEY);
--- core/migrations/1_users.down.sql
DROP TABLE users;
--- core/migrations/2_email.up.sql
ALTER TABLE users ADD COLUMN email text;
--- core/migrations/2_email.down.sql
ALTER TABLE users DROP COLUMN email;
--- jobs/migrations/1_jobs.up.sql
CREATE TABLE jobs (user_id bigint REFERENCES users);
--- jobs/migrations/1_jobs.down.sql
DROP TABLE jobs;
";

const FOLDERS: [&str; 2] = ["core/migrations", "jobs/migrations"];

#[track_caller]
fn check(repository: &Repository, check: Check, expected: Expect) {
    let both = [Isolation::Database, Isolation::Schema].map(|isolation| {
        let suite = repository.suite().isolation(isolation).migrations(FOLDERS);
        printed(&suite.report(check))
    });
    expected.assert_eq(&both[0]);
    assert_eq!(both[0], both[1], "the text is different in schema isolation");
}

fn of_jobs(mut migrator: Migrator) -> Migrator {
    migrator.dangerous_set_table_name("jobs_migrations");
    migrator
}

async fn migrator(repository: &Repository, folder: &str) -> Migrator {
    Migrator::new(repository.path().join(folder)).await.unwrap()
}

#[test]
fn every_check_runs_over_both() {
    let repository = Repository::new(FILES);
    for one in [Check::SingleHead, Check::Stairway, Check::DowngradeAllTheWay, Check::Naming] {
        let text = printed(&repository.suite().migrations(FOLDERS).report(one));
        assert!(text.starts_with(&format!("{}: ok\n", one.name())), "{text}");
    }
    repository.write("--- jobs/migrations/1_jobs.down.sql\nSELECT;\n--- core/migrations/2_email.down.sql\nSELECT;\n");
    check(
        &repository,
        Check::Stairway,
        expect![[r#"
        stairway: 2 findings

        1. the down of core/2_email changes nothing, although the up changed the schema
           --> core/migrations/2_email.down.sql

           help: a down that restores the schema (a down may be edited even if it has shipped):

                 -- the values of column 'users.email' are lost
                 ALTER TABLE users DROP COLUMN email;

           help: or declare the version irreversible (in the attribute):

                 irreversible = ["core/2"]

        2. the down of jobs/1_jobs changes nothing, although the up changed the schema
           --> jobs/migrations/1_jobs.down.sql

           help: a down that restores the schema (a down may be edited even if it has shipped):

                 ALTER TABLE jobs DROP CONSTRAINT jobs_user_id_fkey;
                 -- the rows of table 'jobs' are lost
                 DROP TABLE jobs;

           help: or declare the version irreversible (in the attribute):

                 irreversible = ["jobs/1"]
    "#]],
    );
}

#[test]
fn a_problem_names_its_folder() {
    let repository = Repository::new(FILES);
    repository.write("--- jobs/migrations/2_more.up.sql\nSELECT 1;\n");
    check(
        &repository,
        Check::SingleHead,
        expect![[r#"
        single_head: 1 finding

        1. jobs/2_more has no down script: `sqlx migrate revert` skips it and reverts jobs/1_jobs instead
           --> jobs/migrations/2_more.up.sql

           help: write the down script, or declare the version irreversible (in the attribute):

                 irreversible = ["jobs/2"]
    "#]],
    );
    let declared = repository
        .suite()
        .migrations(FOLDERS)
        .irreversible(gauntlet_runtime::history::Irreversible::versions(["jobs/2"]));
    assert_eq!(printed(&declared.report(Check::SingleHead)), "single_head: ok\n");
}

/// Each `Migrator` of sqlx finds its versions applied, and a database of sqlx has no drift.
#[test]
fn sqlx_agrees_on_both_tables() {
    let repository = Repository::new(FILES);
    let body = async |mut db: TestDb| -> Result<()> {
        db.upgrade().await?;
        db.downgrade_one().await?;
        db.upgrade().await?;
        migrator(&repository, FOLDERS[0]).await.run(db.conn()).await.unwrap();
        of_jobs(migrator(&repository, FOLDERS[1]).await).run(db.conn()).await.unwrap();
        Ok(())
    };
    for isolation in [Isolation::Database, Isolation::Schema] {
        let suite = repository.suite().isolation(isolation).migrations(FOLDERS);
        suite.custom("test_db", body, Result::is_err).unwrap();
    }
    block_on(async {
        let mut database = UsersDatabase::new(&server().await).await;
        migrator(&repository, FOLDERS[0]).await.run(&mut database.admin).await.unwrap();
        of_jobs(migrator(&repository, FOLDERS[1]).await).run(&mut database.admin).await.unwrap();
        let suite = repository.suite().migrations(FOLDERS);
        assert_eq!(printed(&suite.drift(&database.url).await), "drift: ok\n");
    });
}

#[test]
fn one_table_for_both() {
    let repository = Repository::new(FILES);
    std::fs::remove_file(repository.path().join("jobs/sqlx.toml")).unwrap();
    check(
        &repository,
        Check::SingleHead,
        expect![[r#"
            single_head: 1 finding

            1. core and jobs keep their records in one table, _sqlx_migrations, and share version 1: sqlx takes one for the other and fails with VersionMissing or VersionMismatch, and the service does not start

               help: give each a table of its own, with `table-name` in its sqlx.toml; or, if they are deployed as one folder, say `merged([...])`; or, if the program sets `ignore_missing`, say so
        "#]],
    );
    check(
        &repository,
        Check::Stairway,
        expect![[r#"
            stairway could not run:

               failed to run the migrations: core and jobs record version 1 in one table, _sqlx_migrations
                 the check `single_head` reports the details
        "#]],
    );
    let in_production = block_on(async {
        let mut database = UsersDatabase::new(&server().await).await;
        migrator(&repository, FOLDERS[0]).await.run(&mut database.admin).await.unwrap();
        migrator(&repository, FOLDERS[1]).await.run(&mut database.admin).await
    });
    expect!["migration 2 was previously applied but is missing in the resolved migrations"]
        .assert_eq(&in_production.unwrap_err().to_string());
    // With numbers of its own, it fails unless it ignores what is missing.
    repository.git("mv jobs/migrations/1_jobs.up.sql jobs/migrations/7_jobs.up.sql");
    repository.git("mv jobs/migrations/1_jobs.down.sql jobs/migrations/7_jobs.down.sql");
    check(
        &repository,
        Check::SingleHead,
        expect![[r#"
            single_head: 1 finding

            1. core and jobs keep their records in one table, _sqlx_migrations, and sqlx fails with VersionMissing when it runs the second: the service does not start

               help: give each a table of its own, with `table-name` in its sqlx.toml; or, if they are deployed as one folder, say `merged([...])`; or, if the program sets `ignore_missing`, say so
        "#]],
    );
    let tolerant = |folder| Sqlx::folder(folder).ignore_missing(true);
    let suite = repository.suite().migrations(FOLDERS.map(tolerant));
    expect![[r#"
        single_head: ok
        single_head: note: core and jobs keep their records in one table, _sqlx_migrations, and sqlx does not notice a version that is missing

           help: give each a table of its own, with `table-name` in its sqlx.toml; or, if they are deployed as one folder, say `merged([...])`; or, if the program sets `ignore_missing`, say so
    "#]].assert_eq(&printed(&suite.report(Check::SingleHead)));
    let suite = repository.suite().migrations(FOLDERS.map(tolerant));
    assert_eq!(printed(&suite.report(Check::Stairway)), "stairway: ok\n");
}

#[test]
fn folders_that_are_deployed_as_one() {
    let repository = Repository::new(FILES);
    let suite = || repository.suite().migrations(merged(FOLDERS));
    expect![[r#"
        single_head: 1 finding

        1. several scripts have version 1: sqlx runs one, and fails on the next
           --> core/migrations/1_users.up.sql
               jobs/migrations/1_jobs.up.sql
               core/migrations/1_users.down.sql
               jobs/migrations/1_jobs.down.sql

           help: give one of them a version of its own, later than the last
    "#]]
    .assert_eq(&printed(&suite().report(Check::SingleHead)));
    repository.git("mv jobs/migrations/1_jobs.up.sql jobs/migrations/3_jobs.up.sql");
    repository.git("mv jobs/migrations/1_jobs.down.sql jobs/migrations/3_jobs.down.sql");
    for one in [Check::SingleHead, Check::Stairway, Check::DowngradeAllTheWay] {
        assert_eq!(printed(&suite().report(one)), format!("{}: ok\n", one.name()));
    }
    repository.git("mv core/migrations/2_email.up.sql core/migrations/5_email.up.sql");
    repository
        .write("--- core/migrations/1_users.up.sql\nCREATE TABLE users (id int PRIMARY KEY);\n");
    expect![[r#"
        shipped: 2 findings

        1. 1_users has shipped, and its up script has changed
           --> core/migrations/1_users.up.sql:1:1
             - CREATE TABLE users (id bigint PRIMARY KEY);
             + CREATE TABLE users (id int PRIMARY KEY);
           at deployment: sqlx fails with VersionMismatch(1), and the service does not start

           help: bring the script back, and make the change in a new version:

                 git restore --source=main -- core/migrations/1_users.up.sql

           help: or, if its checksum is corrected in every deployed database, declare it (in the attribute):

                 shipped(git = "main", healed = [1])

        2. 2_email has shipped, and is 5_email now
           --> core/migrations/5_email.up.sql
           at deployment: sqlx fails with VersionMissing(2), and the service does not start; if it ignores missing versions, it runs the script again as 5

           help: give it back its number:

                 mv core/migrations/5_email.up.sql core/migrations/2_email.up.sql

        note: compared 2 versions with main (…); 2 versions are new
    "#]].assert_eq(&repository.text(|_| suite().shipped(git("main"))));
}

fn both(suite: Suite) -> Suite {
    suite.migrations(FOLDERS)
}

#[test]
fn what_has_shipped_of_both() {
    let repository = Repository::new(FILES);
    let text = || repository.text(|suite| both(suite).shipped(git("main")));
    expect![[r#"
        shipped: ok
        shipped: note: compared 3 versions with main (…); none is new
    "#]]
    .assert_eq(&text());
    repository.write("--- core/migrations/3_name.sql\nALTER TABLE users ADD COLUMN name text;\n--- jobs/migrations/1_jobs.up.sql\nCREATE TABLE jobs ();\n");
    expect![[r#"
        shipped: 1 finding

        1. jobs/1_jobs has shipped, and its up script has changed
           --> jobs/migrations/1_jobs.up.sql:1:1
             - CREATE TABLE jobs (user_id bigint REFERENCES users);
             + CREATE TABLE jobs ();
           at deployment: sqlx fails with VersionMismatch(1), and the service does not start

           help: bring the script back, and make the change in a new version:

                 git restore --source=main -- jobs/migrations/1_jobs.up.sql

           help: or, if its checksum is corrected in every deployed database, declare it (in the attribute):

                 shipped(git = "main", healed = ["jobs/1"])

        note: compared 3 versions with main (…); 1 version is new
    "#]].assert_eq(&text());
    repository.git("mv core/migrations/2_email.up.sql core/migrations/7_email.up.sql");
    repository.git("mv core/migrations/2_email.down.sql core/migrations/7_email.down.sql");
    repository.write("--- jobs/sqlx.toml\n");
    repository.write("--- jobs/migrations/0_first.sql\nSELECT 1;\n");
    expect![[r#"
        shipped: 4 findings

        1. core/2_email has shipped, and is core/7_email now
           --> core/migrations/7_email.up.sql
           at deployment: sqlx fails with VersionMissing(2), and the service does not start; if it ignores missing versions, it runs the script again as 7

           help: give it back its number:

                 mv core/migrations/7_email.up.sql core/migrations/2_email.up.sql
                 mv core/migrations/7_email.down.sql core/migrations/2_email.down.sql

        2. jobs/1_jobs has shipped, and its up script has changed
           --> jobs/migrations/1_jobs.up.sql:1:1
             - CREATE TABLE jobs (user_id bigint REFERENCES users);
             + CREATE TABLE jobs ();
           at deployment: sqlx fails with VersionMismatch(1), and the service does not start

           help: bring the script back, and make the change in a new version:

                 git restore --source=main -- jobs/migrations/1_jobs.up.sql

           help: or, if its checksum is corrected in every deployed database, declare it (in the attribute):

                 shipped(git = "main", healed = ["jobs/1"])

        3. jobs/0_first is new and lies below jobs/1_jobs, which has shipped
           --> jobs/migrations/0_first.sql
           at deployment: sqlx runs jobs/0_first after jobs/1_jobs, without a warning; on a new database it runs it before jobs/1_jobs

           help: put it on top of what has shipped:

                 mv jobs/migrations/0_first.sql jobs/migrations/2_first.sql

        4. the applied versions are recorded in jobs_migrations, and sqlx looks for them in _sqlx_migrations now
           --> jobs/sqlx.toml
           at deployment: sqlx finds no applied version and runs every version again

           help: name the table jobs_migrations again, or copy it to _sqlx_migrations, with its rows, in every deployed database before the deployment

        note: production's order was not compared with the order of a new database
           failed to run the migrations: core and jobs record version 1 in one table, _sqlx_migrations
             the check `single_head` reports the details

        note: compared 3 versions with main (…); 3 versions are new
    "#]].assert_eq(&text());
    expect![[r#"
        shipped could not run:

           failed to find what has shipped: `2` belongs to one history, and the suite has several
             use `shipped = git("...")` or `shipped = lock("...")`, which tell them apart
    "#]]
    .assert_eq(&repository.text(|suite| both(suite).shipped(2)));
}

/// A new version of the first history runs after the second one in production.
#[test]
fn the_orders_of_both() {
    let repository = Repository::new(FILES);
    repository.write("--- core/migrations/3_drop.sql\nDROP TABLE users;\n");
    expect![[r#"
        shipped: ok
        shipped: note: production's order was not compared with the order of a new database
           failed to run the up of core/3_drop
             --> core/migrations/3_drop.sql:1:1
             1 | DROP TABLE users;
               | ^
             ERROR 2BP01: cannot drop table users because other objects depend on it
             DETAIL: constraint jobs_user_id_fkey on table jobs depends on table users
             HINT: Use DROP ... CASCADE to drop the dependent objects too.

        shipped: note: compared 3 versions with main (…); 1 version is new
    "#]]
    .assert_eq(&repository.text(|suite| both(suite).shipped(git("main"))));
    repository.write("--- core/migrations/3_drop.sql\nDROP TABLE IF EXISTS jobs;\n");
    expect![[r#"
        shipped: 1 finding

        1. the schema in production is different from the one of a new database
           on a new database: core/3_drop, jobs/1_jobs
           in production:     jobs/1_jobs, core/3_drop

           table jobs: only on a new database
             (user_id bigint)

           help: make the new versions independent of the histories that run after their own

        note: compared 3 versions with main (…); 1 version is new
    "#]]
    .assert_eq(&repository.text(|suite| both(suite).shipped(git("main"))));
}

#[test]
fn a_lock_file_of_both() {
    const FILE: &str = "gauntlet.lock";
    let repository = Repository::new(FILES);
    repository.write("--- .gitattributes\n*.sql text eol=lf\ngauntlet.lock merge=union\n");
    repository.text(|suite| both(suite).shipped(lock(FILE)).bless(true));
    let lines = repository.read(FILE);
    let starts: Vec<String> = lines
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(starts, ["core/1 up", "core/2 up", "jobs/1 up"]);
    let checksums = block_on(async {
        let mut database = UsersDatabase::new(&server().await).await;
        migrator(&repository, FOLDERS[0]).await.run(&mut database.admin).await.unwrap();
        texts(&mut database.admin, "SELECT encode(checksum, 'hex') FROM _sqlx_migrations").await
    });
    assert!(checksums.iter().all(|checksum| lines.contains(checksum)));
    repository.write_bytes(FILE, lines.replace("jobs/1", "ops/1").as_bytes());
    expect![[r#"
        shipped: 1 finding

        1. ops/1_jobs has shipped, and does not exist any more

           help: bring it back

        note: compared 2 versions with gauntlet.lock; 1 version is new
    "#]]
    .assert_eq(&repository.text(|suite| both(suite).shipped(lock(FILE))));
}

/// One name cannot say where each of them was.
#[test]
fn a_folder_that_moved() {
    let repository = Repository::new(FILES);
    std::fs::rename(repository.path().join("core"), repository.path().join("users")).unwrap();
    let suite = repository.suite().migrations(["users/migrations", "jobs/migrations"]);
    expect![[r#"
        shipped could not run:

           failed to read users/migrations at `main`: the folder does not exist there, and its files are in core/migrations
             merge the move alone, without another change of the migrations: several histories are looked for in the folders of today
    "#]].assert_eq(&printed(&suite.shipped(git("main")).report(Check::Shipped)));
}
