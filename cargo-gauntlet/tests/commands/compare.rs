//! `schema`, `diff` and `drift`.

use expect_test::expect;

use crate::folders::shop;

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
fn schema_writes_a_version() {
    shop().run(&["schema", "migrations@1"]).assert(
        0,
        expect![[r#"
        CREATE TABLE users (
            id bigint NOT NULL,
            CONSTRAINT users_pkey PRIMARY KEY (id)
        );
    "#]],
    );
}

#[test]
fn drift_in_its_own_words() {
    let folder = shop();
    folder.run(&["drift", "migrations"]).assert(2, expect![[r#"
        error: migrations is a file or a folder; the URL of the database comes first: cargo gauntlet drift postgres://... migrations
    "#]]);
    folder.run(&["drift", "host=db password=s3cret"]).assert(
        2,
        expect![[r#"
        error: the URL of the database has to begin with postgres://
    "#]],
    );
    folder.run(&["drift", "postgres://nobody@127.0.0.1:1/none"]).assert(2, expect![[r#"
        error: connect to the database (postgres://nobody@127.0.0.1:1/none): Connection refused (os error 111)
        start that server, or correct the host and the port in the URL
          caused by: error communicating with database: Connection refused (os error 111)
    "#]]);
    folder.live(|db| {
        let (server, _) =
            db.url().rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let missing = folder.run(&["drift", &format!("{server}/no_such_database")]);
        assert_eq!(missing.code, 2);
        let next = missing.stderr.lines().nth(1).unwrap_or_default();
        assert_eq!(next, "correct the name of the database in the URL", "{}", missing.stderr);
    });
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
        "#]],
    );
    folder.run(&["diff", "nowhere.sql", "migrations"]).assert(2, expect![[r#"
        error: nowhere.sql is neither a file, nor a folder of migrations, nor a URL that begins with postgres://
    "#]]);
}

/// What is left out is told: a schema that differs in its partitions alone is not simply equal.
#[test]
fn diff_tells_of_partitions() {
    let folder = shop();
    let table = "CREATE TABLE events (day date) PARTITION BY RANGE (day);\n";
    folder.write("a.sql", table);
    let part = "CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');";
    folder.write("b.sql", &format!("{table}{part}\n"));
    folder.run(&["diff", "a.sql", "b.sql"]).assert(
        0,
        expect![[r#"
        the schemas are equal
        note: 1 partition is not compared; `partitions = true` in gauntlet.toml compares them
    "#]],
    );
    folder.write("c.sql", "-- nothing\n");
    folder.run(&["diff", "a.sql", "c.sql"]).assert(
        2,
        expect![[r#"
        error: [folder]/c.sql holds no statement
    "#]],
    );
    folder.write("events/1_events.sql", table);
    folder.write("events/2_part.sql", part);
    folder.run(&["diff", "events@1", "events@2"]).assert(
        1,
        expect![[r#"
        events@2 differs from events@1

           table events_24: only in the second
    "#]],
    );
    folder.write("gauntlet.toml", "partitions = true\n");
    folder.run(&["diff", "a.sql", "b.sql"]).assert(
        1,
        expect![[r#"
        b.sql differs from a.sql

           table events_24: only in the second
    "#]],
    );
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

                   help: if the database is right, add a migration; this one does nothing where it is done already:

                         -- a table with rows needs a value for email: add a DEFAULT, or fill it before NOT NULL
                         ALTER TABLE users ADD COLUMN IF NOT EXISTS email text NOT NULL;

                   help: if the migrations are right, bring the database back; THIS DESTROYS DATA:

                         -- the values of column 'users.email' are lost
                         ALTER TABLE users DROP COLUMN email;

                note: 2 versions are not applied yet
            "#]],
        );
    });
}

/// Both ways out are written: the migration runs on the database that has the change and on those that have not.
#[test]
fn drift_writes_what_was_made_by_hand() {
    let folder = shop();
    folder.live(|db| {
        db.execute("ALTER TABLE users ADD note text NOT NULL DEFAULT ''");
        db.execute("CREATE INDEX by_note ON users (note)");
        db.execute("ALTER TABLE users ADD CONSTRAINT short CHECK (length(note) < 80)");
        db.execute("CREATE TYPE mood AS ENUM ('ok')");
        folder.run(&["drift", &db.url()]).assert(1, expect![[r#"
            drift: 1 finding

            1. the schema of the database differs from the one that its migrations make

               enum mood: not made by the migrations
                 (ok)
               column users.note: not made by the migrations
                 text NOT NULL DEFAULT ''::text
               constraint short on users: not made by the migrations
                 CHECK ((length(note) < 80))
               index by_note on users: not made by the migrations
                 CREATE INDEX by_note ON users USING btree (note)

               help: if the database is right, add a migration; this one does nothing where it is done already:

                     DO $do$ BEGIN
                     CREATE TYPE mood AS ENUM (
                         'ok'
                     );
                     EXCEPTION WHEN duplicate_object OR duplicate_table OR duplicate_function OR invalid_table_definition THEN NULL;
                     END $do$;
                     ALTER TABLE users ADD COLUMN IF NOT EXISTS note text DEFAULT ''::text NOT NULL;
                     DO $do$ BEGIN
                     ALTER TABLE users ADD CONSTRAINT short CHECK ((length(note) < 80));
                     EXCEPTION WHEN duplicate_object OR duplicate_table OR duplicate_function OR invalid_table_definition THEN NULL;
                     END $do$;
                     CREATE INDEX IF NOT EXISTS by_note ON users (note);

               help: if the migrations are right, bring the database back; THIS DESTROYS DATA:

                     DROP INDEX by_note;
                     ALTER TABLE users DROP CONSTRAINT short;
                     -- the values of column 'users.note' are lost
                     ALTER TABLE users DROP COLUMN note;
                     DROP TYPE mood;
        "#]]);
    });
}

/// What stands in the way of a change may be there only where it has been made.
#[test]
fn drift_writes_what_runs_where_more_depends_on_it() {
    let folder = shop();
    folder.live(|db| {
        db.execute("ALTER TABLE users ALTER email TYPE varchar(80)");
        db.execute("CREATE VIEW mails AS SELECT email FROM users");
        let text = folder.run(&["drift", &db.url()]).stdout;
        let (_, migration) = text.split_once("done already:\n").unwrap();
        let (migration, _) = migration.split_once("help:").unwrap();
        db.execute(migration);
        let guard = "attname = 'email') = 'character varying(80)' THEN RETURN; END IF;";
        assert!(migration.contains(guard), "{migration}");
    });
}

/// A script that does nothing where the change is made cannot make a table again.
#[test]
fn drift_writes_no_migration_that_loses_the_rows_of_the_database() {
    let folder = shop();
    folder.live(|db| {
        db.execute("DROP TABLE users");
        db.execute("CREATE TABLE users (id bigint, email text) PARTITION BY LIST (id)");
        folder.run(&["drift", &db.url()]).assert(1, expect![[r#"
            drift: 1 finding

            1. the schema of the database differs from the one that its migrations make

               table users: partition key
                 expected  (none)
                 actual    LIST (id)
               column users.id: nullability
                 expected  NOT NULL
                 actual    NULL
               constraint users_pkey on users: not in the database
                 PRIMARY KEY (id)

               help: if the database is right, write a migration that changes nothing where it is done already

               help: if the migrations are right, bring the database back; THIS DESTROYS DATA:

                     -- the rows of table 'users' are lost
                     DROP TABLE users;
                     CREATE TABLE users (
                         id bigint NOT NULL,
                         email text,
                         CONSTRAINT users_pkey PRIMARY KEY (id)
                     );
                     -- rows in which id is null need a value first
                     ALTER TABLE users ALTER COLUMN id SET NOT NULL;
        "#]]);
    });
    folder.live(|db| {
        db.execute("ALTER TABLE users RENAME email TO mail");
        db.execute("ALTER TABLE users ADD CONSTRAINT one_mail UNIQUE (mail)");
        folder.run(&["drift", &db.url()]).assert(1, expect![[r#"
            drift: 1 finding

            1. the schema of the database differs from the one that its migrations make

               column users.email: named mail in the database
               constraint one_mail on users: not made by the migrations
                 UNIQUE (mail)

               help: if the database is right, add a migration; this one does nothing where it is done already:

                     DO $do$ BEGIN
                     ALTER TABLE users RENAME COLUMN email TO mail;
                     EXCEPTION WHEN undefined_table OR undefined_column OR undefined_object OR undefined_function OR duplicate_object OR invalid_parameter_value THEN NULL;
                     END $do$;
                     DO $do$ BEGIN
                     ALTER TABLE users ADD CONSTRAINT one_mail UNIQUE (mail);
                     EXCEPTION WHEN duplicate_object OR duplicate_table OR duplicate_function OR invalid_table_definition THEN NULL;
                     END $do$;

               help: if the migrations are right, bring the database back:

                     ALTER TABLE users RENAME COLUMN mail TO email;
                     ALTER TABLE users DROP CONSTRAINT one_mail;
        "#]]);
    });
}

#[test]
fn drift_tells_of_other_partitions() {
    let folder = shop();
    folder.write(
        "migrations/3_log.up.sql",
        "CREATE TABLE log (day int) PARTITION BY LIST (day);\nCREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);\n",
    );
    folder.write("migrations/3_log.down.sql", "DROP TABLE log;\n");
    folder.live(|db| {
        folder.run(&["drift", &db.url()]).assert(
            0,
            expect![[r#"
            the database is what its migrations make
        "#]],
        );
        db.execute("DROP TABLE log_1; CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2)");
        folder.run(&["drift", &db.url()]).assert(
            0,
            expect![[r#"
            drift: note: partitions are not compared, and those of the database are others
               not in the database: log_1
               not made by the migrations: log_2

               help: set `partitions = true` to compare them too
            the database is what its migrations make
        "#]],
        );
    });
}

#[test]
fn a_role_that_a_file_names_and_no_server_has_is_told() {
    let folder = shop();
    folder.write("a.sql", "CREATE TABLE t (id int);\nGRANT SELECT ON t TO no_such_role;\n");
    folder.write("b.sql", "CREATE TABLE t (id int);\n");
    let output = folder.run(&["diff", "a.sql", "b.sql"]);
    assert_eq!((output.code, &*output.stdout), (0, "the schemas are equal\n"));
    assert!(
        output.stderr.contains("role \"no_such_role\" does not exist on the server that loads"),
        "{}",
        output.stderr
    );
}

#[test]
fn drift_names_a_version_that_was_applied_with_other_contents() {
    let folder = shop();
    folder.live(|db| {
        let url = db.url();
        // The engine refuses it, and the schema is the same.
        folder.write("migrations/2_email.up.sql", "ALTER TABLE users ADD email text; -- later\n");
        folder.run(&["drift", &url]).assert(1, expect![[r#"
            drift: 1 finding

            1. 2_email was applied with other contents
               --> migrations/2_email.up.sql
               at deployment: sqlx fails with VersionMismatch(2), and the service does not start
               checksum in the database: a0a5c95e4c789b54f8bdd4d43e8885de381be3102bfb2186c927f2e86f6e9614270de71d6fa7dc9eb8dbe8eb833d62cd
               checksum of the file:     756d2829dbf9c33d3db4ab83c821837f9eff7d0ec652b9eafcd201730effbdd710c98f820c569dad2470a4a34fd6ea23

               help: bring the script back, and make the change in a new version

               help: or, if the change is meant and the schema has it, correct the checksum:

                     UPDATE _sqlx_migrations
                        SET checksum = '\x756d2829dbf9c33d3db4ab83c821837f9eff7d0ec652b9eafcd201730effbdd710c98f820c569dad2470a4a34fd6ea23'
                      WHERE version = 2
                        AND checksum = '\xa0a5c95e4c789b54f8bdd4d43e8885de381be3102bfb2186c927f2e86f6e9614270de71d6fa7dc9eb8dbe8eb833d62cd';
        "#]]);
        // The schema is another one.
        folder.write("migrations/2_email.up.sql", "ALTER TABLE users ADD email text NOT NULL;\n");
        folder.run(&["drift", &url]).assert(1, expect![[r#"
            drift: 2 findings

            1. the schema of the database differs from the one that its migrations make

               column users.email: nullability
                 expected  NOT NULL
                 actual    NULL

               help: if the database is right, add a migration; this one does nothing where it is done already:

                     ALTER TABLE users ALTER COLUMN email DROP NOT NULL;

               help: if the migrations are right, bring the database back:

                     -- rows in which email is null need a value first
                     ALTER TABLE users ALTER COLUMN email SET NOT NULL;

            2. 2_email was applied with other contents
               --> migrations/2_email.up.sql
               at deployment: sqlx fails with VersionMismatch(2), and the service does not start
               checksum in the database: a0a5c95e4c789b54f8bdd4d43e8885de381be3102bfb2186c927f2e86f6e9614270de71d6fa7dc9eb8dbe8eb833d62cd
               checksum of the file:     ee5f1194c87017c7cb9ef64fcea17bcd9b6fd692bb7cdb8a4e8fa04c5fa38bdf80f51a7512496db943a8b960633ef953

               help: bring the script back, and make the change in a new version

               help: or, if the change is meant and the schema has it, correct the checksum:

                     UPDATE _sqlx_migrations
                        SET checksum = '\xee5f1194c87017c7cb9ef64fcea17bcd9b6fd692bb7cdb8a4e8fa04c5fa38bdf80f51a7512496db943a8b960633ef953'
                      WHERE version = 2
                        AND checksum = '\xa0a5c95e4c789b54f8bdd4d43e8885de381be3102bfb2186c927f2e86f6e9614270de71d6fa7dc9eb8dbe8eb833d62cd';
        "#]]);
        // It does not apply any more.
        folder.write("migrations/2_email.up.sql", "ALTER TABLE user ADD email text;\n");
        folder.run(&["drift", &url]).assert(1, expect![[r#"
            drift: 1 finding

            1. 2_email was applied with other contents
               --> migrations/2_email.up.sql
               at deployment: sqlx fails with VersionMismatch(2), and the service does not start
               checksum in the database: a0a5c95e4c789b54f8bdd4d43e8885de381be3102bfb2186c927f2e86f6e9614270de71d6fa7dc9eb8dbe8eb833d62cd
               checksum of the file:     269b5ac4e42003c2b8238ba1e30a3a89a905b31d8fa5a08d92838b49818f913c391b2397d4113c877e32d771361cbf41

               help: bring the script back, and make the change in a new version

               help: or, if the change is meant and the schema has it, correct the checksum:

                     UPDATE _sqlx_migrations
                        SET checksum = '\x269b5ac4e42003c2b8238ba1e30a3a89a905b31d8fa5a08d92838b49818f913c391b2397d4113c877e32d771361cbf41'
                      WHERE version = 2
                        AND checksum = '\xa0a5c95e4c789b54f8bdd4d43e8885de381be3102bfb2186c927f2e86f6e9614270de71d6fa7dc9eb8dbe8eb833d62cd';

            note: the schemas are not compared: the versions of the database do not apply
               failed to run the up of 2_email
                 --> migrations/2_email.up.sql:1:13
                 1 | ALTER TABLE user ADD email text;
                   |             ^
                 ERROR 42601: syntax error at or near "user"
        "#]]);
    });
}
