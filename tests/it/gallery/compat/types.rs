//! The types with which the old program binds its parameters.

use expect_test::{Expect, expect};
use gauntlet_runtime::history::shipped::git;
use gauntlet_runtime::suite::QueryRules;

use super::check_in;
use crate::support::Repository;

const TYPES: &str = "--- migrations/1_types.sql
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN mail AS text CHECK (value LIKE '%@%');
CREATE TABLE users (id int PRIMARY KEY, code int, ref text, mood mood, mail mail, name varchar(9), seen timestamp);
CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT a * 2';
";

/// The old program runs these queries, and this version is new.
#[track_caller]
fn check(queries: &[&'static str], new: &str, expected: Expect) {
    let repository = Repository::new(TYPES);
    repository.write(&format!("--- migrations/2_new.sql\n{new}\n"));
    let rules = QueryRules::new().texts(queries);
    check_in(&repository, |suite| suite.shipped(git("main")).queries(rules.clone()), expected);
}

#[test]
fn other_types() {
    check(
        &[
            "SELECT id FROM users WHERE code = $1",
            "DELETE FROM users WHERE code = $1 AND id > 0",
            "UPDATE users SET ref = $1 WHERE id = $2",
            "SELECT twice($1)",
            "SELECT id FROM users WHERE mood = $1",
            // It works with what is assigned.
            "UPDATE users SET code = $1",
            // It fails without the types as well.
            "SELECT id FROM users WHERE ref = $1::text",
        ],
        "ALTER TABLE users ALTER code TYPE text, ALTER ref TYPE mood USING ref::mood;
DROP FUNCTION twice;
CREATE FUNCTION twice(a text) RETURNS int LANGUAGE sql AS 'SELECT 2';
ALTER TYPE mood RENAME TO feeling;",
        expect![[r#"
            compat: 5 findings

            1. 2_new breaks a query of the deployed program: operator does not exist: feeling = text
               --> migrations/2_new.sql
               query 7 of `queries`  SELECT id FROM users WHERE ref = $1::text
               ERROR 42883: operator does not exist: feeling = text
               HINT: No operator matches the given name and argument types. You might need to add explicit type casts.
               an old program fails with it from this version on, until it is replaced

               help: keep what it needs, and drop it in a version that ships after the new program

            2. 2_new breaks 2 queries of the deployed program: operator does not exist: text = integer
               --> migrations/2_new.sql
               query 1 of `queries`  SELECT id FROM users WHERE code = $1
               query 2 of `queries`  DELETE FROM users WHERE code = $1 AND id > 0
               ERROR 42883: operator does not exist: text = integer
               HINT: No operator matches the given name and argument types. You might need to add explicit type casts.
               an old program that binds its parameters as (int4), as sqlx does, fails with it until it is replaced

               help: add a column instead, and drop the old one in a version that ships after the new program

            3. 2_new breaks a query of the deployed program: column "ref" is of type feeling but expression is of type text
               --> migrations/2_new.sql
               query 3 of `queries`  UPDATE users SET ref = $1 WHERE id = $2
               ERROR 42804: column "ref" is of type feeling but expression is of type text
               HINT: You will need to rewrite or cast the expression.
               an old program that binds its parameters as (text, int4), as sqlx does, fails with it until it is replaced

               help: add a column instead, and drop the old one in a version that ships after the new program

            4. 2_new breaks a query of the deployed program: function twice(integer) does not exist
               --> migrations/2_new.sql
               query 4 of `queries`  SELECT twice($1)
               ERROR 42883: function twice(integer) does not exist
               HINT: No function matches the given name and argument types. You might need to add explicit type casts.
               an old program that binds its parameters as (int4), as sqlx does, fails with it until it is replaced

               help: add a column instead, and drop the old one in a version that ships after the new program

            5. 2_new breaks a query of the deployed program: type "mood" does not exist
               --> migrations/2_new.sql
               query 5 of `queries`  SELECT id FROM users WHERE mood = $1
               ERROR 42704: type "mood" does not exist
               an old program that binds its parameters as (mood), as sqlx does, fails with it until it is replaced

               help: keep the type under its name, and drop or rename it in a version that ships after the new program

            note: an old program does not start once 2_new is applied
               --> migrations/2_new.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            note: judged 1 new version with 7 queries of main (…)
        "#]],
    );
}

#[test]
fn types_that_fit() {
    check(
        &[
            "SELECT mail FROM users WHERE id = $1 AND code = ANY($2)",
            "INSERT INTO users (id, code, ref, mail, name, seen) VALUES ($1, $2, $3, $4, $5, $6)",
            "DELETE FROM users WHERE name = $1 OR mail = $2 OR ref = $3 OR seen < $4",
            "SELECT twice($1)",
            "SELECT id FROM users WHERE mood = $1",
        ],
        "ALTER TABLE users ALTER id TYPE bigint, ALTER code TYPE numeric, ALTER ref TYPE varchar(20),
    ALTER name TYPE text, ALTER mail TYPE text, ALTER seen TYPE timestamptz;
DROP DOMAIN mail;
DROP FUNCTION twice;
CREATE FUNCTION twice(a bigint) RETURNS int LANGUAGE sql AS 'SELECT 2';
ALTER TYPE mood ADD VALUE 'mad';",
        expect![[r#"
            compat: 3 findings

            1. 2_new changes what a query of the deployed program returns
               --> migrations/2_new.sql
               query 5 of `queries`  SELECT id FROM users WHERE mood = $1
               column id: was int4, is int8
               an old program may fail to read the rows until it is replaced

               help: add a column instead, and drop the old one in a version that ships after the new program

            2. 2_new breaks a query on connections that are open: cached plan must not change result type
               --> migrations/2_new.sql
               query 1 of `queries`  SELECT mail FROM users WHERE id = $1 AND code = ANY($2)
               ERROR 0A000: cached plan must not change result type
               each connection that has run it fails with it until the connection is closed

               help: close the connections right after this version, as a restart of the program does

            3. 2_new breaks a query on connections that are open: cache lookup failed for type
               --> migrations/2_new.sql
               query 2 of `queries`  INSERT INTO users (id, code, ref, mail, name, seen) VALUES ($1, $2, $3, $4, $5, …
               ERROR XX000: cache lookup failed for type
               each connection that has run it fails with it until the connection is closed

               help: close the connections right after this version, as a restart of the program does

            note: an old program does not start once 2_new is applied
               --> migrations/2_new.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            note: judged 1 new version with 5 queries of main (…)
        "#]],
    );
}

/// A view under the old name gives what the table gives: no NULL comes, whatever sqlx thinks of views.
#[test]
fn a_view_under_the_old_name_of_a_table() {
    let new = |views: &str| {
        format!("--- migrations/2_rename.sql\nALTER TABLE users RENAME TO accounts;\n{views}\n")
    };
    // Through another view.
    super::check(
        &new("CREATE VIEW all_users AS SELECT * FROM accounts;
            CREATE VIEW users AS SELECT id, email, age, mood FROM all_users;"),
        expect![[r#"
            compat: ok
            compat: note: an old program does not start once 2_rename is applied
               --> migrations/2_rename.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            compat: note: judged 1 new version with 3 queries of main (…)
        "#]],
    );
    // Not where a join may add rows, or sums of groups stand beside them.
    let grouped = new(
        "CREATE VIEW users AS SELECT id, email, age, mood FROM accounts GROUP BY ROLLUP (id, email, age, mood);",
    );
    super::check(
        &grouped,
        expect![[r#"
        compat: 2 findings

        1. 2_rename changes what 2 queries of the deployed program return
           --> migrations/2_rename.sql
           queries/all.sql  SELECT * FROM users WHERE email = $1
           queries/users.sql:1  SELECT id, email, age, mood FROM users WHERE id = $1
           column id: was NOT NULL, is nullable
           column email: was NOT NULL, is nullable
           column mood: was NOT NULL, is nullable
           an old program may fail to read the rows until it is replaced

           help: write no NULL until the old program is replaced, and then ship this version

           help: or, if no deployed program runs them, except them (in the attribute):

                 queries(except = ["queries/all.sql", "queries/users.sql"])

        2. 2_rename breaks a query of the deployed program: cannot insert into view "users"
           --> migrations/2_rename.sql
           queries/users.sql:2  INSERT INTO users (id, email) VALUES ($1, $2)
           ERROR 55000: cannot insert into view "users"
           DETAIL: Views containing GROUP BY are not automatically updatable.
           HINT: To enable inserting into the view, provide an INSTEAD OF INSERT trigger or an unconditional ON INSERT DO INSTEAD rule.
           an old program fails with it from this version on, until it is replaced

           help: keep what it needs, and drop it in a version that ships after the new program

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["queries/users.sql"])

        note: an old program does not start once 2_rename is applied
           --> migrations/2_rename.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(2)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        note: judged 1 new version with 3 queries of main (…)
    "#]],
    );
    super::check(
        &new("CREATE TABLE more (id bigint);
            CREATE VIEW users AS SELECT a.* FROM more LEFT JOIN accounts a USING (id);"),
        expect![[r#"
            compat: 2 findings

            1. 2_rename changes what 2 queries of the deployed program return
               --> migrations/2_rename.sql
               queries/all.sql  SELECT * FROM users WHERE email = $1
               queries/users.sql:1  SELECT id, email, age, mood FROM users WHERE id = $1
               column id: was NOT NULL, is nullable
               column email: was NOT NULL, is nullable
               column mood: was NOT NULL, is nullable
               an old program may fail to read the rows until it is replaced

               help: write no NULL until the old program is replaced, and then ship this version

               help: or, if no deployed program runs them, except them (in the attribute):

                     queries(except = ["queries/all.sql", "queries/users.sql"])

            2. 2_rename breaks a query of the deployed program: cannot insert into view "users"
               --> migrations/2_rename.sql
               queries/users.sql:2  INSERT INTO users (id, email) VALUES ($1, $2)
               ERROR 55000: cannot insert into view "users"
               DETAIL: Views that do not select from a single table or view are not automatically updatable.
               HINT: To enable inserting into the view, provide an INSTEAD OF INSERT trigger or an unconditional ON INSERT DO INSTEAD rule.
               an old program fails with it from this version on, until it is replaced

               help: keep what it needs, and drop it in a version that ships after the new program

               help: or, if no deployed program runs it, except it (in the attribute):

                     queries(except = ["queries/users.sql"])

            note: an old program does not start once 2_rename is applied
               --> migrations/2_rename.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            note: judged 1 new version with 3 queries of main (…)
        "#]],
    );
}
