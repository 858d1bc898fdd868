//! INSERTs of the old program that can be prepared, and fail.

use expect_test::expect;
use gauntlet_runtime::history::shipped::git;

use super::{check_in, repository};

/// The old program runs these queries, and these versions are new.
#[track_caller]
fn check(queries: &[&'static str], new: &str, expected: expect_test::Expect) {
    check_in(
        &repository(new),
        |suite| {
            let rules = gauntlet_runtime::suite::QueryRules::new().texts(queries);
            suite.shipped(git("main")).queries(rules.except(["queries/*"]))
        },
        expected,
    );
}

#[test]
fn a_conflict_without_its_constraint() {
    let queries = [
        "INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
        "INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        // It fails before as well.
        "INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING",
    ];
    check(
        &queries,
        "--- migrations/2_other.sql
ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (id, email);
--- migrations/3_more.sql
ALTER TABLE users ADD bio text;
",
        expect![[r#"
            compat: 1 finding

            1. 2_other breaks a query of the deployed program: there is no unique or exclusion constraint matching the ON CONFLICT specification
               --> migrations/2_other.sql
               query 1 of `queries`  INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING
               ERROR 42P10: there is no unique or exclusion constraint matching the ON CONFLICT specification
               an old program fails with it from this version on, until it is replaced

               help: keep what it needs, and drop it in a version that ships after the new program

            note: an old program does not start once 2_other is applied
               --> migrations/2_other.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            note: judged 2 new versions with 3 queries of main (…)
        "#]],
    );
    check(
        &queries,
        "--- migrations/2_other.sql
ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_key UNIQUE (id);
",
        expect![[r#"
            compat: ok
            compat: note: an old program does not start once 2_other is applied
               --> migrations/2_other.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            compat: note: judged 1 new version with 3 queries of main (…)
        "#]],
    );
}

#[test]
fn a_column_that_inserts_inside_of_others_do_not_know() {
    let queries = [
        "WITH new AS (INSERT INTO users (id, email) VALUES ($1, $2) RETURNING id) SELECT id FROM new",
        "INSERT INTO users (id, email) VALUES ($1, $2) RETURNING *",
        // It fails before as well.
        "INSERT INTO users DEFAULT VALUES",
    ];
    check(
        &queries,
        "--- migrations/2_plan.sql\nALTER TABLE users ADD plan text NOT NULL;\n",
        expect![[r#"
            compat: 2 findings

            1. 2_plan breaks 2 queries of the deployed program: no value for the column plan of users
               --> migrations/2_plan.sql
               query 1 of `queries`  WITH new AS (INSERT INTO users (id, email) VALUES ($1, $2) RETURNING id) SELECT …
               query 2 of `queries`  INSERT INTO users (id, email) VALUES ($1, $2) RETURNING *
               an old program fails with ERROR 23502 from this version on, until it is replaced

               help: give the column a default, or allow NULL until the old program is replaced

            2. 2_plan breaks a query on connections that are open: cached plan must not change result type
               --> migrations/2_plan.sql
               query 2 of `queries`  INSERT INTO users (id, email) VALUES ($1, $2) RETURNING *
               ERROR 0A000: cached plan must not change result type
               each connection that has run it fails with it until the connection is closed

               help: name the columns in the query instead of `*`, and ship that before this version

            note: an old program does not start once 2_plan is applied
               --> migrations/2_plan.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            note: judged 1 new version with 3 queries of main (…)
        "#]],
    );
    check(
        &queries[..1],
        "--- migrations/2_plan.sql\nALTER TABLE users ADD plan text NOT NULL DEFAULT 'free';\n",
        expect![[r#"
            compat: ok
            compat: note: an old program does not start once 2_plan is applied
               --> migrations/2_plan.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            compat: note: judged 1 new version with 1 query of main (…)
        "#]],
    );
}
