//! Queries of the old program on a new connection.

use expect_test::expect;
use gauntlet_runtime::history::shipped::git;
use gauntlet_runtime::suite::QueryRules;

use super::{check, check_in, repository};

#[test]
fn a_column_for_the_new_program_only() {
    check(
        "--- migrations/2_index.sql\nCREATE INDEX users_email ON users (email);\n",
        expect![[r#"
        compat: ok
        compat: note: an old program does not start once 2_index is applied
           --> migrations/2_index.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(2)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        compat: note: judged 1 new version with 3 queries of main (…)
    "#]],
    );
}

#[test]
fn a_column_that_is_dropped() {
    check(
        "--- migrations/2_no_age.sql\nALTER TABLE users DROP COLUMN age;\n",
        expect![[r#"
            compat: 2 findings

            1. 2_no_age changes what a query of the deployed program returns
               --> migrations/2_no_age.sql
               queries/all.sql  SELECT * FROM users WHERE email = $1
               column age: was int4, is gone
               an old program may fail to read the rows until it is replaced

               help: keep the column, and drop it in a version that ships after the new program

               help: or, if no deployed program runs it, except it (in the attribute):

                     queries(except = ["queries/all.sql"])

            2. 2_no_age breaks a query of the deployed program: column "age" does not exist
               --> migrations/2_no_age.sql
               queries/users.sql:1  SELECT id, email, age, mood FROM users WHERE id = $1
               ERROR 42703: column "age" does not exist
               an old program fails with it from this version on, until it is replaced

               help: keep what it needs, and drop it in a version that ships after the new program

               help: or, if no deployed program runs it, except it (in the attribute):

                     queries(except = ["queries/users.sql"])

            note: an old program does not start once 2_no_age is applied
               --> migrations/2_no_age.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            note: judged 1 new version with 3 queries of main (…)
        "#]],
    );
    // Also where the new program has no such query any more.
    let dropped = "--- queries/users.sql\nSELECT id FROM users;\n--- queries/all.sql\nSELECT id FROM users;\n";
    let repository = repository(&format!(
        "{dropped}--- migrations/2_mail.sql\nALTER TABLE users RENAME COLUMN email TO mail;\n"
    ));
    check_in(
        &repository,
        |suite| suite.shipped(git("main")),
        expect![[r#"
        compat: 2 findings

        1. 2_mail breaks 2 queries of the deployed program: column "email" does not exist
           --> migrations/2_mail.sql
           queries/all.sql  SELECT * FROM users WHERE email = $1
           queries/users.sql:1  SELECT id, email, age, mood FROM users WHERE id = $1
           ERROR 42703: column "email" does not exist
           HINT: Perhaps you meant to reference the column "users.mail".
           an old program fails with it from this version on, until it is replaced

           help: keep what it needs, and drop it in a version that ships after the new program

           help: or, if no deployed program runs them, except them (in the attribute):

                 queries(except = ["queries/all.sql", "queries/users.sql"])

        2. 2_mail breaks a query of the deployed program: column "email" of relation "users" does not exist
           --> migrations/2_mail.sql
           queries/users.sql:2  INSERT INTO users (id, email) VALUES ($1, $2)
           ERROR 42703: column "email" of relation "users" does not exist
           an old program fails with it from this version on, until it is replaced

           help: keep what it needs, and drop it in a version that ships after the new program

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["queries/users.sql"])

        note: an old program does not start once 2_mail is applied
           --> migrations/2_mail.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(2)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        note: judged 1 new version with 3 queries of main (…)
    "#]],
    );
}

#[test]
fn a_column_of_another_type_or_nullability() {
    check(
        "--- migrations/2_wide.sql\nALTER TABLE users ALTER age TYPE bigint;\n--- migrations/3_null.sql\nALTER TABLE users ALTER email DROP NOT NULL;\n",
        expect![[r#"
            compat: 2 findings

            help: or, if no deployed program runs them, except them (in the attribute):

                  queries(except = ["queries/all.sql", "queries/users.sql"])

            1. 2_wide changes what 2 queries of the deployed program return
               --> migrations/2_wide.sql
               queries/all.sql  SELECT * FROM users WHERE email = $1
               queries/users.sql:1  SELECT id, email, age, mood FROM users WHERE id = $1
               column age: was int4, is int8
               an old program may fail to read the rows until it is replaced

               help: add a column instead, and drop the old one in a version that ships after the new program

            2. 3_null changes what 2 queries of the deployed program return
               --> migrations/3_null.sql
               queries/all.sql  SELECT * FROM users WHERE email = $1
               queries/users.sql:1  SELECT id, email, age, mood FROM users WHERE id = $1
               column email: was NOT NULL, is nullable
               an old program may fail to read the rows until it is replaced

               help: write no NULL until the old program is replaced, and then ship this version

            note: an old program does not start once 2_wide is applied
               --> migrations/2_wide.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            note: judged 2 new versions with 3 queries of main (…)
        "#]],
    );
    // The old program reads an `Option`, which has a value.
    check(
        "--- migrations/2_age.sql\nALTER TABLE users ALTER age SET DEFAULT 1, ALTER age SET NOT NULL;\n",
        expect![[r#"
        compat: ok
        compat: note: an old program does not start once 2_age is applied
           --> migrations/2_age.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(2)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        compat: note: judged 1 new version with 3 queries of main (…)
    "#]],
    );
}

#[test]
fn a_column_that_old_inserts_do_not_know() {
    let plan = "ALTER TABLE users ADD COLUMN plan text NOT NULL";
    check(
        &format!("--- migrations/2_plan.sql\n{plan};\n"),
        expect![[r#"
        compat: 2 findings

        1. 2_plan breaks a query on connections that are open: cached plan must not change result type
           --> migrations/2_plan.sql
           queries/all.sql  SELECT * FROM users WHERE email = $1
           ERROR 0A000: cached plan must not change result type
           each connection that has run it fails with it until the connection is closed

           help: name the columns in the query instead of `*`, and ship that before this version

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["queries/all.sql"])

        2. 2_plan breaks a query of the deployed program: no value for the column plan of users
           --> migrations/2_plan.sql
           queries/users.sql:2  INSERT INTO users (id, email) VALUES ($1, $2)
           an old program fails with ERROR 23502 from this version on, until it is replaced

           help: give the column a default, or allow NULL until the old program is replaced

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["queries/users.sql"])

        note: an old program does not start once 2_plan is applied
           --> migrations/2_plan.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(2)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        note: judged 1 new version with 3 queries of main (…)
    "#]],
    );
    check(
        &format!("--- migrations/2_plan.sql\n{plan} DEFAULT 'free';\n"),
        expect![[r#"
        compat: 1 finding

        1. 2_plan breaks a query on connections that are open: cached plan must not change result type
           --> migrations/2_plan.sql
           queries/all.sql  SELECT * FROM users WHERE email = $1
           ERROR 0A000: cached plan must not change result type
           each connection that has run it fails with it until the connection is closed

           help: name the columns in the query instead of `*`, and ship that before this version

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["queries/all.sql"])

        note: an old program does not start once 2_plan is applied
           --> migrations/2_plan.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(2)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        note: judged 1 new version with 3 queries of main (…)
    "#]],
    );
    // A trigger may give it a value.
    check(
        &format!(
            "--- migrations/2_plan.sql\n{plan};
CREATE FUNCTION free() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.plan := coalesce(NEW.plan, ''free''); RETURN NEW; END';
CREATE TRIGGER free BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION free();\n"
        ),
        expect![[r#"
            compat: 1 finding

            1. 2_plan breaks a query on connections that are open: cached plan must not change result type
               --> migrations/2_plan.sql
               queries/all.sql  SELECT * FROM users WHERE email = $1
               ERROR 0A000: cached plan must not change result type
               each connection that has run it fails with it until the connection is closed

               help: name the columns in the query instead of `*`, and ship that before this version

               help: or, if no deployed program runs it, except it (in the attribute):

                     queries(except = ["queries/all.sql"])

            note: an old program does not start once 2_plan is applied
               --> migrations/2_plan.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            note: judged 1 new version with 3 queries of main (…)
        "#]],
    );
}

#[test]
fn an_enum_with_another_label() {
    check(
        "--- migrations/2_mad.sql\nALTER TYPE mood ADD VALUE 'mad';\n",
        expect![[r#"
        compat: ok
        compat: note: 2_mad changes what 2 queries of the deployed program return
           --> migrations/2_mad.sql
           queries/all.sql  SELECT * FROM users WHERE email = $1
           queries/users.sql:1  SELECT id, email, age, mood FROM users WHERE id = $1
           column mood: was mood (sad, glad), is mood (sad, glad, mad)
           an old program fails to read a value that it does not know

           help: write the new values once the old program is replaced

           help: or, if no deployed program runs them, except them (in the attribute):

                 queries(except = ["queries/all.sql", "queries/users.sql"])

        compat: note: an old program does not start once 2_mad is applied
           --> migrations/2_mad.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(2)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        compat: note: judged 1 new version with 3 queries of main (…)
    "#]],
    );
}

#[test]
fn a_ref_of_its_own() {
    let repository =
        repository("--- migrations/2_no_age.sql\nALTER TABLE users DROP COLUMN age;\n");
    repository.commit("second");
    repository.git("tag v2");
    repository.write("--- migrations/3_no_email.sql\nALTER TABLE users DROP COLUMN email;\n");
    // At the tag one query does not fit already.
    check_in(
        &repository,
        |suite| suite.shipped(1).compat("v2"),
        expect![[r#"
        compat: 2 findings

        1. 3_no_email breaks a query of the deployed program: column "email" does not exist
           --> migrations/3_no_email.sql
           queries/all.sql  SELECT * FROM users WHERE email = $1
           ERROR 42703: column "email" does not exist
           an old program fails with it from this version on, until it is replaced

           help: keep what it needs, and drop it in a version that ships after the new program

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["queries/all.sql"])

        2. 3_no_email breaks a query of the deployed program: column "email" of relation "users" does not exist
           --> migrations/3_no_email.sql
           queries/users.sql:2  INSERT INTO users (id, email) VALUES ($1, $2)
           ERROR 42703: column "email" of relation "users" does not exist
           an old program fails with it from this version on, until it is replaced

           help: keep what it needs, and drop it in a version that ships after the new program

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["queries/users.sql"])

        note: an old program does not start once 3_no_email is applied
           --> migrations/3_no_email.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(3)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        note: judged 1 new version with 3 queries of v2 (…)
    "#]],
    );
    check_in(
        &repository,
        |suite| suite.shipped(1),
        expect![[r#"
            compat: ok
            compat: note: ignored, no git ref given: nothing is known of the deployed program

               help: name the ref that is deployed, or leave the check out with `checks` (in the attribute):

                     shipped = git("origin/main")
        "#]],
    );
    check_in(
        &repository,
        |suite| suite.shipped(1).compat("v3"),
        expect![[r#"
        compat could not run:

           failed to find `v3` in …/project: it does not exist there
             correct the name; `git branch --all` and `git tag` list the names
    "#]],
    );
}

#[test]
fn nothing_to_judge() {
    check(
        "",
        expect![[r#"
        compat: ok
        compat: note: no version is new
    "#]],
    );
    let repository =
        repository("--- migrations/2_no_age.sql\nALTER TABLE users DROP COLUMN age;\n");
    check_in(
        &repository,
        |suite| suite.shipped(git("main")).queries(QueryRules::new().except(["queries/*"])),
        expect![[r#"
            compat: ok
            compat: note: ignored, no query at main (…): nothing was prepared

               help: commit the folder `.sqlx`, or the files that `queries` names
        "#]],
    );
}

#[test]
fn what_sqlx_has_prepared_in_a_workspace() {
    let of = |sql: &str| {
        format!(
            r#"{{"db_name": "PostgreSQL", "query": "{sql}", "describe": {{"columns": [], "parameters": null, "nullable": []}}, "hash": "1"}}"#
        )
    };
    let files = format!(
        "--- Cargo.toml
[workspace]
--- .sqlx/query-1a.json
{}
--- crates/db/.sqlx/query-1b.json
{}
--- crates/db/migrations/1_users.sql
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, age int);
",
        of("DELETE FROM users WHERE age = 1"),
        of("DELETE FROM users WHERE email = 'x'"),
    );
    let repository = crate::support::Repository::new(&files);
    repository
        .write("--- crates/db/migrations/2_less.sql\nALTER TABLE users DROP age, DROP email;\n");
    let suite = gauntlet_runtime::suite::Suite::new("db", repository.path().join("crates/db"))
        .db(crate::support::embedded())
        .shipped(git("main"));
    let report = suite.report(gauntlet_runtime::checks::Check::Compat);
    expect![[r#"
        compat: 2 findings

        1. 2_less breaks a query of the deployed program: column "email" does not exist
           --> migrations/2_less.sql
           .sqlx/query-1b.json  DELETE FROM users WHERE email = 'x'
           ERROR 42703: column "email" does not exist
           an old program fails with it from this version on, until it is replaced

           help: keep what it needs, and drop it in a version that ships after the new program

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = [".sqlx/query-1b.json"])

        2. 2_less breaks a query of the deployed program: column "age" does not exist
           --> migrations/2_less.sql
           ../../.sqlx/query-1a.json  DELETE FROM users WHERE age = 1
           ERROR 42703: column "age" does not exist
           an old program fails with it from this version on, until it is replaced

           help: keep what it needs, and drop it in a version that ships after the new program

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["../../.sqlx/query-1a.json"])

        note: an old program does not start once 2_less is applied
           --> migrations/2_less.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(2)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        note: judged 1 new version with 2 queries of main (…)
    "#]]
    .assert_eq(&repository.text_of(&report));
}
