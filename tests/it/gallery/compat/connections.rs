//! Connections that were open while the versions were applied.

use expect_test::expect;

use super::check;

#[test]
fn all_columns_after_one_was_added() {
    check(
        "--- migrations/2_bio.sql\nALTER TABLE users ADD COLUMN bio text;\n",
        expect![[r#"
        compat: 1 finding

        1. 2_bio breaks a query on connections that are open: cached plan must not change result type
           --> migrations/2_bio.sql
           queries/all.sql  SELECT * FROM users WHERE email = $1
           ERROR 0A000: cached plan must not change result type
           each connection that has run it fails with it until the connection is closed

           help: name the columns in the query instead of `*`, and ship that before this version

           help: or, if no deployed program runs it, except it (in the attribute):

                 queries(except = ["queries/all.sql"])

        note: an old program does not start once 2_bio is applied
           --> migrations/2_bio.sql
           where it runs its migrations at its start, sqlx fails with VersionMissing(2)

           help: let it start, also after a rollback of the deployment:

                 migrator.set_ignore_missing(true);

        note: judged 1 new version with 3 queries of main (…)
    "#]],
    );
}

#[test]
fn each_version_is_judged() {
    check(
        "--- migrations/2_more.sql\nCREATE TABLE more (id int);\n--- migrations/3_bio.sql\nALTER TABLE users ADD COLUMN bio text;\n",
        expect![[r#"
            compat: 1 finding

            1. 3_bio breaks a query on connections that are open: cached plan must not change result type
               --> migrations/3_bio.sql
               queries/all.sql  SELECT * FROM users WHERE email = $1
               ERROR 0A000: cached plan must not change result type
               each connection that has run it fails with it until the connection is closed

               help: name the columns in the query instead of `*`, and ship that before this version

               help: or, if no deployed program runs it, except it (in the attribute):

                     queries(except = ["queries/all.sql"])

            note: an old program does not start once 2_more is applied
               --> migrations/2_more.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            note: judged 2 new versions with 3 queries of main (…)
        "#]],
    );
}

/// The old type and the new one have the same name. The program binds values of the one that is gone.
#[test]
fn a_type_that_is_made_again() {
    check(
        "--- migrations/2_moods.sql
ALTER TYPE mood RENAME TO mood_old;
CREATE TYPE mood AS ENUM ('sad', 'glad', 'calm');
ALTER TABLE users ALTER mood DROP DEFAULT, ALTER mood TYPE mood USING mood::text::mood, ALTER mood SET DEFAULT 'glad';
DROP TYPE mood_old;
--- queries/mood.sql
UPDATE users SET mood = $1 WHERE id = $2;
",
        expect![[r#"
            compat: 1 finding

            1. 2_moods breaks 2 queries on connections that are open: cached plan must not change result type
               --> migrations/2_moods.sql
               queries/all.sql  SELECT * FROM users WHERE email = $1
               queries/users.sql:1  SELECT id, email, age, mood FROM users WHERE id = $1
               ERROR 0A000: cached plan must not change result type
               each connection that has run it fails with it until the connection is closed

               help: name the columns in the query instead of `*`, and ship that before this version

               help: or, if no deployed program runs them, except them (in the attribute):

                     queries(except = ["queries/all.sql", "queries/users.sql"])

            note: 2_moods changes what 2 queries of the deployed program return
               --> migrations/2_moods.sql
               queries/all.sql  SELECT * FROM users WHERE email = $1
               queries/users.sql:1  SELECT id, email, age, mood FROM users WHERE id = $1
               column mood: was mood (sad, glad), is mood (sad, glad, calm)
               an old program fails to read a value that it does not know

               help: write the new values once the old program is replaced

               help: or, if no deployed program runs them, except them (in the attribute):

                     queries(except = ["queries/all.sql", "queries/users.sql"])

            note: an old program does not start once 2_moods is applied
               --> migrations/2_moods.sql
               where it runs its migrations at its start, sqlx fails with VersionMissing(2)

               help: let it start, also after a rollback of the deployment:

                     migrator.set_ignore_missing(true);

            note: judged 1 new version with 3 queries of main (…)
        "#]],
    );
}
